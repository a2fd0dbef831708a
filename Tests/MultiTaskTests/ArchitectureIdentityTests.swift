import Autodiff
import MultiTask
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// Architectures that become simpler ones where their parameters say so.
@Suite struct ArchitectureIdentityTests {
  private let rows = sampleRows()

  private func network<Network: MultiTaskNetwork>(
    _ type: Network.Type, change: (inout ArchitectureSettings) -> Void = { _ in }
  ) throws -> Network {
    for var settings in smallArchitectures where try settings.network() is Network {
      change(&settings)
      return try #require(try settings.network() as? Network)
    }
    throw ArchitectureError("no \(type)")
  }

  @Test func `cross-stitch with the identity is independent networks`() throws {
    var network = try network(CrossStitch.self)
    let identity = Tensor(shape: [3, 3], scalars: [1, 0, 0, 0, 1, 0, 0, 0, 1])
    network.shared.stitches = [identity]
    for task in 0..<3 {
      network.own[task].stitch = identity.sliced(axis: 0, from: task, count: 1).flattened()
      let alone = network.own[task].head(network.shared.columns[task](rows))
      expectClose(network(rows, task: task).scalars, alone.scalars, relative: 1e-6)
    }
  }

  @Test func `cross-stitch begins with rows that add up to 1 and most of it at home`() throws {
    let network = try network(CrossStitch.self)
    let expected: [Float] = [0.9, 0.05, 0.05, 0.05, 0.9, 0.05, 0.05, 0.05, 0.9]
    expectClose(network.shared.stitches[0].scalars, expected, relative: 1e-6)
    expectClose(network.own[1].stitch.scalars, [0.05, 0.9, 0.05], relative: 1e-6)
  }

  @Test func `a stitch combines columns by its rows`() throws {
    var network = try network(CrossStitch.self)
    // The first task reads the second column's first layer, and the first column's second layer.
    network.shared.stitches = [Tensor(shape: [3, 3], scalars: [0, 1, 0, 1, 0, 0, 0, 0, 1])]
    network.own[0].stitch = Tensor([2, 0, 0])
    let columns = network.shared.columns
    let hidden = columns[1].layers[0](rows).tanh()
    let expected = network.own[0].head(2 * columns[0].layers[1](hidden).tanh())
    expectClose(network(rows, task: 0).scalars, expected.scalars, relative: 1e-6)
  }

  @Test func `one expert is hard sharing`() throws {
    let network = try network(MMoE.self) { settings in
      guard case .mmoe(var some) = settings else { return }
      some.experts = 1
      settings = .mmoe(some)
    }
    let hard = HardSharing(shared: network.shared[0], own: network.own.map(\.head))
    for task in 0..<3 {
      expectClose(
        network(rows, task: task).scalars, hard(rows, task: task).scalars, relative: 1e-6)
    }
  }

  @Test func `gates of zeros average the experts`() throws {
    var network = try network(CGC.self)
    for task in 0..<3 {
      network.own[task].gate.weight = .zeros(network.own[task].gate.weight.shape)
      let experts = network.own[task].experts + network.shared
      let mean = experts.map { $0(rows) }.reduce(.zeros([5, 5]), +) / Double(experts.count)
      expectClose(
        network(rows, task: task).scalars, network.own[task].head(mean).scalars, relative: 1e-6)
    }
  }

  @Test func `a gate picks the expert that it is sure of, own ones first`() throws {
    var network = try network(CGC.self)
    // Every row has a 1 in front, by which the gate knows its third expert: a shared one.
    let rows = concatenated([.ones([5, 1]), sampleRows(inputs: 3)], axis: 1)
    var weight = [Float](repeating: 0, count: 16)
    weight[2] = 200
    network.own[1].gate.weight = Tensor(shape: [4, 4], scalars: weight)
    let expected = network.own[1].head(network.shared[0](rows))
    expectClose(network(rows, task: 1).scalars, expected.scalars, relative: 1e-6)
  }

  @Test func `extraction in one level is customized gate control`() throws {
    let network = try network(PLE.self) { settings in
      guard case .ple(var some) = settings else { return }
      some.levels = 1
      settings = .ple(some)
    }
    let flat = CGC(shared: network.shared.top.map { .mlp($0) }, own: network.own.map(\.top))
    for task in 0..<3 {
      expectClose(
        network(rows, task: task).scalars, flat(rows, task: task).scalars, relative: 1e-6)
    }
  }

  @Test func `extraction in two levels is its equations`() throws {
    let network = try network(PLE.self) { settings in
      guard case .ple(var some) = settings else { return }
      some.levels = 2
      settings = .ple(some)
    }
    let level = network.shared.levels[0]
    let own = level.taskExperts.map { $0.map { $0(rows) } }
    let given = level.experts.map { $0(rows) }
    func gated(_ experts: [Tensor], _ gate: Dense, _ seen: Tensor) -> Tensor {
      let shares = gate(seen).softmax()
      return experts.enumerated().map { index, expert in
        expert.multiplyingColumn(shares.sliced(axis: 1, from: index, count: 1).flattened())
      }.reduce(.zeros(experts[0].shape), +)
    }
    let common = gated(own.flatMap(\.self) + given, level.gate, rows)
    for task in 0..<3 {
      let (mine, top) = (network.own[task], network.own[task].top)
      let entry = try #require(mine.entry)
      let seen = gated(own[task] + given, entry, rows)
      let experts = top.experts.map { $0(seen) } + network.shared.top.map { $0(common) }
      let expected = top.head(gated(experts, top.gate, seen))
      expectClose(network(rows, task: task).scalars, expected.scalars, relative: 1e-5)
    }
  }
}
