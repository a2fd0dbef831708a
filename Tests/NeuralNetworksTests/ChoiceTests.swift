import Foundation
import NeuralNetworks
import Testing

@Suite struct ChoiceTests {
  private func roundTrip<C: Choice>(_ choice: C) throws -> C {
    try JSONDecoder().decode(C.self, from: JSONEncoder().encode(choice))
  }

  private func message<C: Choice>(_ type: C.Type, _ json: String) -> String? {
    do { _ = try JSONDecoder().decode(type, from: Data(json.utf8)) } catch {
      guard case DecodingError.dataCorrupted(let context) = error else { return "\(error)" }
      return context.debugDescription
    }
    return nil
  }

  private func expectRoundTrips<C: Choice>(_ type: C.Type) throws {
    for alternative in C.alternatives {
      #expect(try roundTrip(alternative.standard) == alternative.standard)
      #expect(alternative.standard.chosen.name == alternative.name)
      #expect(C.standard(named: alternative.name) == alternative.standard)
      try alternative.standard.validate()
    }
    #expect(Set(C.alternatives.map(\.name)).count == C.alternatives.count)
    #expect(C.standard(named: "nonsense") == nil)
  }

  @Test func `every alternative of every choice survives encoding under its own name`() throws {
    try expectRoundTrips(Activation.self)
    try expectRoundTrips(Initializer.self)
    try expectRoundTrips(Schedule.self)
    try expectRoundTrips(OptimizerSettings.self)
  }

  @Test func `an alternative without settings is its bare name`() throws {
    let json = try JSONEncoder().encode([Activation.relu, .tanh])
    #expect(String(decoding: json, as: UTF8.self) == #"["relu","tanh"]"#)
    #expect(message(Activation.self, #"{"relu": {}}"#) == nil)
  }

  @Test func `what is not one of the alternatives is refused in words`() {
    #expect(
      message(Initializer.self, #""ortogonal""#)
        == "'ortogonal' is not one of orthogonal, kaimingUniform, kaimingNormal, xavierUniform, "
        + "xavierNormal, lecunUniform, lecunNormal, torchDefault, constant, zeros; did you mean "
        + "'orthogonal'?")
    #expect(
      message(Schedule.self, "{}")
        == "one of constant, linear, cosine, exponential, warmUp is wanted here, but nothing was "
        + "chosen")
    #expect(
      message(Schedule.self, #"{"linear": {}, "cosine": {}}"#)
        == "one of constant, linear, cosine, exponential, warmUp is wanted here, but 'cosine' and "
        + "'linear' were chosen")
    #expect(message(Activation.self, "3") != nil)
  }
}
