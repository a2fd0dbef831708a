import Autodiff
import Kernels
import MultiTask
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// What holds for every architecture.
@Suite struct ArchitectureTests {
  @Test(arguments: smallArchitectures + withHeads)
  func `every task gets an answer of its own width, from one row or several`(
    settings: ArchitectureSettings
  ) throws {
    let network = try settings.network()
    #expect(network.taskCount == 3)
    for count in [1, 5] {
      let shapes = (0..<3).map { network(sampleRows(count), task: $0).shape }
      #expect(shapes == [[count, 2], [count, 1], [count, 3]])
    }
  }

  @Test(arguments: smallArchitectures + withHeads)
  func `a row's answer does not depend on the other rows`(settings: ArchitectureSettings) throws {
    let network = try settings.network()
    let rows = sampleRows()
    for task in 0..<3 {
      let together = network(rows, task: task).sliced(axis: 0, from: 3, count: 1)
      let alone = network(rows.sliced(axis: 0, from: 3, count: 1), task: task)
      expectClose(alone.scalars, together.scalars, relative: 1e-5)
    }
  }

  @Test(arguments: smallArchitectures + withHeads)
  func `parameters are counted without making them`(settings: ArchitectureSettings) throws {
    let counted = try settings.parameterCount(inputShape: inputShape, outputs: widths)
    #expect(try settings.network().scalarCount == counted)
    let single = try settings.parameterCount(inputShape: [3, 2], outputs: [4])
    var random = stream()
    let network = try settings.make(inputShape: [3, 2], outputs: [4], using: &random)
    #expect(network.scalarCount == single)
  }

  @Test(arguments: ArchitectureSettings.alternatives.map(\.standard))
  func `standard settings are counted as they are made`(settings: ArchitectureSettings) throws {
    let counted = try settings.parameterCount(inputShape: [21], outputs: [1, 1])
    var random = stream()
    #expect(
      try settings.make(inputShape: [21], outputs: [1, 1], using: &random).scalarCount == counted)
  }

  @Test(arguments: smallArchitectures + withHeads)
  func `one stream gives one network, another gives another`(
    settings: ArchitectureSettings
  ) throws {
    var other = stream("others")
    let first = try settings.network().tensors.flatMap(\.scalars)
    let second = try settings.network().tensors.flatMap(\.scalars)
    let third = try settings.make(inputShape: inputShape, outputs: widths, using: &other)
    #expect(first == second)
    #expect(first != third.tensors.flatMap(\.scalars))
    #expect(first.allSatisfy { $0.isFinite })
  }

  /// By every input, and along a random direction of every parameter.
  @Test(arguments: smallArchitectures + withHeads)
  func `derivatives agree with finite differences`(settings: ArchitectureSettings) throws {
    let network = try settings.network()
    let directions = network.namedTensors.map { name, tensor in
      Tensor(sampleNumbers(Shape(tensor.shape), in: -1...1, name: name).rounded)
    }
    let rows = sampleNumbers([2, 4], in: -1...1, name: "rows")
    let distances = sampleNumbers([directions.count], in: -0.5...0.5, name: "distances")
    func check(_ network: some MultiTaskNetwork) {
      expectGradient(at: [rows, distances], "\(settings.name)") { inputs in
        let moved = network.tensors.enumerated().map { index, tensor in
          let distance = inputs[1].sliced(axis: 0, from: index, count: 1).reshaped(to: [])
          return tensor + directions[index] * distance.broadcast(to: tensor.shape)
        }
        return weightedAnswers(network.replacingTensors(with: moved), inputs[0])
      }
    }
    check(network)
  }

  @Test(arguments: smallArchitectures + withHeads)
  func `a plan computes what the interpreter computes, step after step`(
    settings: ArchitectureSettings
  ) throws {
    func check(_ network: some MultiTaskNetwork) {
      expectEnginesAgree(updating: network, on: sampleRows(), relative: 1e-4) { network, rows in
        let loss = weightedAnswers(network, rows)
        let slope = gradient(of: loss, withRespectTo: network)
        let moved = zip(network.tensors, slope.tensors).map { $0 - 0.1 * $1 }
        network = network.replacingTensors(with: moved)
        return loss
      }
    }
    check(try settings.network())
  }
}
