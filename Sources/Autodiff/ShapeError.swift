package import Kernels

/// An operation was given operands of shapes that it does not take.
package struct ShapeError: Error, Equatable, CustomStringConvertible {
  package let op: Op
  package let shapes: [Shape]
  /// What the op needs instead.
  package let reason: String

  package init(_ op: Op, _ shapes: [Shape], _ reason: String) {
    self.op = op
    self.shapes = shapes
    self.reason = reason
  }

  /// For example: "matmul of [2, 3] and [4, 5]: the columns of the left operand (3) must be …".
  package var description: String {
    let operands = shapes.map(\.description).joined(separator: " and ")
    return "\(op.name) of \(operands.isEmpty ? "nothing" : operands): \(reason)"
  }

  /// Ends the process with the sentence: a shape mistake is the programmer's.
  ///
  /// `preconditionFailure` would say nothing in a release build, where training runs.
  func trap() -> Never { fatalError(description) }
}

/// Ends the process with the sentence unless the condition holds, in release builds too.
func demand(
  _ condition: Bool, _ sentence: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  if !condition { fatalError(sentence(), file: file, line: line) }
}
