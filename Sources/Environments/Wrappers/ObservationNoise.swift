import Randomness

/// Adds normally distributed noise to each feature, drawn anew for each observation.
///
/// A sensor's noise; Gymnasium has only that of pictures, `AddWhiteNoise`.
public struct ObservationNoise: Wrapper {
  public static let name = "noise"
  public static let summary = "Adds normally distributed noise to each feature."
  public static let source = "compare Gymnasium, AddWhiteNoise"

  /// The standard deviation, in the features' unit, at least 0.
  public var deviation = 0.1

  public init() {}

  /// Adds noise of this standard deviation.
  public init(deviation: Double) { self.deviation = deviation }

  public func check() throws(WrapperProblem) {
    try require(
      deviation >= 0 && deviation.isFinite, "deviation", "must be finite and 0 or more",
      found: deviation)
  }

  public func wrap(_ layer: WrapperLayer) throws(WrapperProblem) -> WrapperLayer {
    let size = try layer.numericBounds().size
    let count = layer.batch.count
    let rows = max(1, 64 / max(1, size))
    return layer.transformed(
      by: Adding(
        size: size, deviation: Float(deviation), rows: rows,
        streams: RowBuffer(repeating: RandomStream(key: 0), count: count),
        drawn: RowBuffer(repeating: 0, count: count * rows * size),
        used: RowBuffer(repeating: rows, count: count)))
  }

  private struct Adding: EpisodeTransform {
    static let name = ObservationNoise.name
    let size: Int
    let deviation: Float
    /// How many rows are drawn at once for a copy.
    let rows: Int
    /// Each copy's stream, behind what it has drawn.
    let streams: RowBuffer<RandomStream>
    /// What was drawn, `[copies, rows, size]`.
    let drawn: RowBuffer<Float>
    /// How many of the rows drawn each copy has used.
    let used: RowBuffer<Int>

    var observationBounds: Box? { Box(symmetric: Array(repeating: .infinity, count: size)) }
    var innerSize: Int { size }
    var outerSize: Int { size }

    /// Each copy's stream where what was not used yet begins: one word for each number.
    var state: [RandomStream] {
      get {
        (0..<used.count).map { copy in
          let stream = streams.base[copy]
          let unused = (rows - used.base[copy]) * size
          return RandomStream(key: stream.key, position: stream.position &- UInt64(unused))
        }
      }
      set {
        streams.elements = newValue
        used.elements = newValue.map { _ in rows }
      }
    }

    func accepts(_ state: [RandomStream]) -> Bool { state.count == used.count }

    mutating func reset(_ rows: WrapperRows, seeds: CopySeeds) {
      for copy in 0..<rows.count {
        streams.base[copy] = seeds.stream(of: copy)
        used.base[copy] = self.rows
        begin(copy, rows.inner + copy * size, into: rows.outer + copy * size)
      }
    }

    func begin(
      _ copy: Int, _ row: UnsafePointer<Float>, into shown: UnsafeMutablePointer<Float>
    ) {
      advance(copy, row, into: shown)
    }

    func advance(
      _ copy: Int, _ row: UnsafePointer<Float>, into shown: UnsafeMutablePointer<Float>
    ) {
      if used.base[copy] == rows { draw(copy) }
      let noise = drawn.base + (copy &* rows &+ used.base[copy]) &* size
      used.base[copy] &+= 1
      for index in 0..<size { shown[index] = row[index] + deviation * noise[index] }
    }

    @inline(never)
    private func draw(_ copy: Int) {
      streams.base[copy].fillNormal(
        UnsafeMutableBufferPointer(start: drawn.base + copy * rows * size, count: rows * size))
      used.base[copy] = 0
    }
  }
}
