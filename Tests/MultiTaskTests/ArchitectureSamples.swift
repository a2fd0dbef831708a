import Autodiff
import Kernels
import MultiTask
import NeuralNetworks
import Randomness
import TestSupport

/// Every architecture, small, with activations without kinks and a head of two layers.
let smallArchitectures: [ArchitectureSettings] = {
  let head = HeadSettings.smooth
  let mlp = TrunkSettings.mlp(.init(hidden: [6, 5], activation: .tanh))
  return ArchitectureSettings.alternatives.map(\.standard).map { standard in
    switch standard {
    case .hardSharing(var s):
      (s.trunk, s.head) = (mlp, head)
      return .hardSharing(s)
    case .independent(var s):
      (s.trunk, s.head) = (mlp, head)
      return .independent(s)
    case .oneHot(var s):
      (s.hidden, s.activation) = ([6, 5], .tanh)
      return .oneHot(s)
    case .embedding(var s):
      (s.hidden, s.activation, s.embeddingSize) = ([6, 5], .tanh, 3)
      return .embedding(s)
    case .film(var s):
      (s.hidden, s.activation, s.embeddingSize) = ([6, 5], .tanh, 3)
      return .film(s)
    case .crossStitch(var s):
      (s.hidden, s.activation, s.head) = ([6, 5], .tanh, head)
      return .crossStitch(s)
    case .mtan(var s):
      (s.hidden, s.activation, s.head) = ([6, 5], .tanh, head)
      return .mtan(s)
    case .mmoe(var s):
      (s.expert, s.head, s.experts) = (mlp, head, 3)
      return .mmoe(s)
    case .cgc(var s):
      (s.expert, s.head, s.ownExperts) = (mlp, head, 2)
      return .cgc(s)
    case .ple(var s):
      (s.hidden, s.activation, s.head, s.levels) = ([6, 5], .tanh, head, 3)
      return .ple(s)
    case .softModularization(var s):
      (s.hidden, s.activation, s.units, s.modules, s.layers) = ([6], .tanh, 5, 2, 3)
      return .softModularization(s)
    case .paCo(var s):
      (s.hidden, s.activation, s.sets) = ([6, 5], .tanh, 3)
      return .paCo(s)
    case .moore(var s):
      (s.hidden, s.activation, s.head, s.experts) = ([6, 5], .tanh, head, 3)
      return .moore(s)
    case .own: return standard
    }
  }
}()

/// The small architectures that need no heads, with heads.
let withHeads: [ArchitectureSettings] = smallArchitectures.compactMap { settings in
  switch settings {
  case .oneHot(var s):
    (s.hasHeads, s.head) = (true, .smooth)
    return .oneHot(s)
  case .embedding(var s):
    (s.hasHeads, s.head) = (true, .smooth)
    return .embedding(s)
  case .film(var s):
    (s.hasHeads, s.head) = (true, .smooth)
    return .film(s)
  case .softModularization(var s):
    (s.hasHeads, s.head) = (true, .smooth)
    return .softModularization(s)
  case .paCo(var s):
    (s.hasHeads, s.head) = (true, .smooth)
    return .paCo(s)
  default: return nil
  }
}

extension HeadSettings {
  /// A head of two layers without kinks.
  static var smooth: HeadSettings {
    var head = HeadSettings(hidden: [4])
    head.activation = .tanh
    return head
  }
}

/// Three tasks of different widths on examples of four numbers.
let widths = [2, 1, 3]
let inputShape = [4]

func stream(_ name: String = "networks") -> RandomStream { Seeds(root: 7)[name] }

/// Five examples.
func sampleRows(_ count: Int = 5, inputs: Int = 4) -> Tensor {
  Tensor(sampleNumbers(Shape([count, inputs]), in: -1...1, name: "rows").rounded)
}

extension ArchitectureSettings {
  /// The network for the three tasks.
  func network() throws -> any MultiTaskNetwork {
    var random = stream()
    return try make(inputShape: inputShape, outputs: widths, using: &random)
  }
}

/// `Σₖ Σ cosine weights · answer`: one number that all answers matter to.
func weightedAnswers(_ network: some MultiTaskNetwork, _ rows: Tensor) -> Tensor {
  (0..<network.taskCount).map { task in
    let answer = network(rows, task: task)
    let weights = sampleNumbers(Shape(answer.shape), in: -1...1, name: "answer \(task)").rounded
    return answer.dot(Tensor(weights))
  }.reduce(Tensor(0), +)
}
