/// Something that a command cannot do, in one sentence with the remedy.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
