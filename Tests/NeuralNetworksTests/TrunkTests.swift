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

  @Test func `the features of images are counted before a network is made`() throws {
    #expect(try TrunkSettings.leNet(.leNet5).outputs(forInput: [28, 28]) == 84)
    #expect(try TrunkSettings.leNet(.multiMNIST).outputs(forInput: [28, 28, 1]) == 50)
    var settings = TrunkSettings.ConvolutionalTrunk()
    settings.layers = [.init(channels: 4, kernel: 3, stride: 2, padding: 1, pool: 2)]
    settings.hidden = []
    #expect(try TrunkSettings.convolutional(settings).outputs(forInput: [9, 12, 3]) == 24)
    var random = Seeds(root: 1)["trunk"]
    let trunk = try AnyTrunk(input: [9, 12, 3], .convolutional(settings), using: &random)
    #expect(trunk.inputs == 324 && trunk.outputs == 24)
    #expect(trunk(.zeros([2, 324])).shape == [2, 24])
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
      sentence(.mlp(.init()), [])
        == "mlp takes an input with 1 or more features, but the input has the shape []")
    #expect(
      sentence(.leNet(.leNet5), [784])
        == "leNet takes images, [height, width] or [height, width, channels], but the input has "
        + "the shape [784]")
    #expect(
      sentence(.leNet(.leNet5), [15, 28])
        == "leNet takes images of 16 × 16 or more, but the input has the shape [15, 28]")
    #expect(
      sentence(.leNet(.init(channels: [6], hidden: [3])))
        == "leNet.channels must be two numbers, one a convolution, but is [6]")
    var deep = TrunkSettings.ConvolutionalTrunk()
    deep.layers = [.init(channels: 4, kernel: 3, pool: 2), .init(channels: 4, kernel: 5)]
    #expect(
      sentence(.convolutional(deep), [8, 8])
        == "convolutional.layers[1].kernel must fit the image of 3 × 3 that it sees, but is 5")
    deep.layers[1] = .init(channels: 4, kernel: 3, pool: 2)
    #expect(
      sentence(.convolutional(deep), [8, 8])
        == "convolutional.layers[1].pool must fit the image of 1 × 1 that it sees, but is 2")
    deep.layers[1].padding = 3
    #expect(
      sentence(.convolutional(deep), [8, 8])
        == "convolutional.layers[1].padding must be 0 or more and below the kernel of 3, but is 3")
  }
}
