import Autodiff
import Kernels
import TestSupport
import Testing

/// The sweep from a graph to the graph of its gradients.
@Suite struct GradientsTests {
  @Test func `where paths meet the gradients add up`() {
    // d(x² + 3x + x·x)/dx = 4x + 3
    let slope = gradient { (x: Tensor) in (x.squared() + 3 * x + x * x).sum() }
    #expect(slope(Tensor([2, -1])).scalars == [11, -1])
  }

  @Test func `a chain through a diamond visits every node once`() {
    // 2⁴⁰ paths.
    let slope = gradient { (x: Tensor) in (0..<40).reduce(x) { sum, _ in sum + sum }.sum() }
    #expect(slope(Tensor([1])).scalars == [Float(1 << 40)])
  }

  @Test func `the value comes with the gradient`() {
    let (value, slope) = valueAndGradient { (x: Tensor) in x.squared().sum() }(Tensor([3, 4]))
    #expect(value.scalar == 25)
    #expect(slope.scalars == [6, 8])
    #expect(!value.isTraced && !slope.isTraced)
  }

  @Test func `gradients of several tensors keep their places`() {
    let loss = { (z: Pair<Tensor, [Tensor]>) in
      (z.first * z.second[0]).sum() + z.second[1].squared().sum()
    }
    let slope = gradient(of: loss)(Pair(Tensor([1, 2]), [Tensor([3, 4]), Tensor(5)]))
    #expect(slope.first.scalars == [3, 4])
    #expect(slope.second[0].scalars == [1, 2])
    #expect(slope.second[1].scalars == [10])
    #expect(slope.second[1].shape == [])
  }

  @Test func `where nothing flows the gradient is zeros`() {
    let slope = gradient { (z: Pair<Tensor, Tensor>) in z.first.sum() }
    let both = slope(Pair(Tensor([1, 2]), Tensor.ones([2, 3])))
    #expect(both.second.shape == [2, 3])
    #expect(both.second.scalars == [0, 0, 0, 0, 0, 0])
    let constant = gradient { (_: Tensor) in Tensor(7) }
    #expect(constant(Tensor([1, 2])).scalars == [0, 0])
  }

  @Test func `the graph of a gradient holds nothing that the gradient does not need`() {
    let x = Node(leaf: .input(0), shape: [3, 3])
    let y = Node(leaf: .input(1), shape: [3, 3])
    let far = Node.recording(.exp, y)
    let product = Node.recording(.matmul, x, far)
    let slope = gradients(of: product, withRespectTo: [x])[0]
    let ops = topologicalOrder(of: [slope].compactMap { $0 }).map(\.op.name)
    #expect(ops == ["constant", "input", "exp", "transpose", "matmul"])
    #expect(gradients(of: far, withRespectTo: [x]) == [nil])
    #expect(gradients(of: .recording(.stopGradient, x), withRespectTo: [x]) == [nil])
  }

  @Test func `a target between others does not stop the flow`() {
    let x = Node(leaf: .input(0), shape: [])
    let y = Node.recording(.square, x)
    let z = Node.recording(.square, y)
    let slopes = gradients(of: z, withRespectTo: [x, y, z]).compactMap { $0 }
    let values = interpret(slopes, inputs: [NDArray<Double>(shape: [], scalars: [3])])
    #expect(values.map(\.scalars) == [[108], [18], [1]])
  }

  @Test func `a cotangent continues a gradient taken elsewhere`() {
    let x = Tensor(shape: [1, 2], scalars: [1, 2])
    let matrix = Tensor(shape: [2, 3], scalars: [1, 2, 3, 4, 5, 6])
    let traced = trace(inputs: matrix) { matrix in
      gradient(
        of: matmul(x, matrix), along: Tensor(shape: [1, 3], scalars: [1, 0, -1]),
        withRespectTo: matrix)
    }
    let values = interpret(traced.outputs.nodes, inputs: [matrix.array])[0]
    #expect(values.scalars == [1, 0, -1, 2, 0, -2])
  }

  // MARK: Gradients of gradients

