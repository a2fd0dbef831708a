package import Kernels

extension Op {
  /// The shape of the result for operands of these shapes.
  ///
  /// - Throws: A sentence that names the op, the shapes and what is needed instead.
  package func resultShape(of shapes: [Shape]) throws(ShapeError) -> Shape {
    let x = OperandShapes(op: self, shapes: shapes)
    switch self {
    case .input, .constant, .literal, .iota:
      throw x.refused("a leaf takes no operands and states its own shape")

    case .negate, .reciprocal, .exp, .log, .squareRoot, .square, .tanh, .sigmoid, .softplus, .erf,
      .sine, .cosine, .absolute, .sign, .relu, .step, .stopGradient:
      return try x.equal(count: 1)

    case .add, .subtract, .multiply, .divide, .maximum, .minimum, .power, .greater, .equal:
      return try x.equal(count: 2)

    case .select:
      return try x.equal(count: 3)

    case .sum(let axis):
      return try x.one(with: axis).removing(axis)
    case .maximumOver(let axis), .argmax(let axis):
      let shape = try x.one(with: axis)
      guard shape[axis] > 0 else { throw x.refused("axis \(axis) has no elements to choose from") }
      return shape.removing(axis)

    case .reshape(let shape):
      return try x.reshaped(to: shape)
    case .transpose(let permutation):
      return try x.transposed(by: permutation)
    case .broadcast(let axis, let count):
      return try x.broadcast(along: axis, count: count)
    case .slice(let axis, let start, let count):
      return try x.sliced(axis: axis, start: start, count: count)
    case .pad(let axis, let before, let after):
      let shape = try x.one(with: axis)
      guard before >= 0, after >= 0 else { throw x.refused("padding must not be negative") }
      return shape.replacing(axis, with: before + shape[axis] + after)
    case .concatenate(let axis):
      return try x.concatenated(along: axis)

    case .matmul:
      return try x.multiplied()
    case .gatherRows:
      return try x.gathered()
    case .scatterRows(let rows):
      return try x.scattered(rows: rows)
    case .pick:
      return try x.picked()
    case .place(let count):
      return try x.placed(count: count)

    case .patches(let window):
      try x.require(count: 1)
      return window.patched(try x.images(0, fitting: window))
    case .overlay(let window, let shape):
      return try x.overlaid(window, onto: shape)
    case .takeLargest(let window):
      return window.pooled(try x.pooled(by: window))
    case .placeLargest(let window):
      return try x.unpooled(by: window)
    }
  }
}

/// The operands' shapes, with the checks that ops share.
private struct OperandShapes {
  let op: Op
  let shapes: [Shape]

  func refused(_ reason: String) -> ShapeError { ShapeError(op, shapes, reason) }

  func require(count: Int) throws(ShapeError) {
    guard shapes.count == count else {
      throw refused("\(count) operand\(count == 1 ? "" : "s") needed, not \(shapes.count)")
    }
  }

  /// The shape that all of `count` operands have.
  func equal(count: Int) throws(ShapeError) -> Shape {
    try require(count: count)
    guard shapes.allSatisfy({ $0 == shapes[0] }) else {
      throw refused(
        "the shapes must be equal; nothing is broadcast unless broadcast(along:count:) says so")
    }
    return shapes[0]
  }

  /// The shape of a single operand that has this axis.
  func one(with axis: Int) throws(ShapeError) -> Shape {
    try require(count: 1)
    guard axis >= 0, axis < shapes[0].rank else { throw refused("there is no axis \(axis)") }
    return shapes[0]
  }

  func reshaped(to shape: Shape) throws(ShapeError) -> Shape {
    try require(count: 1)
    guard shape.count == shapes[0].count else {
      throw refused("\(shapes[0].count) elements do not fill \(shape)")
    }
    return shape
  }

  func transposed(by permutation: [Int]) throws(ShapeError) -> Shape {
    try require(count: 1)
    guard permutation.sorted() == Array(0..<shapes[0].rank) else {
      throw refused("\(permutation) is not an order of its \(shapes[0].rank) axes")
    }
    return Shape(permutation.map { shapes[0][$0] })
  }

  func broadcast(along axis: Int, count: Int) throws(ShapeError) -> Shape {
    try require(count: 1)
    guard axis >= 0, axis <= shapes[0].rank else {
      throw refused("a new axis cannot be inserted at \(axis)")
    }
    guard shapes[0].rank < Shape.maximumRank else {
      throw refused("a tensor has at most \(Shape.maximumRank) axes")
    }
    guard count >= 0 else { throw refused("\(count) repetitions are not possible") }
    return shapes[0].inserting(count, at: axis)
  }

