/// Something that a command cannot do, in one sentence with the remedy.
package struct CommandFailure: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