  @Test func `a Hessian times a vector is the gradient of a slope along it`() {
    // f = x²y + y³: H = [[2y, 2x], [2x, 6y]]
    let f = { (z: Tensor) -> Tensor in
      let x = z.sliced(axis: 0, from: 0, count: 1)
      let y = z.sliced(axis: 0, from: 1, count: 1)
      return (x.squared() * y + y * y.squared()).sum()
    }
    let direction = Tensor([1, -2])
    let product = gradient { (z: Tensor) in gradient(of: f)(z).dot(direction) }
    // At (3, 5): H = [[10, 6], [6, 30]], H·(1, -2) = (-2, -54).
    #expect(product(Tensor([3, 5])).scalars == [-2, -54])
  }

  @Test func `the third derivative of a sine is minus the cosine`() {
    func derivative(_ f: @escaping (Tensor) -> Tensor) -> (Tensor) -> Tensor {
      gradient { f($0).sum() }
    }
    let third = derivative(derivative(derivative { $0.sine() }))
    let x: [Float] = [-1, 0, 0.5, 2]
    expectClose(third(Tensor(x)).scalars, (-Tensor(x).cosine()).scalars, relative: 1e-6)
  }

  @Test func `a Hessian of a small network agrees with differences`() {
    let inputs = [
      sampleNumbers([4, 3]), sampleNumbers([3, 5], in: -1...1), sampleNumbers([5], name: "bias"),
      sampleNumbers([5, 2], in: -1...1, name: "head"),
    ]
    expectSecondDerivative(at: inputs) { x in
      matmul(matmul(x[0], x[1]).addingRow(x[2]).tanh(), x[3]).logSoftmax()
    }
  }

  @Test func `an inner derivative does not count the surroundings' use of the same number`() {
    // d/dx [ x · d/dy (x + y) at y = x ] = 1, not 2.
    let slope = gradient { (x: Tensor) in
      x * gradient { (y: Tensor) in x + y }(x)
    }
    #expect(slope(Tensor(1)).scalar == 1)
  }

  @Test func `a gradient at plain numbers inside a traced function depends on its surroundings`() {
    // d/dx [ d/dy (x²·y²) at y = 3 ] = d/dx 6x² = 12x.
    let slope = gradient { (x: Tensor) in
      gradient { (y: Tensor) in x.squared() * y.squared() }(Tensor(3))
    }
    #expect(slope(Tensor(2)).scalar == 24)
  }

  @Test func `inside a traced function the gradient is traced`() {
    let traced = trace(inputs: Tensor([1, 2])) { x in
      valueAndGradient { (y: Tensor) in (x * y.squared()).sum() }(x).1
    }
    #expect(traced.outputs.isTraced)
    let values = interpret(
      traced.outputs.nodes, inputs: [NDArray<Float>(shape: [2], scalars: [3, 4])])
    #expect(values[0].scalars == [18, 32])
  }

  // MARK: Mistakes

  @Test func `a loss of several numbers is refused`() async {
    await #expect(processExitsWith: .failure) { _ = gradient { (x: Tensor) in x }(Tensor([1, 2])) }
  }

  @Test func `a gradient with respect to plain numbers is refused`() async {
    await #expect(processExitsWith: .failure) {
      let x = Tensor([1, 2])
      _ = gradient(of: x.sum(), withRespectTo: x)
    }
  }

  // MARK: Size

  @Test(.timeLimit(.minutes(1)))
  func `a chain of 100000 operations neither overflows the stack nor takes quadratic time`() {
    let count = 100_000
    let (value, slope) = valueAndGradient { (x: Tensor) in
      (0..<count).reduce(x) { y, index in index.isMultiple(of: 2) ? y + x : -y }.sum()
    }(Tensor([1]))
    // From 1: 2, -2, -1, 1, 2, …: back where it was after every four steps.
    #expect(value.scalar == 1)
    #expect(slope.scalar == 1)
  }

  @Test(.timeLimit(.minutes(1)))
  func `the second derivative of a long chain is computed`() {
    let chain = { (x: Tensor) in (0..<5000).reduce(x) { y, _ in y.sine() }.sum() }
    let bend = gradient { (x: Tensor) in gradient(of: chain)(x).sum() }(Tensor([0.5]))
    #expect(bend.scalar.isFinite && bend.scalar < 0)
  }
}
