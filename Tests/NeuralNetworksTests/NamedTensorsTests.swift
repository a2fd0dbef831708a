import Autodiff
import NeuralNetworks
import Randomness
import Testing

@Suite struct NamedTensorsTests {
  private func network(_ name: String) -> MLP {
    var random = Seeds(root: 3)[name]
    return MLP(sizes: [2, 3, 1], using: &random)
  }

  @Test func `what was saved is loaded, whatever its order`() throws {
    let saved = network("saved")
    var other = network("other")
    try load(saved.namedTensors.reversed(), into: &other)
    #expect(other.namedTensors.map(\.name) == saved.namedTensors.map(\.name))
    #expect(other.tensors.map(\.scalars) == saved.tensors.map(\.scalars))
  }

  private func expectRefusal(
    _ tensors: [(name: String, tensor: Tensor)], _ wanted: NamedTensorsError, _ words: String,
    at location: SourceLocation = #_sourceLocation
  ) {
    var target = network("target")
    let before = target.tensors.map(\.scalars)
    do throws(NamedTensorsError) {
      try load(tensors, into: &target)
      Issue.record("nothing was refused", sourceLocation: location)
    } catch {
      #expect(error == wanted, sourceLocation: location)
      #expect(error.description.contains(words), sourceLocation: location)
    }
    #expect(target.tensors.map(\.scalars) == before, sourceLocation: location)
  }

  @Test func `a missing tensor is refused`() {
    let tensors = network("saved").namedTensors.filter { $0.name != "layers/1/bias" }
    expectRefusal(
      tensors, .missing(name: "layers/1/bias"), "tensor 'layers/1/bias' is missing")
  }

  @Test func `a foreign tensor is refused`() {
    let tensors = network("saved").namedTensors
    expectRefusal(
      tensors + [(name: "head/weight", tensor: Tensor(0))],
      .foreign(name: "head/weight", known: tensors.map(\.name)), "there is no tensor 'head/weight'")
  }

  @Test func `a tensor of another shape is refused`() {
    var tensors = network("saved").namedTensors
    tensors[2].tensor = Tensor.zeros([1, 3])
    expectRefusal(
      tensors, .misshaped(name: "layers/1/weight", expected: [3, 1], found: [1, 3]),
      "has the shape [1, 3], but [3, 1] is wanted")
  }

  @Test func `a name that comes twice is refused`() {
    let tensors = network("saved").namedTensors
    expectRefusal(
      tensors + [tensors[0]], .repeated(name: "layers/0/weight"), "comes more than once")
  }
}
