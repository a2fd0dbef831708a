/// Why a file of another tool cannot be written or read: one sentence with the remedy.
public struct InterchangeError: Error, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
