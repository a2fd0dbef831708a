package import Autodiff

/// Some of a segment's steps.
package struct Minibatch {
  package var observations, actions, logProbabilities, values, advantages, returns: Tensor
  package var masks: Tensor?

  /// - Parameter rows: `[B]` whole numbers, places among the `T·N` steps.
  package init(of segment: Segment, rows: Tensor) {
    observations = segment.observations.gathered(rows: rows)
    actions = segment.actions.gathered(rows: rows)
    logProbabilities = segment.logProbabilities.gathered(rows: rows)
    values = segment.values.gathered(rows: rows)
    advantages = segment.advantages.gathered(rows: rows)
    returns = segment.returns.gathered(rows: rows)
    masks = segment.masks?.gathered(rows: rows)
  }

  /// All steps of a segment.
  package init(of segment: Segment) {
    let count = segment.rewards.count
    func steps(_ rows: Tensor) -> Tensor { rows.sliced(axis: 0, from: 0, count: count) }
    observations = steps(segment.observations)
    actions = segment.actions
    logProbabilities = segment.logProbabilities
    values = steps(segment.values)
    advantages = segment.advantages
    returns = segment.returns
    masks = segment.masks.map(steps)
  }

  /// What an update reads besides the segment.
  package struct Inputs: Traceable {
    /// `[B]` whole numbers.
    package var rows: Tensor
    package var learningRate = Tensor(0)
    package var clipRange = Tensor(0)

    package init(rows: Tensor) { self.rows = rows }

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("rows", &rows)
      visitor.visit("learningRate", &learningRate)
      visitor.visit("clipRange", &clipRange)
    }
  }
}

/// What is measured during an update of an actor-critic; single numbers.
package struct Measured: Traceable {
  package var policyLoss, valueLoss, entropy, divergence, clipFraction, gradientNorm: Tensor

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("policyLoss", &policyLoss)
    visitor.visit("valueLoss", &valueLoss)
    visitor.visit("entropy", &entropy)
    visitor.visit("divergence", &divergence)
    visitor.visit("clipFraction", &clipFraction)
    visitor.visit("gradientNorm", &gradientNorm)
  }
}

/// The means of what was measured over the updates from one segment.
struct MeasurementSum {
  static let count = 6
  private var sums = [Float](repeating: 0, count: MeasurementSum.count)
  private var updates: Float = 0

  /// Adds the outputs of an update's plan.
  mutating func add(_ update: Plan) {
    for index in sums.indices { sums[index] += update.output(index)[0] }
    updates += 1
  }

  func mean(_ index: Int) -> Float { sums[index] / max(1, updates) }
}

extension Tensor {
  /// The numbers `[B]` moved and scaled to the mean 0 and the (unbiased) deviation 1.
  package func standardized() -> Tensor {
    let centered = self - mean().broadcast(to: shape)
    let deviation = (centered.squared().sum() / Double(max(1, count - 1))).squareRoot()
    return centered / (deviation + 1e-8).broadcast(to: shape)
  }
}

extension Segment {
  /// Writes down the values of all observations, and the probabilities of the actions taken.
  ///
  /// Once a segment is full: one large product is faster than many small ones, and the networks are
  /// still those that acted.
  mutating func appraise(with networks: some PolicyAndValues) {
    values = networks.values(observations)
    let count = rewards.count
    let allowed = masks?.sliced(axis: 0, from: 0, count: count)
    let policy =
      policyOutputs.map { networks.policy(outputs: $0, allowed: allowed) }
      ?? networks.policy(observations.sliced(axis: 0, from: 0, count: count), allowed: allowed)
    logProbabilities = policy.logProbability(of: actions)
  }
}

extension SegmentRows {
  /// `1 - Var(returns - values) / Var(returns)` over the segment; 0 where returns are all equal.
  var explainedVariance: Float {
    let count = steps * environments
    func variance(_ number: (Int) -> Float) -> Float {
      var (sum, squares): (Double, Double) = (0, 0)
      for place in 0..<count { sum += Double(number(place)) }
      let mean = sum / Double(count)
      for place in 0..<count {
        squares += (Double(number(place)) - mean) * (Double(number(place)) - mean)
      }
      return Float(squares / Double(count))
    }
    let whole = variance { returns[$0] }
    return whole > 0 ? 1 - variance { returns[$0] - values[$0] } / whole : 0
  }
}
