/// A literate script: text and code in the order of its lines.
public struct Notebook: Equatable, Sendable {
  /// A stretch of a script.
  public enum Part: Equatable, Sendable {
    /// Markdown, without the slashes of the comment.
    case text(String)
    case code(String)
  }

  public var parts: [Part]

  public init(parts: [Part]) { self.parts = parts }
}
