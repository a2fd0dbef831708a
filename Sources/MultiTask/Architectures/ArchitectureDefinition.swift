import Autodiff
public import NeuralNetworks
public import Randomness

/// The settings of one architecture: how large it is, what it is, and how to make it.
///
/// Whoever makes a network by its definition has validated the settings and shapes before;
/// `ArchitectureSettings` does so.
public protocol ArchitectureDefinition: ValidatedSettings {
  /// The network that it makes.
  associatedtype Network: MultiTaskNetwork

  /// What the network is, and what its tasks share, in a few words each, and where it is from.
  static var about: ArchitectureSummary { get }

  /// How the network learns which task it answers for.
  var sees: String { get }

  /// The number of parameters that `make` would draw.
  ///
  /// Nothing is allocated; a number too large for an `Int` is given as the largest one.
  ///
  /// - Throws: A sentence where a trunk does not take such an input.
  func parameterCount(inputShape: [Int], outputs: [Int]) throws(SettingsError) -> Int

  /// A network with parameters drawn at random.
  ///
  /// - Parameters:
  ///   - inputShape: Extents of one example, each 1 or more; rows hold it flattened.
  ///   - outputs: Numbers of an answer, 1 or more, by task.
  ///   - random: The stream that parameters are drawn from, shared ones first.
  /// - Throws: A sentence where a trunk does not take such an input.
  func make(
    inputShape: [Int], outputs: [Int], using random: inout RandomStream
  ) throws(SettingsError) -> Network
}

extension ArchitectureDefinition {
  /// Nothing: of an architecture of one's own, its ``ArchitectureEntry`` tells.
  public static var about: ArchitectureSummary { ArchitectureSummary(summary: "") }

  /// By its head, as in hard sharing.
  public var sees: String { "by its head" }

  /// Makes a network and counts, which is right for every architecture whose networks are small.
  public func parameterCount(inputShape: [Int], outputs: [Int]) throws(SettingsError) -> Int {
    var random = Seeds(root: 0)["initialization"]
    return try make(inputShape: inputShape, outputs: outputs, using: &random)
      .tensors.reduce(0) { $0 + $1.count }
  }

  /// Allows every value.
  public func validate() throws(SettingsError) {}

  /// The numbers of an example, which a row holds flattened.
  func rowSize(_ inputShape: [Int]) -> Int {
    inputShape.reduce(ParameterCount(1)) { $0 * ParameterCount($1) }.value
  }
}

/// What a list of architectures says of one.
public struct ArchitectureSummary: Equatable, Sendable {
  /// What it computes.
  public let summary: String
  /// What its tasks have in common, and what is their own.
  public let shares: String
  /// The paper.
  public let source: String

  /// What a list says of an architecture.
  public init(summary: String, shares: String = "", source: String = "") {
    (self.summary, self.shares, self.source) = (summary, shares, source)
  }
}

/// Why there is no network of an architecture for some tasks.
public struct ArchitectureError: Error, Equatable, CustomStringConvertible {
  /// A sentence that names the architecture and the remedy.
  public var description: String

  /// Makes an error of a sentence.
  public init(_ description: String) { self.description = description }
}

/// The layers of a task's own end of the network, the last of which gives its answer.
public struct HeadSettings: ValidatedSettings {
  /// Units of the layers before the last, each 1 or more; none for a head of one layer.
  public var hidden: [Int] = []
  /// After each of these.
  public var activation = Activation.relu
  /// What the weights begin with.
  public var initializer = Initializer.torchDefault

  public init() {}
  /// Chooses the hidden layers of each head.
  public init(hidden: [Int]) { self.hidden = hidden }

  public func validate() throws(SettingsError) {
    try validateLayers(hidden, "hidden", atLeast: 0)
    try NeuralNetworks.validate("activation") { () throws(SettingsError) in
      try activation.validate()
    }
    try NeuralNetworks.validate("initializer") { () throws(SettingsError) in
      try initializer.validate()
    }
  }

  /// A head that makes an answer from features.
  func make(_ features: Int, _ outputs: Int, using random: inout RandomStream) -> MLP {
    MLP(
      sizes: [features] + hidden + [outputs], activation: activation, initializer: initializer,
      using: &random)
  }

  /// The parameters of the heads of all tasks.
  func count(features: Int, outputs: [Int]) -> ParameterCount {
    .sum(outputs) { .layers([features] + hidden + [$0]) }
  }
}

// MARK: What the settings of several architectures have to obey, in the same words

extension ValidatedSettings {
  /// At most 32 layers of 1 to 65536 units.
  func validateLayers(_ sizes: [Int], _ key: String, atLeast least: Int) throws(SettingsError) {
    try require(
      (least...32).contains(sizes.count), key, "must name \(least) to 32 layers",
      found: sizes.count)
    for size in sizes {
      try require(
        (1...65_536).contains(size), key, "must be of layers of 1 to 65536 units", found: size)
    }
  }

  func validateCount(
    _ count: Int, _ key: String, in range: ClosedRange<Int>
  ) throws(SettingsError) {
    try require(
      range.contains(count), key, "must be \(range.lowerBound) to \(range.upperBound)",
      found: count)
  }

  /// What all the networks here are built of.
  func validateLayers(
    hidden: [Int], activation: Activation, initializer: Initializer, head: HeadSettings
  ) throws(SettingsError) {
    try validateLayers(hidden, "hidden", atLeast: 1)
    try NeuralNetworks.validate("activation") { () throws(SettingsError) in
      try activation.validate()
    }
    try NeuralNetworks.validate("initializer") { () throws(SettingsError) in
      try initializer.validate()
    }
    try NeuralNetworks.validate("head") { () throws(SettingsError) in try head.validate() }
  }
}
