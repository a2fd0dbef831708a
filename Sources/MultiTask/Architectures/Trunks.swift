import NeuralNetworks
import Randomness

// What architectures ask of a trunk, whichever it is: of all tasks, of one, or an expert.

extension TrunkSettings {
  /// Refuses what the trunk refuses, under its key, and an MLP with layers beyond all use.
  func validated(as key: String) throws(SettingsError) {
    try NeuralNetworks.validate(key) { () throws(SettingsError) in
      try validate()
      if case .mlp(let settings) = self {
        try NeuralNetworks.validate("mlp") { () throws(SettingsError) in
          try settings.validateLayers(settings.hidden, "hidden", atLeast: 1)
        }
      }
    }
  }

  /// The parameters of the trunk named `key`, for such an input.
  func parameterCount(of inputShape: [Int], as key: String) throws(SettingsError) -> ParameterCount
  {
    _ = try features(of: inputShape, as: key)
    let inputs = inputShape.reduce(ParameterCount(1)) { $0 * ParameterCount($1) }.value
    switch self {
    case .mlp(let settings): return .layers([inputs] + settings.hidden)
    }
  }

  /// The trunk named `key`, with parameters drawn at random.
  func make(
    _ inputShape: [Int], as key: String, using random: inout RandomStream
  ) throws(SettingsError) -> AnyTrunk {
    do throws(SettingsError) {
      return try AnyTrunk(input: inputShape, self, using: &random)
    } catch {
      throw error.inside(key)
    }
  }

  /// As many of them, one drawn after another.
  func make(
    _ count: Int, _ inputShape: [Int], as key: String, using random: inout RandomStream
  ) throws(SettingsError) -> [AnyTrunk] {
    var trunks: [AnyTrunk] = []
    for _ in 0..<count { trunks.append(try make(inputShape, as: key, using: &random)) }
    return trunks
  }

  /// The features that the trunk named `key` makes of such an input.
  func features(of inputShape: [Int], as key: String) throws(SettingsError) -> Int {
    do throws(SettingsError) { return try outputs(forInput: inputShape) } catch {
      throw error.inside(key)
    }
  }
}

extension ArchitectureDefinition {
  /// A gate over experts: `[inputs, experts]`, without bias.
  func gate(
    _ inputs: Int, _ experts: Int, _ initializer: Initializer, using random: inout RandomStream
  ) -> Dense {
    Dense(inputs, experts, hasBias: false, initializer: initializer, using: &random)
  }

  func validateGates(
    _ initializer: Initializer, _ head: HeadSettings
  ) throws(SettingsError) {
    try NeuralNetworks.validate("initializer") { () throws(SettingsError) in
      try initializer.validate()
    }
    try NeuralNetworks.validate("head") { () throws(SettingsError) in try head.validate() }
  }
}
