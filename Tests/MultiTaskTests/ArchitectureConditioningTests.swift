import Autodiff
import MultiTask
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// Networks that are told of the task inside, and those that combine parameters and experts.
@Suite struct ArchitectureConditioningTests {
  private let rows = sampleRows()

  private func network<Network: MultiTaskNetwork>(_ type: Network.Type) throws -> Network {
    for settings in smallArchitectures {
      if let network = try settings.network() as? Network { return network }
    }
    throw ArchitectureError("no \(type)")
  }

  @Test func `a one-hot name is a network that reads the joined name`() throws {
    let network = try network(TaskOneHot.self)
    let names = stacked(network.own.map(\.name))
    let first = network.shared.trunk.layers[0]
    let joined = Dense(weight: concatenated([first.weight, names], axis: 0), bias: first.bias)
    let answer = try #require(network.shared.answer)
    for task in 0..<3 {
      let name = Tensor(repeatElement(Float(task), count: 5).map { $0 }).oneHot(count: 3)
      let hidden = joined(concatenated([rows, name], axis: 1)).tanh()
      let features = network.shared.trunk.layers[1](hidden).tanh()
      let expected = answer(features).sliced(axis: 1, from: 0, count: widths[task])
      expectClose(network(rows, task: task).scalars, expected.scalars, relative: 1e-5)
    }
  }

  @Test func `scale 1 and shift 0 are the plain network`() throws {
    var network = try network(FiLM.self)
    network.shared.modulations = network.shared.modulations.map {
      $0.mapTensors { .zeros($1.shape) }
    }
    let answer = try #require(network.shared.answer)
    let plain = answer(network.shared.trunk(rows)).sliced(axis: 1, from: 0, count: 2)
    expectClose(network(rows, task: 0).scalars, plain.scalars, relative: 1e-6)
  }

  @Test func `scale and shift act on each unit before its activation`() throws {
    var network = try network(FiLM.self)
    network.shared.modulations = network.shared.modulations.map { layer in
      layer.mapTensors { .zeros($1.shape) }
    }
    let scaleAndShift: [Float] = [1, 0, 0, 0, -0.5, 0.25, 0, 0, 0, 0.75]
    network.shared.modulations[1].bias = Tensor(scaleAndShift)
    let trunk = network.shared.trunk
    let units = trunk.layers[1](trunk.layers[0](rows).tanh())
    let changed = units.multiplyingRow(Tensor([2, 1, 1, 1, 0.5]))
      .addingRow(Tensor([0.25, 0, 0, 0, 0.75]))
    expectClose(
      network.representation(of: rows, for: 2).scalars, changed.tanh().scalars, relative: 1e-5)
  }

  @Test func `one set of parameters, or any composition of one, is the shared network`() throws {
    var network = try network(PaCo.self)
    for task in 0..<3 {
      network.own[task].composition = Tensor([0, 1, 0])
      let plain = network.shared[1](rows).sliced(axis: 1, from: 0, count: widths[task])
      expectClose(network(rows, task: task).scalars, plain.scalars, relative: 1e-6)
    }
    var settings = PaCo.Settings()
    settings.sets = 1
    let single = try #require(try ArchitectureSettings.paCo(settings).network() as? PaCo)
    #expect(single.own.allSatisfy { $0.composition.scalars == [1] })
  }

  @Test func `parameters are composed, not answers`() throws {
    var network = try network(PaCo.self)
    network.own[0].composition = Tensor([0.5, -1, 2])
    let weights = network.shared.map { $0.layers[1].weight }
    let expected = 0.5 * weights[0] - weights[1] + 2 * weights[2]
    expectClose(
      network.composed(for: 0).layers[1].weight.scalars, expected.scalars, relative: 1e-6)
  }

  @Test func `compositions begin with length 1`() throws {
    for own in try network(PaCo.self).own {
      #expect(abs(own.composition.squaredNorm().scalar - 1) < 1e-5)
    }
  }

  @Test func `routing is a distribution over the modules that feed a module`() throws {
    let network = try network(SoftModularization.self)
    for task in 0..<3 {
      let routing = network.routing(of: rows, for: task)
      #expect(routing.map(\.shape) == [[5, 2, 2], [5, 2, 2], [5, 2, 2]])
      for shares in routing {
        expectClose(
          shares.sum(axis: 2).scalars, [Float](repeating: 1, count: 10), relative: 1e-6)
        #expect(shares.scalars.allSatisfy { $0 > 0 })
      }
    }
    #expect(
      network.routing(of: rows, for: 0)[1].scalars != network.routing(of: rows, for: 1)[1].scalars)
  }

  @Test func `sure routing makes a chain of modules`() throws {
    var network = try network(SoftModularization.self)
    // Both modules of each next layer read the second module, by logits of (0, 200).
    network.shared.routes = network.shared.routes.map { layer in
      Dense(weight: .zeros(layer.weight.shape), bias: Tensor([0, 200, 0, 200]))
    }
    let chain = network.shared.modules.reduce(network.shared.encoder(rows)) { $1[1]($0).tanh() }
    expectClose(
      network.representation(of: rows, for: 0).scalars,
      concatenated([chain, chain], axis: 1).scalars, relative: 1e-6)
  }

  @Test func `experts' outputs are orthonormal row by row`() throws {
    let network = try network(MOORE.self)
    let experts = network.representation(of: rows, for: 0).split(axis: 1, into: [5, 5, 5])
    for (i, first) in experts.enumerated() {
      for (j, second) in experts.enumerated() {
        let products = (first * second).sum(axis: 1).scalars
        expectClose(products, [Float](repeating: i == j ? 1 : 0, count: 5), relative: 1e-4)
      }
    }
    // The first keeps its direction.
    let raw = network.shared[0](rows)
    let cosine = (raw * experts[0]).sum(axis: 1) / raw.squared().sum(axis: 1).squareRoot()
    expectClose(cosine.scalars, [Float](repeating: 1, count: 5), relative: 1e-4)
  }

  @Test func `experts that say the same, or nothing, do not blow up`() throws {
    var network = try network(MOORE.self)
    network.shared = [network.shared[0], network.shared[0], network.shared[0]]
    network.shared[2] = network.shared[2].mapTensors { .zeros($1.shape) }
    let experts = network.representation(of: rows, for: 0).split(axis: 1, into: [5, 5, 5])
    #expect(experts[1].scalars.allSatisfy { abs($0) < 0.01 })
    #expect(experts[2].scalars.allSatisfy { $0 == 0 })
    let slope = gradient { (network: MOORE) in
      network(sampleRows(), task: 0).squaredNorm()
    }(network)
    #expect(slope.tensors.allSatisfy { $0.scalars.allSatisfy { $0.isFinite && abs($0) < 1e6 } })
  }

  @Test func `masks of zeros hide, masks of ones show the shared features`() throws {
    var network = try network(MTAN.self)
    var features = rows
    for block in network.shared.blocks {
      features = block[1](block[0](features).tanh()).tanh()
    }
    for (bias, expected) in [(Float(-200), features * 0), (200, features)] {
      network.own[1].masks[1][1] = Dense(
        weight: .zeros([5, 5]), bias: .filled(with: bias, shape: [5]))
      expectClose(
        network.representation(of: rows, for: 1).scalars, expected.scalars, relative: 1e-6)
    }
  }
}
