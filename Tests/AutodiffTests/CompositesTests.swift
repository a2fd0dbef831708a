import Autodiff
import Glibc
import Kernels
import TestSupport
import Testing

@Suite struct CompositesTests {
  typealias Function = @Sendable (Tensor) -> Tensor

  struct Composite: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let body: Function
    init(_ name: String, _ body: @escaping Function) {
      testDescription = name
      self.body = body
    }
  }

  /// On a matrix of 3 × 5.
  static let smooth: [Composite] = [
    Composite("sum") { $0.sum() }, Composite("mean") { $0.mean() },
    Composite("mean of columns") { $0.mean(axis: 0) },
    Composite("variance of rows") { $0.variance(axis: 1) },
    Composite("logSumExp of rows") { $0.logSumExp(axis: 1) },
    Composite("logSumExp of columns") { $0.logSumExp(axis: 0) },
    Composite("logSoftmax") { $0.logSoftmax() },
    Composite("logSoftmax of columns") { $0.logSoftmax(axis: 0) },
    Composite("softmax") { $0.softmax() },
    Composite("softmax of columns") { $0.softmax(axis: 0) },
    Composite("logSigmoid") { $0.logSigmoid() },
    Composite("squared norm") { $0.squaredNorm() },
    Composite("dot") { $0.dot($0.exp()) },
    Composite("rows and columns added") {
      $0.addingRow($0.sum(axis: 0)).addingColumn($0.exp().sum(axis: 1))
    },
    Composite("rows and columns multiplied") {
      $0.multiplyingRow($0.sum(axis: 0)).multiplyingColumn($0.sum(axis: 1))
    },
    Composite("split and stacked") {
      stacked($0.split(axis: 1, into: [2, 2, 1])[0...1].map { $0 })
    },
  ]

  static let kinked: [Composite] = [
    Composite("maximum") { $0.maximum() }, Composite("minimum") { $0.minimum() },
    Composite("minimum of rows") { $0.minimum(axis: 1) },
    Composite("clamped") { $0.clamped(to: -1.03...0.7) },
    Composite("less") { $0.less(than: 0.1) * $0 },
  ]

  @Test(arguments: smooth + kinked)
  func `a gradient is what central differences give`(_ composite: Composite) {
    expectGradient(at: [sampleNumbers([3, 5])]) { composite.body($0[0]) }
  }

  @Test(arguments: smooth)
  func `a second derivative is what central differences give`(_ composite: Composite) {
    expectSecondDerivative(at: [sampleNumbers([3, 5])]) { composite.body($0[0]) }
  }

  @Test(arguments: smooth + kinked)
  func `running at once and tracing give the same bits`(_ composite: Composite) {
    let x = sampleNumbers([3, 5]).rounded
    let traced = trace(inputs: Tensor(x), body: composite.body)
    let later = interpret(traced.outputs.nodes, inputs: [x])[0]
    let now = composite.body(Tensor(x))
    #expect(now.extents == later.shape)
    #expect(now.scalars == later.scalars)
  }

  @Test(arguments: smooth + kinked)
  func `a plan and the interpreter agree`(_ composite: Composite) {
    expectEnginesAgree(on: Tensor(sampleNumbers([3, 5]).rounded)) { x in
      let y = composite.body(x)
      return Pair(y, gradient(of: y.squaredNorm(), withRespectTo: x))
    }
  }

  @Test func `values have their closed forms`() {
    let x = Tensor(shape: [2, 3], scalars: [1, 2, 4, -1, 0, 1])
    #expect(x.sum().scalar == 7)
    #expect(x.sum().shape == [])
    expectClose(x.mean().scalar, 7.0 / 6, relative: 1e-7)
    expectClose(x.mean(axis: 1).scalars, [7.0 / 3, 0], relative: 1e-6)
    expectClose(x.variance(axis: 1).scalars, [14.0 / 9, 2.0 / 3], relative: 1e-6)
    #expect(x.maximum().scalar == 4)
    #expect(x.minimum(axis: 0).scalars == [-1, 0, 1])
    let normaliser = Float(log(exp(1.0) + exp(2.0) + exp(4.0)))
    expectClose(x.logSumExp(axis: 1).scalars[0], normaliser, relative: 1e-6)
    expectClose(x.logSoftmax().scalars[1], 2 - normaliser, relative: 1e-6)
    expectClose(x.softmax().scalars[2], exp(4 - normaliser), relative: 1e-6)
    expectClose(x.softmax().sum(axis: 1).scalars, [1, 1], relative: 1e-6)
    #expect(x.clamped(to: 0...2).scalars == [1, 2, 2, 0, 0, 1])
    expectClose(x.logSigmoid().scalars[0], Float(-log(1 + exp(-1.0))), relative: 1e-6)
    #expect(x.dot(x).scalar == 23)
    #expect(x.squaredNorm().scalar == 23)
    #expect(x.addingRow(Tensor([10, 20, 30])).scalars == [11, 22, 34, 9, 20, 31])
    #expect(x.multiplyingRow(Tensor([0, 1, 2])).scalars == [0, 2, 8, 0, 0, 2])
    #expect(x.addingColumn(Tensor([10, 20])).scalars == [11, 12, 14, 19, 20, 21])
    #expect(x.multiplyingColumn(Tensor([2, 3])).scalars == [2, 4, 8, -3, 0, 3])
  }

  @Test func `large operands do not overflow`() {
    let x = Tensor(shape: [1, 3], scalars: [1000, 0, -1000])
    #expect(x.softmax().scalars == [1, 0, 0])
    #expect(x.logSoftmax().scalars == [0, -1000, -2000])
    #expect(x.logSumExp(axis: 1).scalars == [1000])
    #expect((-x).logSigmoid().scalars[0] == -1000)
    let slope = gradient { (x: Tensor) in x.logSoftmax().sliced(axis: 1, from: 0, count: 1).sum() }
    #expect(slope(x).scalars == [0, 0, 0])
  }

  @Test func `an action ruled out by minus infinity gets no probability and no gradient`() {
    let x = Tensor(shape: [1, 3], scalars: [1, -.infinity, 1])
    #expect(x.softmax().scalars == [0.5, 0, 0.5])
    #expect(gradient { (x: Tensor) in x.logSumExp(axis: 1).sum() }(x).scalars == [0.5, 0, 0.5])
  }
}
