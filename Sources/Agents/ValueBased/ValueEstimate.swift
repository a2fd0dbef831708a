package import Autodiff
import NeuralNetworks

/// How the numbers that a network gives for an action stand for the return that follows it.
///
/// Shapes: `B` batch, `A` actions, `K` numbers for each action. Where `K` is 1, its axis is left
/// out.
package protocol ValueEstimate: Sendable {
  /// `K`: numbers for each action, 1 or more.
  var width: Int { get }

  /// The expected returns `Q`: `[B, A, K]` → `[B, A]`, and `[B, K]` → `[B]`.
  func values(_ numbers: Tensor) -> Tensor

  /// How wrong the numbers for the actions taken are.
  ///
  /// - Parameters:
  ///   - predicted: For `(s, a)`, `[B, K]`.
  ///   - next: The target network's for `(s′, a*)`, `[B, K]`; constants to differentiation.
  ///   - rewards: `r`, `[B]`; over several steps `Σ γⁱ·rᵢ`.
  ///   - discounts: What `next` counts, `[B]`; 0 where the episode terminated.
  func errors(of predicted: Tensor, next: Tensor, rewards: Tensor, discounts: Tensor)
    -> ValueErrors
}

/// What an update makes small, and what a prioritized replay goes by; `[B]` each.
package struct ValueErrors {
  package var losses: Tensor
  package var priorities: Tensor
}

extension Tensor {
  /// The numbers of one action of each row: `[B, A]` → `[B]`, `[B, A, K]` → `[B, K]`.
  ///
  /// - Parameter actions: Whole numbers, `[B]`.
  func numbers(of actions: Tensor) -> Tensor {
    guard rank == 3 else { return picked(at: actions) }
    let (rows, choices, width) = (shape[0], shape[1], shape[2])
    let places = actions + Double(choices) * actions.positions(axis: 0)
    return reshaped(to: [rows * choices, width]).gathered(rows: places)
  }
}

/// One number for each action: the expected return itself.
///
/// Mnih et al. (2015), "Human-level control through deep reinforcement learning", Algorithm 1.
package struct ExpectedValues: ValueEstimate {
  package let loss: DQNSettings.Loss

  package init(loss: DQNSettings.Loss) { self.loss = loss }

  package var width: Int { 1 }

  package func values(_ numbers: Tensor) -> Tensor { numbers }

  /// `y = r + γ·Q⁻(s′, a*)`, `[B]`.
  package func targets(next: Tensor, rewards: Tensor, discounts: Tensor) -> Tensor {
    rewards + discounts * next
  }

  /// The error of the values `Q(s, a)` of the actions taken, all `[B]`.
  package func losses(values: Tensor, targets: Tensor) -> Tensor {
    switch loss {
    case .squared: squaredError(values, targets, reduction: .none)
    case .huber(let delta): huberLoss(values, targets, delta: delta, reduction: .none)
    }
  }

  /// Priorities are `|y − Q(s, a)|`.
  ///
  /// Schaul et al. (2016), "Prioritized experience replay", Algorithm 1, line 11.
  package func errors(of predicted: Tensor, next: Tensor, rewards: Tensor, discounts: Tensor)
    -> ValueErrors
  {
    let targets = targets(next: next, rewards: rewards, discounts: discounts).withoutGradient()
    return ValueErrors(
      losses: losses(values: predicted, targets: targets),
      priorities: (targets - predicted).absolute())
  }
}
