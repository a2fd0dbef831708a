/// What a descent did: where it went, and what the strategy decided on the way.
public struct LandscapePath: Equatable, Codable, Sendable {
  /// What was known and decided before one of the steps.
  public struct Record: Equatable, Codable, Sendable {
    /// Steps taken before.
    public var step: Int
    /// Where the descent was.
    public var point: SIMD2<Double>
    /// Both losses there.
    public var losses: [Double]
    /// The weights that the step was taken with; of the losses' own gradients or, for a strategy
    /// that changes these, of what it made of them.
    public var weights: [Double]
    /// Of the losses' own gradients.
    public var gram: GramMatrix
    /// How far the weights are from what defines them.
    public var residual: Double
    /// `minₖ ⟨gₖ, d⟩`: below 0, the step goes up on some loss.
    public var leastDescent: Double
  }

  /// How a descent ended.
  public enum Outcome: Equatable, Codable, Sendable {
    /// At most the tolerance away from the Pareto set.
    case front
    /// Still on its way: at the pace of the last tenth of its steps it gets to the Pareto set in
    /// fewer steps than it has taken.
    case late
    /// Away from the Pareto set, and hardly coming closer.
    case stuck
    /// The strategy had no answer, or the point left all bounds: a sentence.
    case failed(String)
  }

  /// Where it began.
  public var start: SIMD2<Double>
  /// Evenly spread over the steps, the first step among them.
  public var records: [Record]
  /// Steps taken.
  public var steps: Int
  /// Where it ended.
  public var end: SIMD2<Double>
  /// Both losses where it ended.
  public var endLosses: [Double]
  /// From the Pareto set, in the plane of parameters.
  public var distance: Double
  /// How it ended.
  public var outcome: Outcome

  /// The places it went through, start and end included.
  public var points: [SIMD2<Double>] { records.map(\.point) + [end] }
}
