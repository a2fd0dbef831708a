package import Autodiff
import Environments

// What the plans of multi-task SAC read, and what is measured.

extension MultiTaskSAC {
  /// What an update of the actor reads: `[B, observationSize]` and standard normal `[B, D]`.
  package struct ActorBatch: Traceable {
    package var observations, noise: Tensor

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("observations", &observations)
      visitor.visit("noise", &noise)
    }
  }

  /// What temperatures and scales follow: what was measured of each task, single numbers.
  package struct Outcome: Traceable {
    package var logProbabilities, targetMeans, targetVariances: [Tensor]
    package var temperatureRate = Tensor(0)

    package init(taskCount: Int) {
      logProbabilities = Array(repeating: Tensor(0), count: taskCount)
      (targetMeans, targetVariances) = (logProbabilities, logProbabilities)
    }

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("logProbabilities", &logProbabilities)
      visitor.visit("targetMeans", &targetMeans)
      visitor.visit("targetVariances", &targetVariances)
      visitor.visit("temperatureRate", &temperatureRate)
    }
  }

  /// The metrics of all tasks together.
  public static let metrics = [
    Metric(
      "loss/critic", unit: "reward²",
      meaning: "Half the squared errors of both critics, added; the mean over the tasks."),
    Metric(
      "loss/actor", unit: "reward",
      meaning: "The mean of α·log π(a|s) - min Q(s, a); the mean over the tasks."),
    Metric(
      "actionValue/mean", unit: "reward",
      meaning: "The first critic's mean Q(s, a) of an update's transitions."),
    MultiTaskPPO.residual,
    Metric(
      "strategy/actorResidual",
      meaning: "How far the weights of the actor's strategy are from what defines them."),
  ]

  /// Those and of each task of this name its losses, entropy, temperature and how much it counts.
  public static func metrics(of tasks: [String]) -> [Metric] {
    metrics
      + tasks.map { Metric("loss/\($0)", unit: "reward²", meaning: "The critics' loss of \($0).") }
      + tasks.map {
        Metric("actorLoss/\($0)", unit: "reward", meaning: "The actor's loss of \($0).")
      }
      + tasks.map {
        Metric("entropy/\($0)", unit: "nat", meaning: "The policy's entropy in \($0).")
      }
      + tasks.map {
        Metric(
          "temperature/\($0)", unit: "reward/nat",
          meaning: "α: how much entropy is worth in \($0); with popArt in deviations of its values."
        )
      }
      + MultiTaskPPO.weights(of: tasks)
      + tasks.map {
        Metric(
          "actorWeights/\($0)",
          meaning: "How much the actor's gradient of \($0) counts for what is shared.")
      }
  }
}

extension Transitions {
  /// The transitions of one of so many tasks, which lie one after another, as many of each.
  func part(_ task: Int, of taskCount: Int) -> Transitions {
    Transitions(
      observations: observations.part(task, of: taskCount),
      actions: actions.part(task, of: taskCount), rewards: rewards.part(task, of: taskCount),
      discounts: discounts.part(task, of: taskCount),
      nextObservations: nextObservations.part(task, of: taskCount))
  }
}
