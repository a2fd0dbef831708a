import Autodiff
import NeuralNetworks
import TestSupport
import Testing

@Suite struct PenaltiesTests {
  private let layer = Dense(
    weight: Tensor(shape: [2, 1], scalars: [3, -4]), bias: Tensor([2]))

  @Test func `penalties add up all tensors or those that are wanted`() {
    expectClose([l1Penalty(of: layer, coefficient: 0.1).scalar], [0.9], relative: 1e-6)
    expectClose([l2Penalty(of: layer, coefficient: 0.1).scalar], [2.9], relative: 1e-6)
    let isWeight = { (name: String) in name.hasSuffix("weight") }
    expectClose(
      [l1Penalty(of: layer, coefficient: 0.1, where: isWeight).scalar], [0.7], relative: 1e-6)
    expectClose(
      [l2Penalty(of: layer, coefficient: 0.1, where: isWeight).scalar], [2.5], relative: 1e-6)
  }

  @Test func `their gradients are the coefficient times sign and twice the value`() {
    let l1 = gradient { (layer: Dense) in l1Penalty(of: layer, coefficient: 0.5) }
    let l2 = gradient { (layer: Dense) in l2Penalty(of: layer, coefficient: 0.5) }
    #expect(l1(layer).tensors.flatMap(\.scalars) == [0.5, -0.5, 0.5])
    #expect(l2(layer).tensors.flatMap(\.scalars) == [3, -4, 2])
  }

  @Test func `for plain SGD, an L2 penalty is weight decay of twice its coefficient`() {
    let slope = gradient { (layer: Dense) in l2Penalty(of: layer, coefficient: 0.05) }
    var (penalised, decayed) = (layer, layer)
    var plain = SGD(for: layer)
    plain.update(&penalised, along: slope(layer), learningRate: 0.1)
    var settings = SGD.Settings()
    settings.weightDecay = 0.1
    var decaying = SGD(for: layer, settings)
    decaying.update(
      &decayed, along: layer.mapTensors { .zeros($1.shape) }, learningRate: 0.1)
    expectClose(
      penalised.tensors.flatMap(\.scalars), decayed.tensors.flatMap(\.scalars), relative: 1e-6)
    #expect(penalised.weight.scalars != layer.weight.scalars)
  }
}