  func sliced(axis: Int, start: Int, count: Int) throws(ShapeError) -> Shape {
    let shape = try one(with: axis)
    guard start >= 0, count >= 0, start + count <= shape[axis] else {
      throw refused("axis \(axis) does not have elements \(start)..<\(start + count)")
    }
    return shape.replacing(axis, with: count)
  }

  func concatenated(along axis: Int) throws(ShapeError) -> Shape {
    guard let first = shapes.first else { throw refused("at least one operand is needed") }
    guard axis >= 0, axis < first.rank else { throw refused("there is no axis \(axis)") }
    let agree = shapes.allSatisfy {
      $0.rank == first.rank && $0.replacing(axis, with: 0) == first.replacing(axis, with: 0)
    }
    guard agree else { throw refused("all axes but \(axis) must be equal") }
    return first.replacing(axis, with: shapes.reduce(0) { $0 + $1[axis] })
  }

  func multiplied() throws(ShapeError) -> Shape {
    try require(count: 2)
    guard shapes[0].rank == 2, shapes[1].rank == 2 else {
      throw refused("both operands must have two axes")
    }
    guard shapes[0][1] == shapes[1][0] else {
      throw refused(
        "the columns of the left operand (\(shapes[0][1])) must be as many as the rows of the "
          + "right one (\(shapes[1][0]))")
    }
    return Shape([shapes[0][0], shapes[1][1]])
  }

  func gathered() throws(ShapeError) -> Shape {
    try require(count: 2)
    guard shapes[0].rank >= 1, shapes[1].rank == 1 else {
      throw refused("a table with rows and one axis of indices are needed")
    }
    return shapes[0].replacing(0, with: shapes[1][0])
  }

  func scattered(rows: Int) throws(ShapeError) -> Shape {
    try require(count: 2)
    guard shapes[0].rank >= 1, shapes[1].rank == 1, shapes[0][0] == shapes[1][0], rows >= 0 else {
      throw refused("each row needs one index")
    }
    return shapes[0].replacing(0, with: rows)
  }

  func picked() throws(ShapeError) -> Shape {
    try require(count: 2)
    guard shapes[0].rank == 2, shapes[1].rank == 1, shapes[0][0] == shapes[1][0] else {
      throw refused("a matrix and one index for each of its rows are needed")
    }
    return shapes[1]
  }

  func placed(count: Int) throws(ShapeError) -> Shape {
    try require(count: 2)
    guard shapes[0].rank == 1, shapes[0] == shapes[1], count >= 0 else {
      throw refused("one axis of values and one index for each are needed")
    }
    return Shape([shapes[0][0], count])
  }
}

// Images, and what a window makes of them.
extension OperandShapes {
  /// The shape of an operand that holds images on which the window has a place.
  func images(_ index: Int, fitting window: Window) throws(ShapeError) -> Shape {
    try images(shapes[index], fitting: window)
  }

  func images(_ shape: Shape, fitting window: Window) throws(ShapeError) -> Shape {
    guard shape.rank == 4 else {
      throw refused("images have four axes: [count, height, width, channels]")
    }
    guard window.height > 0, window.width > 0, window.stride > 0 else {
      throw refused(
        "a window of \(window.height) × \(window.width) with a stride of \(window.stride) shows "
          + "nothing")
    }
    guard window.padding >= 0, window.padding < min(window.height, window.width) else {
      throw refused(
        "a padding of \(window.padding) does not suit a window of \(window.height) × "
          + "\(window.width): it must be 0 or more and less than both")
    }
    let places = window.places(onHeight: shape[1], width: shape[2])
    guard places.rows > 0, places.columns > 0 else {
      throw refused(
        "a window of \(window.height) × \(window.width) does not fit an image of \(shape[1]) × "
          + "\(shape[2]) with a padding of \(window.padding)")
    }
    return shape
  }

  func overlaid(_ window: Window, onto shape: Shape) throws(ShapeError) -> Shape {
    try require(count: 1)
    let expected = window.patched(try images(shape, fitting: window))
    guard shapes[0] == expected else {
      throw refused("images of \(shape) have patches of \(expected)")
    }
    return shape
  }

  /// The shape of values and keys, which must be one.
  func pooled(by window: Window) throws(ShapeError) -> Shape {
    try require(count: 2)
    guard shapes[0] == shapes[1] else { throw refused("each value needs one key") }
    return try images(0, fitting: window)
  }

  /// The keys' shape.
  func unpooled(by window: Window) throws(ShapeError) -> Shape {
    try require(count: 2)
    let images = try images(1, fitting: window)
    guard shapes[0] == window.pooled(images) else {
      throw refused("the window has places \(window.pooled(images)) on such keys")
    }
    return images
  }
}

extension Shape {
  package static var maximumRank: Int { 4 }
}
