import Autodiff
import Kernels
import Testing

@Suite struct ShapeRulesTests {
  struct Rule: Sendable, CustomTestStringConvertible {
    let op: Op
    let shapes: [Shape]
    let result: Shape
    var testDescription: String { "\(op.name) of \(shapes)" }
  }

  static let rules: [Rule] = [
    Rule(op: .exp, shapes: [[2, 3]], result: [2, 3]),
    Rule(op: .add, shapes: [[0, 3], [0, 3]], result: [0, 3]),
    Rule(op: .select, shapes: [[], [], []], result: []),
    Rule(op: .sum(axis: 1), shapes: [[2, 3, 5]], result: [2, 5]),
    Rule(op: .sum(axis: 0), shapes: [[0]], result: []),
    Rule(op: .argmax(axis: 0), shapes: [[2, 0]], result: [0]),
    Rule(op: .reshape([6]), shapes: [[2, 3]], result: [6]),
    Rule(op: .transpose([2, 0, 1]), shapes: [[2, 3, 5]], result: [5, 2, 3]),
    Rule(op: .broadcast(axis: 1, count: 4), shapes: [[2, 3]], result: [2, 4, 3]),
    Rule(op: .slice(axis: 0, start: 1, count: 2), shapes: [[3, 2]], result: [2, 2]),
    Rule(op: .pad(axis: 1, before: 1, after: 2), shapes: [[2, 3]], result: [2, 6]),
    Rule(op: .concatenate(axis: 0), shapes: [[2, 3], [4, 3]], result: [6, 3]),
    Rule(op: .matmul, shapes: [[2, 3], [3, 5]], result: [2, 5]),
    Rule(op: .gatherRows, shapes: [[7, 2, 3], [4]], result: [4, 2, 3]),
    Rule(op: .scatterRows(rows: 7), shapes: [[4, 2], [4]], result: [7, 2]),
    Rule(op: .pick, shapes: [[4, 3], [4]], result: [4]),
    Rule(op: .place(count: 3), shapes: [[4], [4]], result: [4, 3]),
    Rule(
      op: .patches(Window(height: 3, width: 2, stride: 2, padding: 1)), shapes: [[5, 7, 8, 3]],
      result: [100, 18]),
    Rule(
      op: .overlay(Window(height: 5, width: 5), onto: [2, 6, 7, 3]), shapes: [[12, 75]],
      result: [2, 6, 7, 3]),
    Rule(
      op: .takeLargest(Window(height: 2, width: 2, stride: 2)),
      shapes: [[2, 7, 6, 3], [2, 7, 6, 3]], result: [2, 3, 3, 3]),
    Rule(
      op: .placeLargest(Window(height: 2, width: 2, stride: 2)),
      shapes: [[2, 3, 3, 3], [2, 7, 6, 3]], result: [2, 7, 6, 3]),
    Rule(op: .stopGradient, shapes: [[2]], result: [2]),
  ]

  @Test(arguments: rules) func `a result has the shape its rule says`(_ rule: Rule) throws {
    #expect(try rule.op.resultShape(of: rule.shapes) == rule.result)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let op: Op
    let shapes: [Shape]
    let sentence: String
    var testDescription: String { sentence }
  }

