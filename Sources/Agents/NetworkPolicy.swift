package import Autodiff
import Environments
import NeuralNetworks

/// A policy that is a network, which other programs can be given.
package protocol NetworkPolicy: Policy {
  /// What the network computes from `rows` observations, as the environment shows them, to the
  /// actions that the policy takes for them: normalization, masks, squashing and bounds included.
  ///
  /// The first input is `observation`, `[rows, observationSize]`; `action_mask` and `state` follow
  /// where there are any. The first output is `action`; with several tasks there is
  /// `action/<task>` for each, as if all rows were of this task.
  func graph(rows: Int) -> NamedGraph
}

/// A network's weights with what observations are normalized by.
package struct GraphWeights<Weights: Traceable>: Traceable {
  package var weights: Weights
  private var mean: Tensor?
  private var scale: Tensor?
  private let limit: Double
  /// The numbers in their family of the tasks that there are.
  private let tasks: [Int]

  init(_ weights: Weights, _ normalizer: Normalizer?) {
    self.weights = weights
    for (name, tensor) in normalizer?.weights ?? [] {
      if name == Normalizer.names.mean { mean = tensor }
      if name == Normalizer.names.scale { scale = tensor }
    }
    limit = normalizer?.settings.clipObservations ?? 0
    tasks = normalizer?.tasks.numbers ?? []
  }

  /// Whether each task's observations are normalized by numbers of its own.
  var isByTask: Bool { mean?.shape.count == 2 }

  /// What the network sees of observations `[B, observationSize]`.
  ///
  /// - Parameter task: The task that all of them are of, by its place among those that there are;
  ///   heeded where it matters.
  func normalized(_ observations: Tensor, of task: Int? = nil) -> Tensor {
    guard var mean, var scale else { return observations }
    if isByTask {
      let number = tasks[task ?? 0]
      mean = mean.sliced(axis: 0, from: number, count: 1).flattened()
      scale = scale.sliced(axis: 0, from: number, count: 1).flattened()
    }
    return observations.addingRow(-mean).multiplyingRow(scale).clamped(to: -limit...limit)
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    weights.visitTensors(&visitor)
    if var tensor = mean {
      visitor.visit(Normalizer.names.mean, &tensor)
      mean = tensor
    }
    if var tensor = scale {
      visitor.visit(Normalizer.names.scale, &tensor)
      scale = tensor
    }
  }
}

extension Normalizer {
  /// Loads saved weights into a network; gives what observations are normalized by, which was saved
  /// with them, or `nil`.
  ///
  /// - Parameter discountFactor: γ of the agent.
  /// - Throws: `NamedTensorsError` if the weights are of another network.
  static func load(
    _ saved: [(name: String, tensor: Tensor)], into network: inout some Traceable,
    in surroundings: Surroundings, discountFactor: Double
  ) throws -> Normalizer? {
    var weights = saved
    let normalizer = try Normalizer(for: surroundings, discountFactor: discountFactor)
    try normalizer?.takeScales(from: &weights)
    try NeuralNetworks.load(weights, into: &network)
    return normalizer
  }
}

/// The parts that graphs of policies have in common.
enum PolicyGraphs {
  /// The inputs that every policy has: observations, and masks where there are any.
  static func inputs(_ surroundings: Surroundings, rows: Int) -> [NamedGraph.Value] {
    let observation = Tensor.zeros([rows, surroundings.observationSize])
    guard surroundings.masked, surroundings.actions.maskSize > 0 else {
      return [NamedGraph.Value("observation", observation)]
    }
    let mask = Tensor.ones([rows, surroundings.actions.maskSize])
    return [
      NamedGraph.Value("observation", observation), NamedGraph.Value("action_mask", mask, .flags),
    ]
  }

  /// What `body` gives for each task, its name added to the names of the outputs; or once.
  ///
  /// - Parameters:
  ///   - areApart: Whether the network, or what observations are normalized by, has something of
  ///     each task's own.
  ///   - body: From the task's place among those that there are, `nil` where it does not matter.
  static func outputs(
    of tasks: TaskCopies, areApart: Bool, _ body: (Int?) -> [NamedGraph.Value]
  ) -> [NamedGraph.Value] {
    guard areApart, tasks.areNamed else { return body(nil) }
    return tasks.names.enumerated().flatMap { place, name in
      body(place).map { NamedGraph.Value("\($0.name)/\(name)", $0.tensor, $0.content) }
    }
  }

  /// The allowed choice of the largest value, `[B, A]` → `[B]`.
  static func greedy(_ values: Tensor, allowed: Tensor?) -> NamedGraph.Value {
    let masked =
      allowed.map { select($0, values, .filled(with: -1e30, shape: values.shape)) } ?? values
    return NamedGraph.Value("action", masked.argmax(axis: 1), .whole)
  }

  /// The likeliest action of a distribution, with what the distribution is made of.
  static func outputs(
    of distribution: ActionDistribution, in space: ActionSpace
  ) -> [NamedGraph.Value] {
    switch distribution {
    case .choice(let choice):
      return [
        NamedGraph.Value("action", choice.mode, .whole),
        NamedGraph.Value("probabilities", choice.probabilities),
      ]
    case .choices(let choices):
      let modes = choices.parts.map { $0.mode.insertingAxis(at: 1) }
      return [
        NamedGraph.Value("action", concatenated(modes, axis: 1), .whole),
        NamedGraph.Value("probabilities", choices.probabilities),
      ]
    case .numbers(let numbers):
      return [
        NamedGraph.Value("action", bounded(numbers.mean, in: space)),
        NamedGraph.Value("mean", numbers.mean),
        NamedGraph.Value("log_deviation", numbers.logDeviation),
      ]
    }
  }

  /// Numbers `[B, D]` cut off at the bounds of what the environments take.
  private static func bounded(_ numbers: Tensor, in space: ActionSpace) -> Tensor {
    guard case .continuous(let low, let high) = space else { return numbers }
    let lowest = Tensor(low).broadcast(to: numbers.shape)
    return minimum(maximum(numbers, lowest), Tensor(high).broadcast(to: numbers.shape))
  }
}

extension ActionRange {
  /// Rows `[B, D]` stretched from `-1...1` to the bounds; see `stretch`.
  func stretched(_ rows: Tensor) -> Tensor {
    let lowest = Tensor(low).broadcast(to: rows.shape)
    let extent = Tensor(zip(low, high).map { $1 - $0 }).broadcast(to: rows.shape)
    let numbers = lowest + 0.5 * (rows + 1) * extent
    return minimum(maximum(numbers, lowest), Tensor(high).broadcast(to: rows.shape))
  }
}
