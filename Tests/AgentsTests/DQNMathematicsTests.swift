import Agents
import Autodiff
import Testing

/// The equations of DQN against numbers worked out by hand.
@Suite struct DQNMathematicsTests {
  // Three transitions: one in mid-episode, one that terminated, one that was truncated (or goes
  // on).
  private let onlineValues = Tensor(shape: [3, 2], scalars: [5, 1, 0, 1, 9, 0])
  private let targetValues = Tensor(shape: [3, 2], scalars: [1, 2, 3, -1, 0, 5])

  // With discounts 0.5, 0, 0.5 the targets are 1 + 0.5·q, 2 and 3 + 0.5·q.
  private func batch(masks: [Float]? = nil) -> DQN.Batch {
    var batch = DQN.Batch(
      observations: .zeros([3, 1]), actions: Tensor([0, 1, 1]), rewards: Tensor([1, 2, 3]),
      discounts: Tensor([0.5, 0, 0.5]), nextObservations: .zeros([3, 1]))
    batch.nextMasks = masks.map { Tensor(shape: [3, 2], scalars: $0) }
    return batch
  }

  private func targets(_ kind: DQNSettings.Target, masks: [Float]? = nil) -> [Float] {
    let (batch, estimate) = (batch(masks: masks), ExpectedValues(loss: .squared))
    let next = DQN.next(
      kind, estimate, online: { _ in onlineValues }, target: { _ in targetValues }, batch)
    return estimate.targets(next: next, rewards: batch.rewards, discounts: batch.discounts).scalars
  }

  @Test func `the target is the reward and the discounted largest value of the target network`() {
    #expect(targets(.maximum) == [2, 2, 5.5])
  }

  @Test func `double-Q evaluates with the target network what the online network chooses`() {
    #expect(targets(.double) == [1.5, 2, 3])
  }

  @Test func `actions that are not allowed are excluded from the maximum`() {
    #expect(targets(.maximum, masks: [1, 0, 1, 1, 1, 0]) == [1.5, 2, 3])
  }

  @Test func `actions that are not allowed are excluded from double-Q's choice`() {
    #expect(targets(.double, masks: [0, 1, 1, 1, 0, 1]) == [2, 2, 5.5])
  }

  @Test func `where nothing is allowed after a termination the target is the reward`() {
    #expect(targets(.maximum, masks: [1, 1, 0, 0, 1, 1])[1] == 2)
    #expect(targets(.double, masks: [1, 1, 0, 0, 1, 1])[1] == 2)
  }

  @Test func `the loss is the mean squared or the mean Huber error`() {
    func loss(_ kind: DQNSettings.Loss) -> Float {
      ExpectedValues(loss: kind).losses(values: Tensor([1, 2]), targets: Tensor([3, 2.5]))
        .mean().scalar
    }
    #expect(loss(.squared) == (4 + 0.25) / 2)
    #expect(loss(.huber(delta: 1)) == (1.5 + 0.125) / 2)
    #expect(loss(.huber(delta: 0.25)) == ((2 - 0.125) * 0.25 + (0.5 - 0.125) * 0.25) / 2)
  }
}
