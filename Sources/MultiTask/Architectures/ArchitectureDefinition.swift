public import NeuralNetworks
public import Randomness

/// The settings of one architecture: how large it is, what it is, and how to make it.
///
/// Whoever makes a network by its definition has validated the settings and the numbers of inputs
/// and outputs before; `ArchitectureSettings` does so.
public protocol ArchitectureDefinition: ValidatedSettings {
  associatedtype Network: MultiTaskNetwork

  /// What the network is, and what its tasks share, in a few words each, and where it is from.
  static var about: ArchitectureSummary { get }

  /// How the network learns which task it answers for.
  var sees: String { get }

  /// The number of parameters that `make` would draw.
  ///
  /// Nothing is allocated; a number too large for an `Int` is given as the largest one.
  func parameterCount(inputs: Int, outputs: [Int]) -> Int

  /// A network with parameters drawn at random.
  ///
  /// - Parameters:
  ///   - inputs: Numbers of an example, 1 or more.
  ///   - outputs: Numbers of an answer, 1 or more, by task.
  ///   - random: The stream that parameters are drawn from, shared ones first.
  func make(inputs: Int, outputs: [Int], using random: inout RandomStream) -> Network
}

/// What a list of architectures says of one.
public struct ArchitectureSummary: Equatable, Sendable {
  /// What it computes.
  public let summary: String
  /// What its tasks have in common, and what is their own.
  public let shares: String
  /// The paper.
  public let source: String
}

/// Why there is no network of an architecture for some tasks.
public struct ArchitectureError: Error, Equatable, CustomStringConvertible {
  /// A sentence that names the architecture and the remedy.
  public var description: String

  public init(_ description: String) { self.description = description }
}

/// The layers of a task's own end of the network, the last of which gives its answer.
public struct HeadSettings: ValidatedSettings {
  /// Units of the layers before the last, each 1 or more; none for a head of one layer.
  public var hidden: [Int] = []

  public init() {}
  public init(hidden: [Int]) { self.hidden = hidden }

  public func validate() throws(SettingsError) { try validateLayers(hidden, "hidden", atLeast: 0) }
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
