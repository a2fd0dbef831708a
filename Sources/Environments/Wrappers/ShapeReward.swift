/// Adds `γ·Φ(s′) - Φ(s)` to each reward, which leaves the best policies as they are.
///
/// Ng, Harada & Russell (1999), "Policy invariance under reward transformations". The potential Φ
/// is a linear function of what is observed; it is 0 after a termination, as the theorem wants it,
/// and that of the last observation where an episode was truncated.
public struct ShapeReward: Wrapper {
  public static let name = "shapeReward"
  public static let summary = "Adds the discounted gain of a potential, linear in the features."
  public static let source = "Ng, Harada & Russell (1999)"

  /// What each feature counts for in the potential, one number per feature.
  public var weights: [Double] = []
  /// γ, from 0 to 1; the agent's own, or the best policies may change.
  public var discountFactor = 0.99

  public init() {}

  /// Shapes rewards by the potential that these weights give.
  public init(weights: [Double], discountFactor: Double = 0.99) {
    self.weights = weights
    self.discountFactor = discountFactor
  }

  public func check() throws(WrapperProblem) {
    try require(
      weights.allSatisfy(\.isFinite), "weights", "must be finite numbers", found: "\(weights)")
    try require(
      discountFactor >= 0 && discountFactor <= 1, "discountFactor", "must lie in 0...1",
      found: discountFactor)
  }

  public func wrap(_ layer: WrapperLayer) throws(WrapperProblem) -> WrapperLayer {
    let size = layer.batch.observationSize
    guard weights.count == size else {
      throw WrapperProblem(
        setting: "weights",
        "must have a number for each of the \(size) features, not "
          + "\(weights.count) numbers")
    }
    let count = layer.batch.count
    return layer.transformed(
      by: Shaping(
        size: size, weights: RowBuffer(weights.map(Float.init)),
        discountFactor: Float(discountFactor), potentials: RowBuffer(repeating: 0, count: count),
        next: RowBuffer(repeating: 0, count: count)))
  }

  private struct Shaping: RowTransform {
    static let name = ShapeReward.name
    static let changesRewards = true
    let size: Int
    let weights: RowBuffer<Float>
    let discountFactor: Float
    /// Φ of what each copy shows now, `[count]`.
    let potentials: RowBuffer<Float>
    /// Φ of what it shows next, while a step is looked at.
    let next: RowBuffer<Float>

    var state: [Float] {
      get { potentials.elements }
      set { potentials.elements = newValue }
    }

    func accepts(_ state: [Float]) -> Bool { state.count == potentials.count }

    mutating func reset(_ rows: WrapperRows, seeds: CopySeeds) {
      for copy in 0..<rows.count { potentials.base[copy] = potential(rows.inner + copy * size) }
    }

    mutating func step(_ rows: WrapperRows) {
      let (before, after, shaped) = (potentials.base, next.base, rows.outerRewards)
      for copy in 0..<rows.count {
        after[copy] =
          rows.skips(copy) ? before[copy] : potential(rows.inner + copy &* size)
      }
      for copy in 0..<rows.count {
        shaped[copy] = rows.innerRewards[copy] + discountFactor * after[copy] - before[copy]
      }
      // What is shown next there belongs to another episode.
      for episode in rows.ended {
        let copy = episode.environment
        let last =
          episode.ending == .terminated ? 0 : potential(rows.innerFinal + copy * size)
        shaped[copy] = rows.innerRewards[copy] + discountFactor * last - before[copy]
      }
      for copy in 0..<rows.count { before[copy] = after[copy] }
      guard let skipped = rows.skipped else { return }
      for copy in 0..<rows.count where skipped[copy] != 0 { shaped[copy] = 0 }
    }

    @inline(__always)
    private func potential(_ row: UnsafePointer<Float>) -> Float {
      var sum: Float = 0
      for feature in 0..<size { sum += weights.base[feature] * row[feature] }
      return sum
    }
  }
}
