public import NeuralNetworks
public import Randomness

/// GradVac: gradients are turned towards each other until their cosines are what they usually are.
///
/// The usual cosine of two tasks is an exponential average, from 0; pairs that meet for the first
/// time thus act as in PCGrad. What is turned as one is the gradient of all that is shared, or that
/// of each of its layers.
public struct GradVac: ConfigurableStrategy {
  /// What is turned as one.
  public enum Group: String, NamedSetting {
    /// The whole model as one.
    case whole
    /// Each layer by itself.
    case layer
  }

  public struct Settings: ValidatedSettings {
    /// Whether the gradient of the whole model is turned as one, or that of each layer by itself.
    public var groups = Group.whole
    /// `β`: how fast the averages follow.
    public var rate = 0.5
    /// In which order gradients are compared.
    public var order = TaskOrder.random
    /// `sum`: the changed gradients are added up, as in the paper.
    public var scale = GradientScale.sum

    public init() {}
    public func validate() throws(SettingsError) {
      try require(rate >= 0 && rate <= 1, "rate", "must lie from 0 to 1", found: rate)
    }
  }

  public static let account = StrategyAccount(
    "gradVac", "gradients turned until their cosines are the usual ones",
    statement: "as pcGrad, but where cos(vᵢ, gⱼ) = φ < φᵢⱼ: vᵢ += ‖vᵢ‖(φᵢⱼ √(1−φ²) − φ √(1−φᵢⱼ²)) "
      + "/ (nⱼ √(1−φᵢⱼ²)) gⱼ; then φᵢⱼ ← (1−β) φᵢⱼ + β φ",
    source: "GradVac: Wang et al. 2021, Gradient vaccine, algorithm 1",
    settings: [
      .init(
        "groups", Group.allowed,
        "what is turned as one: all that is shared, or each of its layers by itself"),
      .init("rate", "0 to 1", "β of the averages; 0.5 in LibMTL, 0.01 in the paper"),
      .init(
        "order", TaskOrder.allowed, "in which a gradient meets the others; random in the paper"),
      .init("scale", GradientScale.allowed, "sum: changed gradients are added up, as in the paper"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds {
    StrategyNeeds(settings.groups == .whole ? .gram : .gradients)
  }
  /// The usual cosines, `[groups, taskCount, taskCount]`.
  package private(set) var cosines: [Double] = []
  private var taskCount = 0
  private var groupCount = 0

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    let gram = try signals.checkedGram(for: Self.name)
    var sum = Array(repeating: 0.0, count: gram.count)
    if settings.groups == .layer {
      // The rows are turned by now.
      for index in sum.indices { sum[index] = 1 }
    } else {
      grow(to: signals.taskCount, groups: 1)
      let norms = gram.norms
      for task in 0..<gram.count {
        let order = settings.order.order(of: gram.count, using: &random)
        let part = turn(task, gram, norms, order: order, signals.tasks, group: 0)
        for index in sum.indices { sum[index] += part[index] }
      }
    }
    return try Combination(sum, of: Self.name, signals, gram, scale: settings.scale, own: .sum)
  }

  public mutating func transform(
    _ gradients: inout GradientRows, _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) {
    guard settings.groups == .layer else { return }
    try gradients.check(for: Self.name, signals)
    grow(to: signals.taskCount, groups: gradients.layers.count)
    let orders = (0..<gradients.count).map { _ in
      settings.order.order(of: gradients.count, using: &random)
    }
    var begin = 0
    for (group, length) in gradients.layers.enumerated() {
      let columns = begin..<begin + length
      let gram = gradients.gram(of: columns)
      let norms = gram.norms
      let weights = (0..<gradients.count).map { task in
        turn(task, gram, norms, order: orders[task], signals.tasks, group: group)
      }
      gradients.combine(columns, weights)
      begin += length
    }
  }

  /// The weights that make up one task's changed gradient.
  private mutating func turn(
    _ task: Int, _ gram: GramMatrix, _ norms: [Double], order: [Int], _ tasks: [Int], group: Int
  ) -> [Double] {
    var gradient = CombinedGradient(of: task, in: gram)
    for other in order where other != task && norms[other] > 0 {
      let norm = gradient.norm
      // Gradients that are 0 have no direction.
      guard norm > 0 else { break }
      let cosine = min(1, max(-1, gradient.products[other] / (norm * norms[other])))
      let pair = (group * taskCount + tasks[task]) * taskCount + tasks[other]
      let usual = cosines[pair]
      if cosine < usual {
        let (sine, usualSine) = (
          (1 - cosine * cosine).squareRoot(), (1 - usual * usual).squareRoot()
        )
        let factor = norm * (usual * sine - cosine * usualSine) / (norms[other] * usualSine)
        gradient.add(factor, of: other)
      }
      // At a cosine of 1 nothing could be turned far enough.
      cosines[pair] = min(1 - 1e-6, (1 - settings.rate) * usual + settings.rate * cosine)
    }
    return gradient.weights
  }

  private mutating func grow(to count: Int, groups: Int) {
    let (tasks, groups) = (max(count, taskCount), max(groups, groupCount))
    guard tasks > taskCount || groups > groupCount else { return }
    var grown = Array(repeating: 0.0, count: groups * tasks * tasks)
    for row in 0..<groupCount * taskCount {
      let (group, task) = row.quotientAndRemainder(dividingBy: taskCount)
      for column in 0..<taskCount {
        grown[(group * tasks + task) * tasks + column] = cosines[row * taskCount + column]
      }
    }
    (cosines, taskCount, groupCount) = (grown, tasks, groups)
  }

  /// Sets the usual cosine of all pairs, of so many tasks.
  package mutating func assume(cosine: Double, taskCount count: Int) {
    grow(to: count, groups: 1)
    for index in cosines.indices { cosines[index] = cosine }
  }
}
