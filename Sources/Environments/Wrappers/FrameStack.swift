/// Shows the last observations side by side, the oldest first: Gymnasium's `FrameStackObservation`.
///
/// Mnih et al. (2015): several frames together tell velocities that one does not. What an episode
/// showed last is the stack of its own last frames.
public struct FrameStack: Wrapper {
  public static let name = "frameStack"
  public static let summary = "Shows the last observations side by side, the oldest first."
  public static let source = "Mnih et al. (2015); Gymnasium, FrameStackObservation"

  /// What stands where an episode has shown too little yet.
  public enum Padding: String, Codable, CaseIterable, Sendable {
    /// The first observation, repeated.
    case first
    /// Zeros.
    case zeros

    public init(from decoder: any Decoder) throws {
      let name = try decoder.singleValueContainer().decode(String.self)
      guard let padding = Padding(rawValue: name) else {
        throw DecodingError.dataCorrupted(
          .init(
            codingPath: decoder.codingPath,
            debugDescription: "expected first or zeros, found '\(name)'"))
      }
      self = padding
    }
  }

  /// How many observations are shown, from 1 to 1,000.
  public var count = 4
  /// What stands where an episode has shown too little yet.
  public var padding = Padding.first

  public init() {}

  /// Shows so many observations.
  public init(count: Int, padding: Padding = .first) {
    self.count = count
    self.padding = padding
  }

  public func check() throws(WrapperProblem) {
    try require((1...1_000).contains(count), "count", "must lie in 1...1000", found: count)
  }

  /// The most numbers of all copies' stacks together: 1 GiB.
  private static let most = 1 << 28

  public func wrap(_ layer: WrapperLayer) throws(WrapperProblem) -> WrapperLayer {
    let size = layer.batch.observationSize
    guard size <= Self.most / count / layer.batch.count else {
      throw WrapperProblem(
        setting: "count",
        "makes stacks of \(count) observations of \(size) numbers in \(layer.batch.count) copies, and "
          + "at most \(Self.most) numbers fit: stack fewer")
    }
    let one = layer.batch.observationBounds
    let bounds = (padding == .zeros ? one.includingZero : one).repeated(count)
    return layer.transformed(
      by: Stack(
        observationBounds: bounds, innerSize: one.size, frames: count,
        padsWithZeros: padding == .zeros,
        stacks: RowBuffer(repeating: 0, count: layer.batch.count * bounds.size)))
  }

  private struct Stack: EpisodeTransform {
    static let name = FrameStack.name
    let observationBounds: Box?
    let innerSize: Int
    let frames: Int
    let padsWithZeros: Bool
    /// `[copies, frames, innerSize]`: what each copy shows now.
    let stacks: RowBuffer<Float>

    var outerSize: Int { frames * innerSize }

    var state: [Float] {
      get { stacks.elements }
      set { stacks.elements = newValue }
    }

    func accepts(_ state: [Float]) -> Bool { state.count == stacks.count }

    func begin(
      _ copy: Int, _ row: UnsafePointer<Float>, into shown: UnsafeMutablePointer<Float>
    ) {
      let stack = stacks.base + copy * outerSize
      for frame in 0..<frames {
        let place = stack + frame * innerSize
        if padsWithZeros && frame < frames - 1 {
          place.update(repeating: 0, count: innerSize)
        } else {
          place.update(from: row, count: innerSize)
        }
      }
      shown.update(from: stack, count: outerSize)
    }

    func advance(
      _ copy: Int, _ row: UnsafePointer<Float>, into shown: UnsafeMutablePointer<Float>
    ) {
      let stack = stacks.base + copy &* outerSize
      let kept = outerSize &- innerSize
      // Towards the front, so that nothing is overwritten before it is read.
      for place in 0..<kept { stack[place] = stack[place &+ innerSize] }
      for place in 0..<innerSize { stack[kept &+ place] = row[place] }
      for place in 0..<outerSize { shown[place] = stack[place] }
    }
  }
}

extension Box {
  /// The bounds of these features several times over.
  func repeated(_ count: Int) -> Box {
    if let categories { return Box(categories: (0..<count).flatMap { _ in categories }) }
    return Box(
      low: (0..<count).flatMap { _ in low }, high: (0..<count).flatMap { _ in high })
  }

  /// The nearest bounds between which 0 lies.
  var includingZero: Box {
    categories == nil ? Box(low: low.map { min($0, 0) }, high: high.map { max($0, 0) }) : self
  }
}