  static let refusals: [Refusal] = [
    Refusal(
      op: .add, shapes: [[64, 2], [2]],
      sentence: "add of [64, 2] and [2]: the shapes must be equal; nothing is broadcast unless "
        + "broadcast(along:count:) says so"),
    Refusal(
      op: .matmul, shapes: [[2, 3], [4, 5]],
      sentence: "matmul of [2, 3] and [4, 5]: the columns of the left operand (3) must be as many "
        + "as the rows of the right one (4)"),
    Refusal(
      op: .matmul, shapes: [[2, 3], [3]],
      sentence: "matmul of [2, 3] and [3]: both operands must have two axes"),
    Refusal(
      op: .exp, shapes: [[1], [1]], sentence: "exp of [1] and [1]: 1 operand needed, not 2"),
    Refusal(op: .add, shapes: [], sentence: "add of nothing: 2 operands needed, not 0"),
    Refusal(
      op: .select, shapes: [[2], [2], [3]],
      sentence: "select of [2] and [2] and [3]: the shapes must be equal; nothing is broadcast "
        + "unless broadcast(along:count:) says so"),
    Refusal(op: .sum(axis: 2), shapes: [[2, 3]], sentence: "sum of [2, 3]: there is no axis 2"),
    Refusal(op: .sum(axis: -1), shapes: [[2, 3]], sentence: "sum of [2, 3]: there is no axis -1"),
    Refusal(
      op: .maximumOver(axis: 0), shapes: [[0, 3]],
      sentence: "maximumOver of [0, 3]: axis 0 has no elements to choose from"),
    Refusal(
      op: .reshape([2, 2]), shapes: [[3]],
      sentence: "reshape of [3]: 3 elements do not fill [2, 2]"),
    Refusal(
      op: .transpose([0, 0]), shapes: [[2, 3]],
      sentence: "transpose of [2, 3]: [0, 0] is not an order of its 2 axes"),
    Refusal(
      op: .broadcast(axis: 3, count: 2), shapes: [[2, 3]],
      sentence: "broadcast of [2, 3]: a new axis cannot be inserted at 3"),
    Refusal(
      op: .broadcast(axis: 0, count: 2), shapes: [[1, 1, 1, 1]],
      sentence: "broadcast of [1, 1, 1, 1]: a tensor has at most 4 axes"),
    Refusal(
      op: .broadcast(axis: 0, count: -1), shapes: [[1]],
      sentence: "broadcast of [1]: -1 repetitions are not possible"),
    Refusal(
      op: .slice(axis: 0, start: 2, count: 2), shapes: [[3]],
      sentence: "slice of [3]: axis 0 does not have elements 2..<4"),
    Refusal(
      op: .pad(axis: 0, before: -1, after: 0), shapes: [[3]],
      sentence: "pad of [3]: padding must not be negative"),
    Refusal(
      op: .concatenate(axis: 0), shapes: [[2, 3], [2, 4]],
      sentence: "concatenate of [2, 3] and [2, 4]: all axes but 0 must be equal"),
    Refusal(
      op: .concatenate(axis: 0), shapes: [],
      sentence: "concatenate of nothing: at least one operand is needed"),
    Refusal(
      op: .gatherRows, shapes: [[3, 2], [4, 1]],
      sentence: "gatherRows of [3, 2] and [4, 1]: a table with rows and one axis of indices are "
        + "needed"),
    Refusal(
      op: .scatterRows(rows: 3), shapes: [[3, 2], [4]],
      sentence: "scatterRows of [3, 2] and [4]: each row needs one index"),
    Refusal(
      op: .pick, shapes: [[3, 2], [4]],
      sentence: "pick of [3, 2] and [4]: a matrix and one index for each of its rows are needed"),
    Refusal(
      op: .place(count: 2), shapes: [[3], [4]],
      sentence: "place of [3] and [4]: one axis of values and one index for each are needed"),
    Refusal(
      op: .patches(Window(height: 5, width: 5)), shapes: [[2, 28, 28]],
      sentence: "patches of [2, 28, 28]: images have four axes: [count, height, width, channels]"),
    Refusal(
      op: .patches(Window(height: 5, width: 3, stride: 1, padding: 1)), shapes: [[2, 2, 9, 1]],
      sentence: "patches of [2, 2, 9, 1]: a window of 5 × 3 does not fit an image of 2 × 9 with a "
        + "padding of 1"),
    Refusal(
      op: .patches(Window(height: 2, width: 0)), shapes: [[2, 2, 9, 1]],
      sentence: "patches of [2, 2, 9, 1]: a window of 2 × 0 with a stride of 1 shows nothing"),
    Refusal(
      op: .patches(Window(height: 5, width: 3, padding: 3)), shapes: [[2, 9, 9, 1]],
      sentence: "patches of [2, 9, 9, 1]: a padding of 3 does not suit a window of 5 × 3: it must "
        + "be 0 or more and less than both"),
    Refusal(
      op: .overlay(Window(height: 2, width: 2), onto: [1, 3, 3, 2]), shapes: [[4, 4]],
      sentence: "overlay of [4, 4]: images of [1, 3, 3, 2] have patches of [4, 8]"),
    Refusal(
      op: .takeLargest(Window(height: 2, width: 2)), shapes: [[1, 3, 3, 2], [1, 3, 3, 1]],
      sentence: "takeLargest of [1, 3, 3, 2] and [1, 3, 3, 1]: each value needs one key"),
    Refusal(
      op: .placeLargest(Window(height: 2, width: 2)), shapes: [[1, 3, 3, 2], [1, 3, 3, 2]],
      sentence: "placeLargest of [1, 3, 3, 2] and [1, 3, 3, 2]: the window has places "
        + "[1, 2, 2, 2] on such keys"),
    Refusal(
      op: .constant(1), shapes: [],
      sentence: "constant of nothing: a leaf takes no operands and states its own shape"),
  ]

  @Test(arguments: refusals)
  func `a wrong shape is refused in a sentence that names the op and the shapes`(
    _ refusal: Refusal
  ) {
    let error = #expect(throws: ShapeError.self) {
      try refusal.op.resultShape(of: refusal.shapes)
    }
    #expect(error?.description == refusal.sentence)
    #expect(error?.op == refusal.op)
    #expect(error?.shapes == refusal.shapes)
  }

  @Test func `a node that cannot be is not made`() {
    let x = Node(leaf: .input(0), shape: [2, 3])
    #expect(throws: ShapeError.self) { try Node(.matmul, [x, x]) }
  }

  @Test func `the front end ends the process with the same sentence`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor.zeros([64, 2]) + Tensor.zeros([2])
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("add of [64, 2] and [2]: the shapes must be equal"))
  }
}
