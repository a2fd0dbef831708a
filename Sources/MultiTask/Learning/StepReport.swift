/// What one step came to.
public struct StepReport: Sendable {
  /// The loss of each task before the step; not-a-number where it was absent.
  public internal(set) var losses: [Double]
  /// The weights as applied to the gradients of the shared parameters; 0 where absent.
  public internal(set) var weights: [Double]
  /// The inner products of the tasks' gradients before a strategy changed them, by the step's mode.
  ///
  /// Rows and columns of absent tasks are 0. `nil` where the mode is `losses`.
  public internal(set) var gram: GramMatrix?
  /// How far the weights are from what defines them, as the strategy says.
  public internal(set) var residual: Double
  /// The smallest `⟨gₖ, d⟩` of the tasks that are present, before any clipping.
  ///
  /// Below 0 the step makes a task worse, to first order. Not-a-number where the gradients are not
  /// known.
  public internal(set) var leastDescent: Double

  init(taskCount: Int, hasGram: Bool) {
    losses = Array(repeating: .nan, count: taskCount)
    weights = Array(repeating: 0, count: taskCount)
    gram =
      hasGram
      ? GramMatrix(
        count: taskCount, elements: Array(repeating: 0, count: taskCount * taskCount)) : nil
    residual = 0
    leastDescent = .nan
  }
}
