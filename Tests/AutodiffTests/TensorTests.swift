import Autodiff
import Kernels
import TestSupport
import Testing

@Suite struct TensorTests {
  @Test func `a tensor is made of numbers and gives them back`() {
    let x = Tensor(shape: [2, 3], scalars: [1, 2, 3, 4, 5, 6])
    #expect(x.shape == [2, 3])
    #expect(x.rank == 2)
    #expect(x.count == 6)
    #expect(x.scalars == [1, 2, 3, 4, 5, 6])
    #expect(Tensor(3).shape == [])
    #expect(Tensor(3).scalar == 3)
    #expect(Tensor([1, 2]).shape == [2])
    #expect(Tensor.zeros([2]).scalars == [0, 0])
    #expect(Tensor.ones([1, 2]).scalars == [1, 1])
    #expect(Tensor.filled(with: 7, shape: []).scalar == 7)
    #expect("\(Tensor([1, 2]))" == "Tensor(shape: [2], scalars: [1.0, 2.0])")
  }

  @Test func `arithmetic with numbers, on either side`() {
    let x = Tensor([2, 4])
    let half: Float = 0.5
    #expect((x + 1).scalars == [3, 5] && (1 + x).scalars == [3, 5])
    #expect((x - 1).scalars == [1, 3] && (1 - x).scalars == [-1, -3])
    #expect((x * 2).scalars == [4, 8] && (2.0 * x).scalars == [4, 8])
    #expect((x / 2).scalars == [1, 2] && (8 / x).scalars == [4, 2])
    #expect((x * half).scalars == [1, 2] && (half * x).scalars == [1, 2])
    #expect((x + half).scalars == [2.5, 4.5] && (half - x).scalars == [-1.5, -3.5])
    #expect((-x).scalars == [-2, -4])
    var y = x
    y += x
    y *= x
    y -= x
    y /= x
    #expect(y.scalars == [3, 7])
    #expect(x.power(2).scalars == [4, 16])
    #expect(x.greater(than: 3).scalars == [0, 1])
    #expect(x.less(than: 3).scalars == [1, 0])
    #expect(x.equal(to: 2).scalars == [1, 0])
    #expect(Autodiff.maximum(x, 3).scalars == [3, 4])
    #expect(Autodiff.minimum(x, 3).scalars == [2, 3])
  }

  @Test func `shapes are changed`() {
    let x = Tensor(shape: [2, 3], scalars: [1, 2, 3, 4, 5, 6])
    #expect(x.transposed().scalars == [1, 4, 2, 5, 3, 6])
    #expect(x.flattened().shape == [6])
    #expect(Tensor(2).broadcast(to: [2, 2]).scalars == [2, 2, 2, 2])
    #expect(Tensor([1, 2]).broadcast(to: [2, 1, 2]).shape == [2, 1, 2])
    #expect(x.broadcast(to: [2, 3]).scalars == x.scalars)
    #expect(x.insertingAxis(at: 1).shape == [2, 1, 3])
    #expect(x.insertingAxis(at: 1).removingAxis(at: 1).shape == [2, 3])
    #expect(x.positions(axis: 1).scalars == [0, 1, 2, 0, 1, 2])
    #expect(Tensor([2, 0]).oneHot(count: 3).scalars == [0, 0, 1, 1, 0, 0])
    let parts = x.split(axis: 1, into: [1, 2])
    #expect(parts.map(\.scalars) == [[1, 4], [2, 3, 5, 6]])
    #expect(concatenated(parts, axis: 1).scalars == x.scalars)
    #expect(stacked([Tensor([1, 2]), Tensor([3, 4])]).scalars == [1, 2, 3, 4])
    #expect(stacked([Tensor([1, 2]), Tensor([3, 4])], axis: 1).scalars == [1, 3, 2, 4])
    #expect(x.padded(axis: 0, before: 1, after: 0).shape == [3, 3])
  }

  @Test(arguments: OpCase.all)
  func `running at once and tracing give the same bits`(_ op: OpCase) {
    let inputs = op.inputs.map(\.rounded)
    let now = op.body(inputs.map { Tensor($0) })
    let traced = trace(inputs: inputs.map { Tensor($0) }, body: op.body)
    let later = interpret(traced.outputs.nodes, inputs: inputs)[0]
    #expect(traced.outputs.isTraced && !now.isTraced)
    #expect(now.extents == later.shape && traced.outputs.extents == later.shape)
    #expect(now.scalars.map(\.bitPattern) == later.scalars.map(\.bitPattern))
  }

  @Test func `a concrete operand beside a traced one becomes a constant of the graph`() {
    let traced = trace(inputs: Tensor([1, 2])) { x in
      x * Tensor([3, 4]) + Tensor.ones([2]) + x.positions(axis: 0)
    }
    let ops = topologicalOrder(of: traced.outputs.nodes).map(\.op.name)
    #expect(ops == ["input", "literal", "multiply", "constant", "add", "iota", "add"])
    let values = interpret(
      traced.outputs.nodes, inputs: [NDArray<Float>(shape: [2], scalars: [1, 2])])
    #expect(values[0].scalars == [4, 10])
  }

  @Test func `a traced tensor has no numbers to read`() async {
    await #expect(processExitsWith: .failure) {
      _ = trace(inputs: Tensor([1, 2])) { x in Tensor(x.scalars) }
    }
  }

  @Test func `wrong counts are refused in sentences`() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(shape: [2, 2], scalars: [1])
    }
    #expect(message(of: result).contains("1 numbers do not fill a tensor of [2, 2]"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2]).scalar
    }
    #expect(message(of: result).contains("a tensor of shape [2] is not a single number"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2]).broadcast(to: [2, 3])
    }
    #expect(message(of: result).contains("[2] is not the end of [2, 3]"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2]).split(axis: 0, into: [1])
    }
    #expect(message(of: result).contains("[1] do not add up to axis 0 of [2]"))
  }

  private func message(of result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}
