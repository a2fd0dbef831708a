import Autodiff
import Kernels
import Randomness
import TestSupport
import Testing

/// A random program over a few tensors: any operation, any shapes, updates of the state anywhere.
///
/// Values are kept between about -2 and 2, so that rounding errors stay small. Operations that jump
/// look at sines of large multiples, which are hardly ever within rounding of the jump.
private struct RandomProgram {
  private enum Size { static let all = [1, 1, 2, 3, 5, 16, 17, 70] }

  private var random: RandomStream
  private var values: [Tensor]

  init(seed: UInt64, values: [Tensor]) {
    random = Seeds(root: seed)["program"]
    self.values = values
  }

  /// Shapes of state tensors and inputs; the same for the same seed.
  static func shapes(seed: UInt64, _ name: String, count: Int) -> [Shape] {
    var random = Seeds(root: seed)[name]
    return (0..<count).map { _ in
      let rank = random.integer(below: 4)
      return Shape((0..<rank).map { _ in Size.all[random.integer(below: Size.all.count)] })
    }
  }

  /// Performs some operations, and changes some of the state on the way.
  mutating func run(_ state: inout [Tensor], steps: Int) -> [Tensor] {
    for _ in 0..<steps {
      values.append(bounded(next()))
      if random.integer(below: 4) == 0 { update(&state) }
    }
    return (0..<3).map { _ in any() }
  }

  private mutating func any() -> Tensor { values[random.integer(below: values.count)] }

  /// A value of this shape: one there is, or numbers made of another.
  private mutating func any(like tensor: Tensor) -> Tensor {
    let equal = values.filter { $0.shape == tensor.shape }
    return equal[random.integer(below: equal.count)]
  }

  private func bounded(_ x: Tensor) -> Tensor { x.count > 3000 ? x.mean() : x }

  private mutating func update(_ state: inout [Tensor]) {
    let index = random.integer(below: state.count)
    let candidates = values.filter { $0.shape == state[index].shape }
    let next = candidates[random.integer(below: candidates.count)]
    let old = state[index]
    switch random.integer(below: 4) {
    case 0: state[index] = next
    case 1: state[index] = old * 0.7 + next * 0.3
    case 2: state[index] = (old - next).tanh()
    default:
      let other = random.integer(below: state.count)
      if state[other].shape == old.shape { state.swapAt(index, other) }
    }
    if random.integer(below: 2) == 0 { values.append(state[index]) }
  }

  private mutating func next() -> Tensor {
    switch random.integer(below: 8) {
    case 0, 1, 2: elementwise(any())
    case 3: reduction(any())
    case 4: rearrangement(any())
    case 5: repetition(any())
    case 6: lookUp(any())
    default: product(any())
    }
  }

  private mutating func elementwise(_ x: Tensor) -> Tensor {
    let y = any(like: x)
    let jump = (x * 37).sine()
    switch random.integer(below: 22) {
    case 0: return x + y * 0.5
    case 1: return x - y
    case 2: return x * y
    case 3: return x / (y.squared() + 1)
    case 4: return maximum(x, y)
    case 5: return minimum(x, y) * -1
    case 6: return jump.greater(than: (y * 23).cosine())
    case 7: return select(jump.step(), x, y)
    case 8: return x.tanh()
    case 9: return x.sigmoid()
    case 10: return (-x.absolute()).exp()
    case 11: return (x.squared() + 0.5).log()
    case 12: return (x.squared() + 0.1).squareRoot() - y
    case 13: return x.softplus() * 0.5
    case 14: return x.erf()
    case 15: return (x * 2).cosine()
    case 16: return x.relu()
    case 17: return jump.sign() * y
    case 18: return (x.absolute() + 0.5).power((y * 0.5).tanh())
    case 19: return -x + 1
    case 20: return (x.absolute() + 1).reciprocal()
    default: return y.withoutGradient() * 0.25 + x * 0.75
    }
  }

  private mutating func reduction(_ x: Tensor) -> Tensor {
    guard x.rank > 0 else { return x.sum() }
    let axis = random.integer(below: x.rank)
    switch random.integer(below: 5) {
    case 0: return x.mean()
    case 1: return x.mean(axis: axis)
    case 2: return x.maximum(axis: axis)
    case 3: return ((x * 37).sine().argmax(axis: axis) * 0.1).sine()
    default: return x.squared().mean(axis: axis)
    }
  }

