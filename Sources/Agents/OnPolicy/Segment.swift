package import Autodiff
import Environments
import NeuralNetworks

/// The latest `T` steps of `N` environments, step by step: what an on-policy agent learns from.
///
/// It lies in the agent's variables, beside the networks: the environments write their observations
/// into it, updates read from it, and a checkpoint that falls in its middle keeps the half that is
/// there.
package struct Segment: Traceable {
  /// What was seen, `[(T + 1)·N, observationSize]`; the last `N` rows are the newest.
  package var observations: Tensor
  /// What was done: `[T·N]` choices, `[T·N, K]` where several are made at once, or `[T·N, D]`
  /// numbers before they were clipped.
  package var actions: Tensor
  /// `[T·N]`.
  package var rewards: Tensor
  /// `[T·N]`: 0 where the episode went on, else an `Ending`'s raw value.
  package var endings: Tensor
  /// `[(T + 1)·N, A]`, 1 where a choice was allowed; `nil` where all always are.
  package var masks: Tensor?
  /// What the policy's last layer said when it acted, `[T·N, O]`; `nil` where that does not say
  /// all about the distribution.
  package var policyOutputs: Tensor?
  /// The policy's `log p` of the actions when they were taken, `[T·N]`.
  package var logProbabilities: Tensor
  /// The values of the observations, `[(T + 1)·N]`.
  package var values: Tensor
  /// Where an episode was truncated, the value of its last observation, `[T·N]`.
  package var finalValues: Tensor
  /// `[T·N]`.
  package var advantages: Tensor
  /// What the values should have been, `[T·N]`.
  package var returns: Tensor

  /// An empty segment.
  ///
  /// - Parameter outputs: `O`, where what the policy said is kept.
  package init(steps: Int, _ surroundings: Surroundings, policyOutputs outputs: Int? = nil) {
    let count = steps * surroundings.environments
    let rows = count + surroundings.environments
    observations = .zeros([rows, surroundings.observationSize])
    rewards = .zeros([count])
    (endings, logProbabilities, finalValues) = (rewards, rewards, rewards)
    (advantages, returns) = (rewards, rewards)
    values = .zeros([rows])
    let isOneChoice = surroundings.actions.choices.count == 1
    actions = .zeros(isOneChoice ? [count] : [count, surroundings.actions.width])
    let choices = surroundings.actions.maskSize
    if surroundings.masked, choices > 0 { masks = .ones([rows, choices]) }
    if let outputs { policyOutputs = .zeros([count, outputs]) }
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("observations", &observations)
    visitor.visit("actions", &actions)
    visitor.visit("rewards", &rewards)
    visitor.visit("endings", &endings)
    visitor.visit("masks", &masks)
    visitor.visit("policyOutputs", &policyOutputs)
    visitor.visit("logProbabilities", &logProbabilities)
    visitor.visit("values", &values)
    visitor.visit("finalValues", &finalValues)
    visitor.visit("advantages", &advantages)
    visitor.visit("returns", &returns)
  }
}

/// Where the parts of a segment lie in an agent's variables.
struct SegmentRows {
  let steps: Int
  let environments: Int
  private let observationSize: Int
  private let actionWidth: Int
  private let choices: Int
  private let observations, actions, masks, policyOutputs: UnsafeMutablePointer<Float>
  let rewards, endings, values, finalValues, advantages, returns: UnsafeMutablePointer<Float>

  /// - Parameter name: what the variables' value calls the segment.
  init<State: Traceable>(
    _ name: String, in variables: Variables<State>, steps: Int, _ surroundings: Surroundings
  ) {
    func rows(_ part: String) -> UnsafeMutablePointer<Float> {
      guard let base = variables.buffer.baseAddress else {
        preconditionFailure("variables without memory hold no segment")
      }
      let place = variables.layout.first { $0.name == "\(name)/\(part)" }
      return base + (place?.offset ?? 0)
    }
    self.steps = steps
    environments = surroundings.environments
    observationSize = surroundings.observationSize
    actionWidth = surroundings.actions.width
    choices = surroundings.masked ? surroundings.actions.maskSize : 0
    (observations, actions, masks) = (rows("observations"), rows("actions"), rows("masks"))
    policyOutputs = rows("policyOutputs")
    (rewards, endings) = (rows("rewards"), rows("endings"))
    (values, finalValues) = (rows("values"), rows("finalValues"))
    (advantages, returns) = (rows("advantages"), rows("returns"))
  }

  /// `[N, observationSize]`: what was seen at step `index`, up to and including `T`.
  func observations(at index: Int) -> UnsafeMutablePointer<Float> {
    observations + index * environments * observationSize
  }

  /// `[N]`, `[N, K]` or `[N, D]`.
  func actions(at index: Int) -> UnsafeMutablePointer<Float> {
    actions + index * environments * actionWidth
  }

  /// `[N, A]`, 1 where a choice is allowed at step `index`; not to be read where all always are.
  func masks(at index: Int) -> UnsafePointer<Float> {
    UnsafePointer(masks + index * environments * choices)
  }

  /// Writes down what the policy said at step `index`, `[N, O]`.
  func setPolicyOutputs(_ outputs: UnsafeBufferPointer<Float>, at index: Int) {
    let row = policyOutputs + index * outputs.count
    for place in outputs.indices { row[place] = outputs[place] }
  }

  /// Writes down which choices are allowed at step `index`.
  func setMasks(_ allowed: UnsafePointer<UInt8>?, at index: Int) {
    guard let allowed else { return }
    let row = masks + index * environments * choices
    for place in 0..<environments * choices { row[place] = Float(allowed[place]) }
  }

  /// Writes down what the actions of step `index` led to.
  func setOutcome(_ environment: any BatchedEnvironment, at index: Int) {
    let first = index * environments
    for copy in 0..<environments {
      rewards[first + copy] = environment.rewards[copy]
      endings[first + copy] = Float(environment.endings[copy])
    }
  }

  /// Makes the newest observations, and what is allowed there, the first ones of the next segment.
  func beginAgain() {
    let last = observations(at: steps)
    for place in 0..<environments * observationSize { observations[place] = last[place] }
    let lastMasks = masks + steps * environments * choices
    for place in 0..<environments * choices { masks[place] = lastMasks[place] }
  }

  /// What estimators read.
  var columns: EstimationColumns {
    EstimationColumns(
      steps: steps, environments: environments, rewards: rewards, endings: endings,
      values: values, finalValues: finalValues)
  }
}

extension Surroundings {
  /// The steps of all environments in a segment.
  ///
  /// - Throws: `SettingsError` where they are too many to be numbered, or more than the whole run.
  func segmentSize(segmentLength: Int, totalSteps: Int) throws(SettingsError) -> Int {
    // Indices of steps travel as whole numbers in single precision.
    let most = min(1 << 24, max(1, totalSteps))
    let (count, overflow) = segmentLength.multipliedReportingOverflow(by: environments)
    try require(
      !overflow && count <= most, "segmentLength",
      "must be at most \(most / environments), so that \(environments) environments learn at least "
        + "once in \(totalSteps) steps", found: segmentLength)
    return count
  }
}
