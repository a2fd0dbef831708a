/// Why data could not be read, made or used: one sentence with the place, what is wrong there and
/// the remedy.
public struct DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, with row and column where there are any; or the data set and its task.
  public let place: String
  /// What was found, in a clause.
  public let detail: String
  /// What to do about it, in a clause.
  public let remedy: String

  /// Makes an error of a place, what is wrong there, and what to do about it.
  public init(_ place: String, _ detail: String, remedy: String) {
    self.place = place
    self.detail = detail
    self.remedy = remedy
  }

  public var description: String { "\(place): \(detail); \(remedy)." }
}
