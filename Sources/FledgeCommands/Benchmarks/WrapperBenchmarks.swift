import Environments
import Randomness
import Simulators

/// Wrappers around CartPole-v1, 64 copies: a step with each, and the bare environment beside it.
extension Benchmark {
  static let wrapping: [Benchmark] = Wrappers.all.compactMap { type in
    guard let (inner, wrapper) = sample(of: type) else { return nil }
    return Benchmark(
      name: "wrapping/\(type.name)",
      summary: "A step of 64 copies of CartPole-v1 in it; the limit is the same without it.",
      unit: .microseconds, goal: type == RepeatActions.self ? 7 : 3.2
    ) { try measure(wrapper, around: inner, $0) }
  }

  /// A wrapper, and what must be around CartPole before it; `nil` for those of continuous actions.
  private static func sample(
    of type: any Wrapper.Type
  ) -> (inner: [any Wrapper], wrapper: any Wrapper)? {
    let bounded = ClipObservation(low: -5, high: 5)
    switch type {
    case is ClipAction.Type, is RescaleAction.Type, is DiscretizeAction.Type: return nil
    case is ShapeReward.Type: return ([], ShapeReward(weights: [0.1, 0, 1, 0]))
    case is SelectFeatures.Type: return ([], SelectFeatures(indices: [0, 2]))
    case is RescaleObservation.Type: return ([bounded], RescaleObservation())
    case is DiscretizeObservation.Type: return ([bounded], DiscretizeObservation())
    case is OneHot.Type: return ([bounded, DiscretizeObservation(bins: 8, flat: false)], OneHot())
    default: return ([], type.init())
    }
  }

  private static func measure(
    _ wrapper: any Wrapper, around inner: [any Wrapper], _ effort: Effort
  ) throws -> Measurement {
    let entry = try Simulators.catalogue["CartPole-v1"]
    let bare = try entry.makeBatch(count: 64, wrappers: inner)
    let wrapped = try entry.makeBatch(count: 64, wrappers: inner + [wrapper])
    var random = RandomStream(key: 1)
    let actions = ActionTable(of: bare.actionSpace, batches: 64, count: 64, using: &random)
    let size = 64 * max(bare.observationSize, wrapped.observationSize)
    let observations = UnsafeMutablePointer<Float>.allocate(capacity: size)
    defer { observations.deallocate() }
    bare.reset(seed: 0, into: observations)
    wrapped.reset(seed: 0, into: observations)
    func step(_ batch: any BatchedEnvironment) {
      for index in 0..<64 { batch.step(actions.rows(ofBatch: index), into: observations) }
    }
    var measurement = effort.microseconds(of: { step(wrapped) }, limit: { step(bare) })
    measurement.values = measurement.values.map { $0 / 64 }
    measurement.limits = measurement.limits.map { $0 / 64 }
    return measurement
  }
}