  private mutating func rearrangement(_ x: Tensor) -> Tensor {
    guard x.rank > 0 else { return x.reshaped(to: [1]) }
    let axis = random.integer(below: x.rank)
    let length = x.shape[axis]
    switch random.integer(below: 6) {
    case 0: return x.transposed(by: Array(0..<x.rank).shuffled(using: &random))
    case 1: return x.flattened()
    case 2:
      let start = random.integer(below: length)
      return x.sliced(axis: axis, from: start, count: 1 + random.integer(below: length - start))
    case 3: return x.padded(axis: axis, before: random.integer(below: 3), after: 1)
    case 4: return concatenated([x, any(like: x)], axis: axis)
    default: return x.positions(axis: axis) / Double(length)
    }
  }

  private mutating func repetition(_ x: Tensor) -> Tensor {
    guard x.rank < 4 else { return x }
    let axis = random.integer(below: x.rank + 1)
    let once = x.broadcast(along: axis, count: 1 + random.integer(below: 4))
    guard once.rank < 4, random.integer(below: 2) == 0 else { return once }
    return once.broadcast(along: random.integer(below: once.rank + 1), count: 3)
  }

  private mutating func lookUp(_ x: Tensor) -> Tensor {
    guard x.rank > 0, x.shape[0] > 0 else { return x }
    let rows = x.shape[0]
    let count = 1 + random.integer(below: 6)
    let indices = Tensor((0..<count).map { _ in Float(random.integer(below: rows)) })
    let found = x.gathered(rows: indices)
    if x.rank == 2, random.integer(below: 2) == 0 {
      let columns = (0..<rows).map { _ in Float(random.integer(below: x.shape[1])) }
      let picked = x.picked(at: Tensor(columns))
      return random.integer(below: 2) == 0
        ? picked : picked.placed(at: Tensor(columns), count: x.shape[1] + 1)
    }
    return random.integer(below: 2) == 0 ? found : found.scattered(to: indices, rows: rows) * 0.5
  }

  private mutating func product(_ x: Tensor) -> Tensor {
    let matrices = values.filter { $0.rank == 2 }
    guard x.rank == 2 else { return (x * 0.5).tanh() }
    let y = matrices[random.integer(below: matrices.count)]
    var result = (matmul(x, x.transposed()) / Double(x.shape[1])).tanh()
    if x.shape[1] == y.shape[0] { result = matmul(x, y) / Double(y.shape[0]) }
    if x.shape[0] == y.shape[0] { result = matmul(x.transposed(), y) / Double(y.shape[0]) }
    if x.shape[1] == y.shape[1] { result = matmul(x, y.transposed()) / Double(y.shape[1]) }
    let rows = values.filter { $0.shape == [result.shape[1]] }
    if let row = rows.last { result = result.addingRow(row) }
    return random.integer(below: 2) == 0 ? result.relu() : result
  }
}

@Suite struct PlanRandomGraphTests {
  private func numbers(_ shapes: [Shape], _ name: String) -> [NDArray<Float>] {
    shapes.enumerated().map { sampleNumbers($1, in: -1.5...1.5, name: "\(name)\($0)").rounded }
  }

  @Test(arguments: 0..<300)
  func `plan and interpreter agree about a random program`(seed: Int) {
    let root = UInt64(seed)
    let state = numbers(RandomProgram.shapes(seed: root, "state", count: 4), "state \(seed)")
    let inputs = numbers(RandomProgram.shapes(seed: root, "inputs", count: 3), "input \(seed)")
    expectPlanUpdates(state, inputs: inputs, runs: 2, relative: 2e-4, "program \(seed)") {
      state, inputs in
      var program = RandomProgram(seed: root, values: state + inputs)
      return program.run(&state, steps: 10 + seed % 50)
    }
  }

  @Test(arguments: 300..<360)
  func `plan and interpreter agree about the gradient of a random program`(seed: Int) {
    let root = UInt64(seed)
    let state = numbers(RandomProgram.shapes(seed: root, "state", count: 4), "state \(seed)")
    expectPlanUpdates(state, runs: 1, relative: 1e-3, "program \(seed)") { state, _ in
      var program = RandomProgram(seed: root, values: state)
      let start = state
      let results = program.run(&state, steps: 20)
      let loss = results.map { $0.tanh().mean() }.reduce(Tensor(0), +)
      return gradient(of: loss, withRespectTo: start)
    }
  }
}
