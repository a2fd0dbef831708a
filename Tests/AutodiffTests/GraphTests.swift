import Autodiff
import Kernels
import Testing

@Suite struct GraphTests {
  let x = Node(leaf: .input(0), shape: [2])
  let y = Node(leaf: .input(1), shape: [2])

  @Test func `every node comes once and after its inputs`() {
    let sum = Node.recording(.add, x, y)
    let product = Node.recording(.multiply, sum, x)
    let other = Node.recording(.exp, sum)
    #expect(topologicalOrder(of: [product, other, product]) == [x, y, sum, product, other])
    #expect(topologicalOrder(of: [other, product]) == [x, y, sum, other, product])
    #expect(topologicalOrder(of: []) == [])
  }

  @Test func `equal expressions become one`() {
    let twice = Node.recording(
      .multiply, .recording(.exp, .recording(.add, x, y)),
      .recording(.exp, .recording(.add, x, y)))
    #expect(topologicalOrder(of: [twice]).count == 7)
    let merged = mergingEqualExpressions([twice, .recording(.exp, .recording(.add, x, y))])
    #expect(topologicalOrder(of: merged).count == 5)
    #expect(merged[0].inputs == [merged[1], merged[1]])
  }

  @Test func `expressions that differ in anything stay apart`() {
    func constant(_ value: Double, _ shape: Shape) -> Node { .constant(value, shape: shape) }
    let array = NDArray<Float>(shape: [2], scalars: [1, 2])
    let distinct = [
      constant(0, [2]), constant(-0.0, [2]), constant(0, [1, 2]), constant(1, [2]),
      .recording(.subtract, x, y), .recording(.subtract, y, x), .recording(.sum(axis: 0), x),
      .recording(.argmax(axis: 0), x), .recording(.broadcast(axis: 0, count: 2), x),
      .recording(.broadcast(axis: 1, count: 2), x),
      Node(leaf: .literal(Literal(array)), shape: [2]),
      Node(leaf: .literal(Literal(array)), shape: [2]),
    ]
    #expect(Set(mergingEqualExpressions(distinct)).count == distinct.count)
  }

  @Test func `merging leaves a graph without repetitions as it is`() {
    let sum = Node.recording(.add, x, .recording(.exp, y))
    #expect(mergingEqualExpressions([sum]) == [sum])
  }

  @Test func `replacing a node rebuilds only what hangs on it`() {
    let kept = Node.recording(.exp, y)
    let root = Node.recording(.add, .recording(.negate, x), kept)
    let fresh = Node.constant(1, shape: [2])
    let replaced = replacing([x: fresh], in: [root, kept])
    #expect(replaced[0].inputs[0].inputs == [fresh])
    #expect(replaced[0].inputs[1] === kept && replaced[1] === kept)
    #expect(root.inputs[0].inputs == [x])
  }

  @Test func `a long chain is freed without recursion and a shared part survives`() {
    var head = Node.recording(.negate, x)
    let shared = head
    for _ in 0..<300_000 { head = .recording(.negate, head) }
    head = x
    #expect(shared.inputs == [x])
    #expect(head.op == .input(0))
  }

  @Test func `a trace numbers its inputs in visiting order and runs its body once`() {
    var calls = 0
    let traced = trace(inputs: [Tensor([1, 2]), Tensor([3, 4])], Tensor(5)) { pair, scale in
      calls += 1
      return Pair(pair[0] * pair[1], scale.exp())
    }
    #expect(calls == 1)
    #expect(traced.inputs.map(\.op) == [.input(0), .input(1), .input(2)])
    #expect(traced.inputs.map(\.shape) == [[2], [2], []])
    #expect(traced.outputs.nodes.map(\.op) == [.multiply, .exp])
    #expect(traced.outputs.first.node.inputs == Array(traced.inputs[0...1]))
  }
}
