import Autodiff
import Kernels
import TestSupport
import Testing

/// Every derivative rule against central differences, and the conventions where there is no
/// derivative.
@Suite struct PullbackTests {
  @Test(arguments: OpCase.all)
  func `a gradient is what central differences give`(_ op: OpCase) {
    expectGradient(at: op.inputs, varying: op.varied, op.name, of: op.body)
  }

  @Test(arguments: OpCase.all.filter(\.isSmooth))
  func `a second derivative is what central differences of the gradient give`(_ op: OpCase) {
    expectSecondDerivative(at: op.inputs, varying: op.varied, op.name, of: op.body)
  }

  // MARK: Conventions

  @Test func `at its kink a function of one operand has derivative 0`() {
    #expect(slope(at: [-1, 0, 2]) { $0.relu() } == [0, 0, 1])
    #expect(slope(at: [-1, 0, 2]) { $0.absolute() } == [-1, 0, 1])
  }

  @Test func `of equal operands the first takes the whole gradient`() {
    let x = Tensor([1, 2, 3])
    let y = Tensor([2, 2, 2])
    let larger = gradient { (z: Pair) in Autodiff.maximum(z.first, z.second).sum() }(Pair(x, y))
    #expect(larger.first.scalars == [0, 1, 1])
    #expect(larger.second.scalars == [1, 0, 0])
    let smaller = gradient { (z: Pair) in Autodiff.minimum(z.first, z.second).sum() }(Pair(x, y))
    #expect(smaller.first.scalars == [1, 1, 0])
    #expect(smaller.second.scalars == [0, 0, 1])
  }

  @Test func `of several largest elements the first takes the gradient`() {
    #expect(slope(at: [1, 3, 3, 2]) { $0.maximum() } == [0, 1, 0, 0])
    #expect(slope(at: [2, 2]) { $0.minimum() } == [1, 0])
  }

  @Test func `a number clamped to a range passes the gradient inside and at both ends`() {
    #expect(slope(at: [-2, -1, 0, 1, 2]) { $0.clamped(to: -1...1) } == [0, 1, 1, 1, 0])
  }

  @Test func `what is constant in steps has no gradient`() {
    let x: [Float] = [-1, 0, 0.5, 2]
    #expect(slope(at: x) { $0.sign() } == [0, 0, 0, 0])
    #expect(slope(at: x) { $0.step() } == [0, 0, 0, 0])
    #expect(slope(at: x) { $0.greater(than: 0.5) } == [0, 0, 0, 0])
    #expect(slope(at: x) { $0.equal(to: 0.5) } == [0, 0, 0, 0])
    #expect(slope(at: x) { $0.argmax(axis: 0) } == [0, 0, 0, 0])
    #expect(slope(at: x) { $0.positions(axis: 0) } == [0, 0, 0, 0])
    #expect(slope(at: x) { $0.withoutGradient() * $0 } == x)
  }

  @Test func `powers of 0 have the derivatives of calculus`() {
    #expect(slope(at: [0, 0.5]) { $0.power(2) } == [0, 1])
    #expect(slope(at: [0, -3]) { $0.power(1) } == [1, 1])
    #expect(slope(at: [0, 5]) { $0.power(0) } == [0, 0])
    #expect(slope(at: [0]) { $0.power(0.5) } == [.infinity])
    #expect(slope(at: [-2]) { $0.power(3) } == [12])

    let base = Tensor([0, 0, 1])
    #expect(slope(at: [2, 0, 7]) { base.power($0) } == [0, 0, 0])
    let bend = gradient { (x: Tensor) in gradient { $0.power(2).sum() }(x).sum() }
    #expect(bend(Tensor([0])).scalars == [2])
  }

  @Test func `where a root touches 0 its derivative is infinite`() {
    #expect(slope(at: [0, 4]) { $0.squareRoot() } == [.infinity, 0.25])
    #expect(slope(at: [0]) { $0.log() } == [.infinity])
  }

  @Test func `only the chosen branch of a selection is differentiated`() {
    let condition = Tensor([1, 0, 1])
    #expect(slope(at: [2, 2, 3]) { select(condition, $0.squared(), -$0) } == [4, -1, 6])
  }

  private func slope(at x: [Float], of f: @escaping (Tensor) -> Tensor) -> [Float] {
    gradient { f($0).sum() }(Tensor(x)).scalars
  }
}

/// Two tensors.
private typealias Pair = Autodiff.Pair<Tensor, Tensor>
