import Autodiff
import MultiTask
import NeuralNetworks
import Randomness

/// A trunk and a head for each task.
struct SharedTrunk: MultiTaskNetwork {
  var shared: MLP
  var own: [MLP]

  init(inputs: Int = 5, units: Int = 8, features: Int = 6, outputs: [Int], seed: UInt64 = 3) {
    var random = Seeds(root: seed)["network"]
    shared = MLP(
      sizes: [inputs, units, features], activation: .tanh, outputActivation: .tanh, using: &random)
    own = outputs.map { MLP(sizes: [features, 4, $0], activation: .tanh, using: &random) }
  }

  func representation(of rows: Tensor, for task: Int) -> Tensor { shared(rows) }

  func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    own[task](representation)
  }
}

/// Weights that stay, of losses or of gradients.
struct FixedWeights: Strategy {
  var weights: [Double]
  var signal = Signal.losses
  var wantsLossesAfter = false
  var seen: [[Double]] = []

  enum Signal: String, Codable, Sendable { case losses, gram, gradients }

  init(_ weights: [Double], _ signal: Signal = .losses, lossesAfterStep: Bool = false) {
    (self.weights, self.signal, wantsLossesAfter) = (weights, signal, lossesAfterStep)
  }

  var needs: StrategyNeeds {
    let signal: StrategyNeeds.Signal =
      switch signal {
      case .losses: .losses
      case .gram: .gram
      case .gradients: .gradients
      }
    return StrategyNeeds(signal, lossesAfterStep: wantsLossesAfter)
  }

  mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    Combination(weights: signals.tasks.map { weights[$0] })
  }

  /// Doubles the first row.
  mutating func transform(
    _ gradients: inout GradientRows, _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) {
    for index in gradients[0].indices { gradients[0][index] *= 2 }
  }

  mutating func observe(
    lossesAfterStep losses: [Double], _ signals: TaskSignals
  ) throws(StrategyError) { seen.append(losses) }
}

/// Weights by the lengths of the gradients, times a random factor, and a running mean of losses:
/// all that can change in a strategy.
struct DrawnWeights: Strategy {
  var mean: [Double] = []

  var needs: StrategyNeeds { StrategyNeeds(.gram) }

  mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    guard let gram = signals.gram else { throw StrategyError("no gradients") }
    if mean.isEmpty { mean = signals.losses }
    for (index, loss) in signals.losses.enumerated() { mean[index] += 0.1 * (loss - mean[index]) }
    return Combination(
      weights: signals.losses.indices.map {
        mean[$0] * random.uniform() / (gram[$0, $0].squareRoot() + 1e-6)
      }, residual: 0.25)
  }
}

/// The batch of a learner, filled with numbers that are the same every time.
func fill(_ batch: BatchMemory, of tasks: [TaskObjective], seed: UInt64 = 11) {
  var random = Seeds(root: seed)["batch"]
  for rows in batch.rows { for index in rows.indices { rows[index] = random.normal() as Float } }
  for (labels, task) in zip(batch.labels, tasks) {
    for index in labels.indices {
      labels[index] =
        switch task.loss {
        case .crossEntropy: Float(random.integer(below: 3))
        case .binaryCrossEntropy: Float(random.integer(below: 2))
        default: random.normal() as Float
        }
    }
  }
}

func tensor(_ numbers: UnsafeMutableBufferPointer<Float>, columns: Int) -> Tensor {
  Tensor(shape: [numbers.count / columns, columns], scalars: Array(numbers))
}

/// What a learner consists of, by name.
struct LearnerNotes: LearnerStateVisitor {
  var isRestoring = false
  private var tensors: [String: [Float]] = [:]
  private var values: [String: Any] = [:]

  mutating func visit<Value: Traceable>(_ name: String, _ variables: Variables<Value>) {
    if isRestoring, let numbers = tensors[name] {
      _ = variables.buffer.update(fromContentsOf: numbers)
    } else {
      tensors[name] = Array(variables.buffer)
    }
  }

  mutating func visit<Value: Codable>(_ name: String, _ value: inout Value) {
    if isRestoring, let saved = values[name] as? Value {
      value = saved
    } else {
      values[name] = value
    }
  }
}
