import Autodiff
import Foundation
import NeuralNetworks
import Randomness
import Testing

@Suite struct TrunkTests {
  private func decoded(_ text: String) throws -> TrunkSettings {
    try JSONDecoder().decode(TrunkSettings.self, from: Data(text.utf8))
  }

  @Test func `a trunk takes rows of inputs and gives rows of features`() throws {
    var random = Seeds(root: 1)["trunk"]
    let trunk = try AnyTrunk(
      input: [4, 3], .mlp(.init(hidden: [7, 5], activation: .tanh)), using: &random)
    #expect(trunk.inputs == 12)
    #expect(trunk.outputs == 5)
    #expect(trunk(.zeros([2, 12])).shape == [2, 5])
    #expect(
      trunk.namedParameters.map(\.name) == [
        "layers/0/weight", "layers/0/bias", "layers/1/weight", "layers/1/bias",
      ])
  }

  @Test func `the activation follows the last layer too`() throws {
    var random = Seeds(root: 1)["trunk"]
    let trunk = try AnyTrunk(input: [3], .mlp(.init(hidden: [40])), using: &random)
    let features = trunk(Tensor(shape: [1, 3], scalars: [1, -2, 3])).scalars
    #expect(features.allSatisfy { $0 >= 0 } && features.contains { $0 == 0 })
  }

  @Test func `a trunk is chosen by name or with settings`() throws {
    #expect(try decoded(#""mlp""#) == .mlp(.init()))
    let settings = TrunkSettings.mlp(.init(hidden: [3], activation: .gelu))
    let text = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
    #expect(try decoded(text) == settings)
  }

  @Test func `settings without meaning are refused in words`() {
    func sentence(_ settings: TrunkSettings, _ shape: [Int] = [28, 28]) -> String? {
      do throws(SettingsError) {
        _ = try settings.outputs(forInput: shape)
        return nil
      } catch { return error.description }
    }
    #expect(
      sentence(.mlp(.init(hidden: []))) == "mlp.hidden must name at least one layer, but is []")
    #expect(
      sentence(.mlp(.init(hidden: [3, 0]))) == "mlp.hidden[1] must be 1 or more, but is 0")
    #expect(
      sentence(.mlp(.init()), []) == "takes an input with 1 or more features, but is []")
  }
}
