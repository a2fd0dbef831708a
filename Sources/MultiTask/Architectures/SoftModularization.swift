public import Autodiff
public import NeuralNetworks
public import Randomness

/// Layers of modules that all tasks share, and a network that routes between them by task and
/// input: `gᵢ ← Σⱼ pᵢⱼ a(Wⱼ gⱼ)`.
///
/// Of `f(x)` and the task's embedding `h(k)` the routing network makes, layer by layer, the
/// probabilities `p` that module `j` feeds module `i` of the next layer:
///
///     q¹   = D¹ a(f(x) ⊙ h(k)),     pᵢⱼ = exp qᵢⱼ / Σⱼ exp qᵢⱼ,
///     qˡ⁺¹ = Dˡ⁺¹ a(Uˡ qˡ ⊙ f(x) ⊙ h(k)).
///
/// The answer is a sum of a product for each routed module, which is one product with all of them
/// side by side. `h` is a layer that reads the one-hot name, so its row `k` is task `k`'s own.
///
/// R. Yang, H. Xu, Y. Wu & X. Wang (2020), "Multi-Task Reinforcement Learning with Soft
/// Modularization", eq. 3 to 7. The authors' program differs from the paper in places; this is the
/// paper.
public struct SoftModularization: MultiTaskNetwork {
  public struct Shared: Traceable, Sendable {
    /// `f`, with an activation after every layer: `[inputs]` → `[features]`.
    public var encoder: MLP
    /// `W`, by layer and module.
    public var modules: [[Dense]]
    /// `D`, by layer: `[features, modules²]`.
    public var routes: [Dense]
    /// `U`, by layer but for the last: `[modules², features]`.
    public var returns: [Dense]
    /// The last layer, where tasks have no heads.
    public var answer: Dense?

    public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("encoder", &encoder)
      visitor.visit("modules", &modules)
      visitor.visit("routes", &routes)
      visitor.visit("returns", &returns)
      visitor.visit("answer", &answer)
    }
  }

  /// `embedding` is `h(k)`, `[features]`.
  public typealias Own = TaskEmbedding.Own

  public var shared: Shared
  public var own: [Own]
  let outputs: [Int]

  public var isRepresentationCommon: Bool { false }

  /// The answer, or the last layer of modules where tasks have heads.
  public var lastSharedParameters: [String] {
    if let answer = shared.answer { return lastLayer(of: answer, at: "shared/answer") }
    let depth = shared.modules.count - 1
    return lastLayers(of: shared.modules[depth], at: "shared/modules/\(depth)")
  }

  /// `p` for each layer: `[B, modules of the next layer, modules]`, whose last axis adds up to 1.
  public func routing(of rows: Tensor, for task: Int) -> [Tensor] {
    routing(from: shared.encoder(rows), for: task)
  }

  private func routing(from features: Tensor, for task: Int) -> [Tensor] {
    let modules = shared.modules[0].count
    let activation = shared.encoder.activation
    let seen = features.multiplyingRow(own[task].embedding)
    var logits = shared.routes[0](activation(seen))
    var all = [logits]
    for (back, route) in zip(shared.returns, shared.routes.dropFirst()) {
      logits = route(activation(back(logits) * seen))
      all.append(logits)
    }
    return all.map { $0.reshaped(to: [$0.shape[0], modules, modules]).softmax(axis: 2) }
  }

  /// The modules of the last layer as routed, side by side: `[B, modules · units]`.
  public func representation(of rows: Tensor, for task: Int) -> Tensor {
    let features = shared.encoder(rows)
    let activation = shared.encoder.activation
    var routed = [Tensor](repeating: features, count: shared.modules[0].count)
    for (modules, shares) in zip(shared.modules, routing(from: features, for: task)) {
      let given = zip(modules, routed).map { activation($0($1)) }
      let size = [rows.shape[0], modules.count]
      routed = modules.indices.map { target in
        let row = shares.sliced(axis: 1, from: target, count: 1).reshaped(to: size)
        return mixed(given, byColumnsOf: row)
      }
    }
    return concatenated(routed, axis: 1)
  }

  public func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    answer(
      representation, head: own[task].head, shared: shared.answer, outputs: outputs[task])
  }

  /// What soft modularization can be told.
  public struct Settings: ArchitectureDefinition, ConditionedDefinition {
    /// How many layers of modules there are, 1 to 16.
    ///
    /// The paper has 2 for ten tasks, 4 for fifty.
    public var layers = 2
    /// How many modules a layer has, 1 to 64.
    ///
    /// The paper has 2 for ten tasks, 4 for fifty.
    public var modules = 2
    /// Units of each module, 1 to 65536.
    public var units = 128
    /// Units of the layers before the modules: 1 to 32 layers of 1 to 65536.
    public var hidden = [128]
    /// What follows each module.
    public var activation = Activation.relu
    /// What the weights begin with.
    public var initializer = Initializer.torchDefault
    /// Whether each task has a head as well; else all share the last layer, which is as wide as
    /// the widest answer, and a task of fewer outputs reads the first of them.
    public var hasHeads = false
    /// The heads, where there are any.
    public var head = HeadSettings()

    public init() {}
  }
}

extension SoftModularization.Settings {
  public static let about = ArchitectureSummary(
    summary: "layers of modules, routed softly by input and task embedding",
    shares: "modules and routing; own: embeddings, and heads if any",
    source: "Yang et al. 2020")

  public var sees: String { seen("by routing from a learned embedding") }

  public func validate() throws(SettingsError) {
    try validateCount(layers, "layers", in: 1...16)
    try validateCount(modules, "modules", in: 1...64)
    try validateCount(units, "units", in: 1...65_536)
    try validateLayered()
  }

  public func parameterCount(inputShape: [Int], outputs: [Int]) -> Int {
    let inputs = rowSize(inputShape)
    let features = hidden.last ?? inputs
    let pairs = modules * modules
    let later = ParameterCount(layers - 1)
    let perModule = ParameterCount.dense(features, units) + later * .dense(units, units)
    let routes = ParameterCount(layers) * .dense(features, pairs) + later * .dense(pairs, features)
    let embeddings = ParameterCount(outputs.count) * ParameterCount(features)
    let answers = answerCount(features: modules * units, outputs: outputs)
    return
      (.layers([inputs] + hidden) + ParameterCount(modules) * perModule + routes + embeddings
      + answers).value
  }

  public func make(
    inputShape: [Int], outputs: [Int], using random: inout RandomStream
  ) -> SoftModularization {
    let inputs = rowSize(inputShape)
    let encoder = features([inputs] + hidden, using: &random)
    let (width, pairs) = (encoder.outputs, modules * modules)
    let layersOfModules = (0..<layers).map { layer in
      (0..<modules).map { _ in dense(layer == 0 ? width : units, units, using: &random) }
    }
    let routes = (0..<layers).map { _ in dense(width, pairs, using: &random) }
    let returns = (1..<layers).map { _ in dense(pairs, width, using: &random) }
    let features = modules * units
    let shared = SoftModularization.Shared(
      encoder: encoder, modules: layersOfModules, routes: routes, returns: returns,
      answer: sharedAnswer(features, outputs, using: &random))
    let names = initializer.weight(inputs: outputs.count, outputs: width, using: &random)
    let own = outputs.enumerated().map { task, outputs in
      SoftModularization.Own(
        embedding: names.sliced(axis: 0, from: task, count: 1).flattened(),
        head: ownHead(features, outputs, using: &random))
    }
    return SoftModularization(shared: shared, own: own, outputs: outputs)
  }
}
