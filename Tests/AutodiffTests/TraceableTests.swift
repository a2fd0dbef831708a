import Autodiff
import Testing

@Suite struct TraceableTests {
  struct Layer: Traceable {
    var weight: Tensor
    var bias: Tensor?

    mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("weight", &weight)
      visitor.visit("bias", &bias)
    }
  }

  struct Network: Traceable {
    var hidden: [Layer]
    var head: Layer
    var scale: Tensor
    var tasks: [String: Tensor] = [:]

    mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("hidden", &hidden)
      visitor.visit("head", &head)
      visitor.visit("scale", &scale)
      visitor.visit("tasks", &tasks)
    }
  }

  let network = Network(
    hidden: [
      Layer(weight: Tensor([1, 2]), bias: Tensor(3)), Layer(weight: Tensor([4]), bias: nil),
    ],
    head: Layer(weight: Tensor(5), bias: Tensor(6)), scale: Tensor(7),
    tasks: ["reach": Tensor(9), "push": Tensor(8)])

  let names = [
    "hidden/0/weight", "hidden/0/bias", "hidden/1/weight", "head/weight", "head/bias", "scale",
    "tasks/push", "tasks/reach",
  ]

  @Test func `each tensor has the name of its path, in visiting order`() {
    #expect(network.namedTensors.map(\.name) == names)
    #expect(network.tensors.map(\.scalars) == [[1, 2], [3], [4], [5], [6], [7], [8], [9]])
    #expect(network.tensorCount == 8)
    #expect(network.scalarCount == 9)
  }

  @Test func `a lone tensor goes by the name of its place`() {
    #expect(Tensor(1).namedTensors.map(\.name) == [""])
    #expect([Tensor(1), Tensor(2)].namedTensors.map(\.name) == ["0", "1"])
    #expect(Pair(Tensor(1), [Tensor(2)]).namedTensors.map(\.name) == ["first", "second/0"])
    #expect(NoTensors().tensorCount == 0)
    #expect(Optional<Tensor>.none.tensorCount == 0)
  }

  @Test func `mapping replaces every tensor and leaves the original`() {
    var seen: [String] = []
    let doubled = network.mapTensors { name, tensor in
      seen.append(name)
      return tensor * 2
    }
    #expect(seen == names)
    #expect(doubled.tensors.map(\.scalars) == [[2, 4], [6], [8], [10], [12], [14], [16], [18]])
    #expect(doubled.hidden[1].bias == nil)
    #expect(network.scale.scalar == 7)
  }

  @Test func `replacing takes the new tensors in visiting order`() {
    let fresh = (0..<8).map { Tensor(Float($0)) }
    let replaced = network.replacingTensors(with: fresh)
    #expect(replaced.tensors.map(\.scalar) == [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(replaced.tasks["reach"]?.scalar == 7)
  }

  @Test func `too few or too many replacements are refused`() async {
    await #expect(processExitsWith: .failure) {
      _ = [Tensor(1), Tensor(2)].replacingTensors(with: [Tensor(3)])
    }
    await #expect(processExitsWith: .failure) {
      _ = [Tensor(1)].replacingTensors(with: [Tensor(3), Tensor(4)])
    }
  }
}
