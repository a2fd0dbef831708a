import Autodiff
import Foundation
import NeuralNetworks
import Randomness
import TestSupport
import Testing

@Suite struct ConvolutionTests {
  /// The numbers that the recordings were made with.
  private func numbers(_ shape: [Int], _ seed: Int, scale: Double = 1) -> Tensor {
    let count = shape.reduce(1, *)
    let scalars = (0..<count).map { index in
      let i = Double(index)
      return Float(scale * cos(0.37 * i + 0.0113 * i * i + 1.7 * Double(seed)))
    }
    return Tensor(shape: shape, scalars: scalars)
  }

  private let image = ImageShape(height: 7, width: 6, channels: 2)

  private var convolution: Convolution2D {
    Convolution2D(
      weight: numbers([3, 3, 2, 3], 2, scale: 0.5), bias: numbers([3], 3, scale: 0.5),
      image: image, stride: 2, padding: 1)
  }

  // MARK: Against PyTorch

  @Test func `a convolution gives what PyTorch gives, and so do its gradients`() {
    let rows = numbers([2, 84], 1)
    expectClose(convolution(rows).scalars, RecordedConvolutions.convolved, relative: 1e-6)
    let slope = gradient { (x: Pair<Convolution2D, Tensor>) in
      x.first(x.second).flattened().dot(numbers([72], 4))
    }(Pair(convolution, rows))
    expectClose(
      slope.first.weight.scalars, RecordedConvolutions.convolutionOfFilters, relative: 1e-5)
    expectClose(
      slope.first.bias?.scalars ?? [], RecordedConvolutions.convolutionOfBias, relative: 1e-5)
    expectClose(slope.second.scalars, RecordedConvolutions.convolutionOfImages, relative: 1e-5)
  }

  @Test func `overlapping pooling gives what PyTorch gives, and so does its gradient`() {
    let pool = MaxPool2D(image: image, size: 3, stride: 2)
    #expect(pool.result == ImageShape(height: 3, width: 2, channels: 2))
    let rows = numbers([2, 84], 1)
    expectClose(pool(rows).scalars, RecordedConvolutions.pooled, relative: 1e-6)
    let slope = gradient { (x: Tensor) in pool(x).flattened().dot(numbers([24], 4)) }(rows)
    expectClose(slope.scalars, RecordedConvolutions.poolingOfImages, relative: 1e-6)
  }

  /// A trunk and, where there is one, the layer behind it.
  struct Classifier: Module {
    var trunk: AnyTrunk
    var head: Dense?

    func callAsFunction(_ x: Tensor) -> Tensor {
      let features = trunk(x)
      return head.map { $0(features) } ?? features
    }

    mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("trunk", &trunk)
      visitor.visit("head", &head)
    }
  }

  /// The network with the recordings' parameters.
  private func recorded(_ settings: TrunkSettings.LeNetTrunk, classes: Int?) throws -> Classifier {
    var random = Seeds(root: 1)["network"]
    let trunk = try AnyTrunk(input: [28, 28], .leNet(settings), using: &random)
    let head = classes.map { Dense(trunk.outputs, $0, using: &random) }
    let network = Classifier(trunk: trunk, head: head)
    var fanIn = 1
    var tensors: [Tensor] = []
    for (index, tensor) in network.tensors.enumerated() {
      if tensor.rank > 1 { fanIn = tensor.shape.dropLast().reduce(1, *) }
      let gain = index < 4 ? 1 : 1.5
      tensors.append(numbers(tensor.shape, 10 + index, scale: gain / Double(fanIn).squareRoot()))
    }
    return network.replacingTensors(with: tensors)
  }

  private let labels = Tensor([3, 0, 7, 7])

  @Test func `LeNet-5 gives what PyTorch gives, and so do its gradients`() throws {
    let network = try recorded(.leNet5, classes: 10)
    #expect(network.parameterCount == 44_426)
    let rows = numbers([4, 784], 5)
    expectClose(network(rows).scalars, RecordedConvolutions.leNetLogits, relative: 1e-5)
    let slope = gradient { (network: Classifier) in
      crossEntropy(logits: network(rows), labels: labels)
    }(network)
    expectClose(
      slope.tensors.map { $0.squaredNorm().squareRoot().scalar },
      RecordedConvolutions.leNetGradientNorms, relative: 1e-5)
    expectClose(
      slope.tensors.flatMap { $0.scalars.prefix(3) }, RecordedConvolutions.leNetGradientStarts,
      relative: 1e-5)
  }

  @Test func `LeNet-5 in a plan descends as with PyTorch`() throws {
    let plan = Plan(
      updating: Variables(try recorded(.leNet5, classes: 10)),
      inputs: Pair(numbers([4, 784], 5), labels)
    ) { network, batch in
      let loss = crossEntropy(logits: network(batch.first), labels: batch.second)
      let slope = gradient(of: loss, withRespectTo: network)
      network = network.replacingTensors(
        with: zip(network.tensors, slope.tensors).map { $0 - 0.02 * $1 })
      return loss
    }
    _ = plan.input(0).update(fromContentsOf: numbers([4, 784], 5).scalars)
    _ = plan.input(1).update(fromContentsOf: labels.scalars)
    var losses: [Float] = []
    for _ in RecordedConvolutions.leNetLosses {
      plan.run()
      losses.append(plan.output(0)[0])
    }
    expectClose(losses, RecordedConvolutions.leNetLosses, relative: 1e-5)
  }

  @Test func `the trunk for MultiMNIST gives what PyTorch gives with ReLU behind the pooling`()
    throws
  {
    let network = try recorded(.multiMNIST, classes: nil)
    let rows = numbers([2, 784], 6)
    expectClose(
      network(rows).scalars, RecordedConvolutions.multiMNISTFeatures, relative: 1e-5)
    let slope = gradient { (network: Classifier) in network(rows).squaredNorm() }(network)
    expectClose(
      slope.tensors.map { $0.squaredNorm().squareRoot().scalar },
      RecordedConvolutions.multiMNISTGradientNorms, relative: 1e-5)
  }

  // MARK: Layers

  @Test func `a plan of a network of convolutions computes what the interpreter computes`() throws {
    var random = Seeds(root: 2)["network"]
    let network = try ConvolutionalNetwork(
      image: ImageShape(height: 9, width: 8, channels: 3),
      stages: [
        .init(channels: 5, kernel: 3, padding: 1, pool: 2),
        .init(channels: 18, kernel: 2, stride: 2, padding: 1),
      ], hidden: [7], activation: .tanh, using: &random)
    #expect(network.outputs == 7)
    expectEnginesAgree(updating: network, on: numbers([3, 216], 7), runs: 2) { network, rows in
      let loss = network(rows).squaredNorm()
      let slope = gradient(of: loss, withRespectTo: network)
      network = network.replacingTensors(
        with: zip(network.tensors, slope.tensors).map { $0 - 0.01 * $1 })
      return loss
    }
  }

  @Test func `in a training step no patches are in memory, and no pass is made for ReLU`() throws {
    let network = try recorded(.leNet5, classes: 10)
    let plan = Plan(
      updating: Variables(network), inputs: Pair(numbers([4, 784], 5), labels)
    ) { network, batch in
      let loss = crossEntropy(logits: network(batch.first), labels: batch.second)
      let slope = gradient(of: loss, withRespectTo: network)
      network = network.replacingTensors(
        with: zip(network.tensors, slope.tensors).map { $0 - 0.02 * $1 })
      return loss
    }
    func count(_ start: String) -> Int {
      plan.summary.kernels.count { $0.title.hasPrefix(start + " ") }
    }
    #expect(count("convolution + bias relu") == 2, "\(plan.describe())")
    #expect(count("convolution filters") == 2 && count("convolution images") == 1)
    #expect(count("takeLargest") == 2 && count("placeLargest gated") == 2)
    #expect(count("patches") == 0 && count("overlay") == 0 && count("product + bias relu") == 2)
  }

  @Test func `filters that are used many times need no patches in memory either`() {
    let rows = (0..<5).map { numbers([2, 84], 20 + $0) }
    func body(_ layer: Convolution2D, _ rows: [Tensor]) -> Convolution2D {
      let loss = rows.map { layer($0).squaredNorm() }.reduce(Tensor(0), +)
      return gradient(of: loss, withRespectTo: layer)
    }
    let plan = Plan(inputs: Pair(convolution, rows)) { body($0.first, $0.second) }
    #expect(!plan.describe().contains("patches"), "\(plan.describe())")
    expectEnginesAgree(on: Pair(convolution, rows)) { body($0.first, $0.second) }
  }

  @Test func `filters are drawn with the fan-in of what they see`() {
    var random = Seeds(root: 3)["filters"]
    let image = ImageShape(height: 9, width: 9, channels: 4)
    let usual = Convolution2D(image: image, outputs: 50, kernel: 5, using: &random)
    #expect(usual.weight.shape == [5, 5, 4, 50])
    let bound: Float = 0.1  // 1/√(5·5·4)
    let largest = usual.weight.scalars.map(abs).max() ?? 0
    #expect(largest <= bound && largest > 0.99 * bound)
    #expect((usual.bias?.scalars ?? []).allSatisfy { abs($0) <= bound })

    let xavier = Convolution2D(
      image: image, outputs: 50, kernel: 5, initializer: .xavierNormal, using: &random)
    let variance = xavier.weight.squaredNorm().scalar / Float(xavier.weight.count)
    expectClose(variance, 2 / (25 * 4 + 25 * 50), relative: 0.05, scale: 0)
    #expect(xavier.bias?.scalars.allSatisfy { $0 == 0 } == true)
  }

  @Test func `parameters are named by layer`() throws {
    let network = try recorded(.leNet5, classes: nil)
    #expect(
      network.namedParameters.map(\.name).prefix(5) == [
        "trunk/convolutions/0/weight", "trunk/convolutions/0/bias", "trunk/convolutions/1/weight",
        "trunk/convolutions/1/bias", "trunk/layers/0/weight",
      ])
  }
}
