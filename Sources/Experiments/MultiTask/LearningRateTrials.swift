import MultiTask
import NeuralNetworks
import Randomness
import Tracking

extension MultiTaskConfig {
  /// The learning rates that the file asks to be tried, each with its validation score; none where
  /// it asks for none.
  ///
  /// They follow from the cell's configuration alone: every seed of the cell has the same, whoever
  /// asks first.
  ///
  /// - Parameter beginning: Called if the trials are not there already.
  func trials(
    sharing work: SharedWork, until stop: StopSignal, _ beginning: () -> Void
  ) throws -> [RecordedTrial] {
    guard !tuning.learningRates.isEmpty else { return [] }
    return try work.trials.value(for: yaml()) {
      beginning()
      return try tuning.learningRates.map { rate in
        let scores = try (0..<tuning.seeds).map {
          try trial(rate, seed: tuning.root + UInt64($0), sharing: work, until: stop)
        }
        let mean = scores.reduce(0, +) / Double(scores.count)
        // JSON has no infinity.
        return RecordedTrial(
          learningRate: rate, score: mean.isFinite ? mean : .greatestFiniteMagnitude)
      }
    }
  }

  /// The best validation score of a training with this rate; infinite where it fails numerically.
  private func trial(
    _ rate: Double, seed: UInt64, sharing work: SharedWork, until stop: StopSignal
  ) throws -> Double {
    var config = self
    config.optimizer.learningRate = .constant(rate)
    let seeds = Seeds(root: seed)
    let training = try TaskTraining(
      config, on: PreparedTasks(config, of: config.examples(sharing: work), seeds: seeds),
      seeds: seeds, share: tuning.share)
    do {
      while !training.isOver {
        try training.step()
        if training.isEvaluationDue { _ = try training.evaluate() }
        if training.position.step.isMultiple(of: 16), stop.isRequested {
          throw StoppedBeforeBeginning()
        }
      }
    } catch is DivergedTraining {
      return .infinity
    } catch TaskStepError.strategy {
      // Such as a weight that is no longer finite: the rate is at fault, and others may do.
      return .infinity
    }
    return training.position.best?.score ?? .infinity
  }
}

extension SupervisedRun {
  /// The rate of the trial with the lowest score; of equal ones the first.
  static func best(of trials: [RecordedTrial]) throws -> Double {
    guard let best = trials.min(by: { $0.score < $1.score }),
      best.score < .greatestFiniteMagnitude
    else { throw NoUsableRate(trials) }
    return best.learningRate
  }
}

/// Every learning rate led to losses that are no numbers, or to gradients for which the strategy
/// has no answer.
struct NoUsableRate: Error, CustomStringConvertible {
  let rates: [Double]

  init(_ trials: [RecordedTrial]) { rates = trials.map(\.learningRate) }

  var description: String {
    "training failed numerically with every learning rate of tuning.learningRates "
      + "(\(rates.map { "\($0)" }.joined(separator: ", "))); add lower ones"
  }
}

extension RunProgress {
  /// A run that ends before its first step.
  init(failing config: MultiTaskConfig, seed: UInt64, _ sentence: String) {
    self.init(
      seed: seed, variant: config.variant, phase: .failed(sentence), step: 0, budget: 0,
      stepsPerSecond: 0, episodes: 0)
  }

  /// A run whose learning rates are being tried.
  init(tuning config: MultiTaskConfig, seed: UInt64) {
    self.init(
      seed: seed, variant: config.variant, phase: .tuning, step: 0, budget: 0, stepsPerSecond: 0,
      episodes: 0)
  }
}
