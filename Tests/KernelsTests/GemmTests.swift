import CKernels
import Randomness
import Testing

@Suite struct GemmTests {
  /// Expects every level to give exactly the whole numbers of the definition.
  private func expectExact(_ problem: ProductCase) {
    let numbers = problem.numbers()
    let expected = problem.expected(numbers)
    for (level, loops) in availableLoops {
      let computed = problem.computed(numbers, with: loops).map { Double($0) }
      #expect(computed == expected, "level \(level): \(problem)")
    }
  }

  @Test(arguments: [false, true], [false, true])
  func `all sizes around the widths of vectors are exact`(left: Bool, right: Bool) {
    var random = Seeds(root: 2)["sizes"]
    let sizes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15, 16, 17, 23, 24, 31, 32, 33, 48, 65]
    for _ in 0..<250 {
      let pick = { sizes[random.integer(below: sizes.count)] }
      var problem = ProductCase(rows: pick(), columns: pick(), depth: pick())
      problem.isLeftTransposed = left
      problem.isRightTransposed = right
      problem.padding = random.integer(below: 3)
      problem.alpha = random.integer(below: 2) == 0 ? 1 : -2
      problem.beta = random.integer(below: 2) == 0 ? 0 : 3
      problem.hasBias = random.integer(below: 2) == 0
      problem.hasGate = random.integer(below: 3) == 0
      problem.activation = random.integer(below: 2) == 0 ? FLEDGE_IDENTITY : FLEDGE_RELU
      expectExact(problem)
    }
  }

  @Test(arguments: [(4, 120, 84, 2, 128), (17, 64, 64, 6, 96), (4, 64, 64, 2, 1)])
  func `the products of a training step are exact`(
    inputs: Int, first: Int, second: Int, outputs: Int, batch: Int
  ) {
    let sizes = [inputs, first, second, outputs]
    for (from, to) in zip(sizes, sizes.dropFirst()) {
      expectExact(
        ProductCase(rows: batch, columns: to, depth: from, hasBias: true, activation: FLEDGE_RELU))
      expectExact(ProductCase(rows: from, columns: to, depth: batch, isLeftTransposed: true))
      expectExact(
        ProductCase(rows: batch, columns: from, depth: to, isRightTransposed: true, hasGate: true))
    }
  }

  @Test func `long sums are exact`() {
    for isLeftTransposed in [false, true] {
      for isRightTransposed in [false, true] {
        expectExact(
          ProductCase(
            rows: 7, columns: 35, depth: 700, isLeftTransposed: isLeftTransposed,
            isRightTransposed: isRightTransposed))
      }
    }
  }

  @Test(arguments: [false, true], [false, true])
  func `deep products are exact`(left: Bool, right: Bool) {
    for (rows, columns) in [(2, 70), (6, 64), (13, 37), (20, 70)] {
      for (alpha, beta): (Float, Float) in [(1, 0), (-2, 0), (1, 3)] {
        expectExact(
          ProductCase(
            rows: rows, columns: columns, depth: 1000, isLeftTransposed: left,
            isRightTransposed: right, padding: 1, alpha: alpha, beta: beta, hasBias: true,
            hasGate: rows == 6, activation: FLEDGE_RELU))
      }
    }
  }

  @Test func `deep products add up in the order of one long loop`() {
    var random = Seeds(root: 5)["order"]
    let problem = ProductCase(rows: 12, columns: 64, depth: 1300, hasBias: true)
    var numbers = problem.numbers()
    for place in numbers.left.indices { numbers.left[place] = random.normal() }
    for place in numbers.right.indices { numbers.right[place] = random.normal() }
    for (level, loops) in availableLoops where level > 0 {
      let computed = problem.computed(numbers, with: loops)
      for (row, column) in [(0, 0), (5, 63), (11, 17)] {
        var sum = numbers.bias[column]
        for p in 0..<1300 {
          sum.addProduct(numbers.left[row * 1300 + p], numbers.right[p * 64 + column])
        }
        #expect(computed[row * 64 + column] == sum, "level \(level)")
      }
    }
  }

  @Test(
    arguments: [
      FLEDGE_LEAKY_RELU, FLEDGE_TANH, FLEDGE_SIGMOID, FLEDGE_SOFTPLUS, FLEDGE_SILU, FLEDGE_GELU,
    ])
  func `every activation is its definition`(activation: fledge_activation) {
    for (rows, columns) in [(3, 5), (9, 33), (1, 64)] {
      let problem = ProductCase(
        rows: rows, columns: columns, depth: 3, padding: 1, alpha: 0.03125, hasBias: true,
        hasGate: rows == 9, activation: activation)
      let numbers = problem.numbers()
      let expected = problem.expected(numbers)
      for (level, loops) in availableLoops {
        let computed = problem.computed(numbers, with: loops)
        for (value, wanted) in zip(computed, expected) {
          #expect(
            abs(Double(value) - wanted) <= 1e-6 * max(1, abs(wanted)), "level \(level): \(problem)")
        }
      }
    }
  }

  @Test func `what is not a number is not hidden`() {
    let shape = ProductCase(
      rows: 9, columns: 18, depth: 5, hasGate: true, activation: FLEDGE_RELU)
    for columns in [2, 18, 64] {
      var problem = shape
      problem.columns = columns
      var numbers = problem.numbers()
      numbers.left[0] = .nan
      numbers.left[5] = .infinity
      for place in numbers.right.indices { numbers.right[place] = 1 }
      for place in numbers.gate.indices { numbers.gate[place] = -1 }
      for (level, loops) in availableLoops {
        let result = problem.computed(numbers, with: loops)
        #expect(result[..<(2 * columns)].allSatisfy { $0.isNaN }, "level \(level)")
        #expect(result[(2 * columns)...].allSatisfy { $0 == 0 }, "level \(level)")
      }
    }
  }

  @Test func `results do not depend on where the operands lie`() {
    var random = Seeds(root: 3)["places"]
    for columns in [2, 20, 84] {
      let problem = ProductCase(rows: 13, columns: columns, depth: 50)
      var numbers = problem.numbers()
      for place in numbers.left.indices { numbers.left[place] = random.normal() }
      for place in numbers.right.indices { numbers.right[place] = random.normal() }
      for (level, loops) in availableLoops {
        let first = problem.computed(numbers, with: loops, shift: 0)
        for shift in [1, 5, 16] {
          #expect(problem.computed(numbers, with: loops, shift: shift) == first, "level \(level)")
        }
      }
    }
  }

  @Test func `sums of many numbers stay accurate`() {
    var random = Seeds(root: 4)["accuracy"]
    let problem = ProductCase(rows: 10, columns: 40, depth: 256)
    var numbers = problem.numbers()
    for place in numbers.left.indices { numbers.left[place] = random.uniform() }
    for place in numbers.right.indices { numbers.right[place] = random.uniform() }
    let expected = problem.expected(numbers)
    for (level, loops) in availableLoops {
      for (value, wanted) in zip(problem.computed(numbers, with: loops), expected) {
        // 256 roundings of half a unit each would be 1.5e-5.
        #expect(abs(Double(value) - wanted) < 5e-6 * wanted, "level \(level)")
      }
    }
  }
}
