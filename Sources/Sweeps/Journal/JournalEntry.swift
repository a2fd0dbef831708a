import Foundation

/// One line of a journal: a JSON object that says what happened.
struct JournalEntry: Codable, Equatable {
  enum Event: String, Codable {
    /// The first line: which search it is.
    case study
    /// A trial was given to a worker.
    case begin
    /// A trial of a dead worker was given to another.
    case take
    case report
    case end
  }

  enum Outcome: String, Codable { case finished, stopped, failed }

  /// The version of the layout that this program writes.
  static let version = 1

  var event: Event
  var version: Int?
  var goal: Goal?
  /// The paths of the parameters, in the order of the space.
  var parameters: [String]?
  /// Which of several searches that are compared it is, by its name.
  var arm: String?
  var trial: Int?
  var worker: String?
  /// Values by the path of their parameter.
  var values: [String: PlainValue]?
  var step: Int?
  var outcome: Outcome?
  var score: Double?
  /// The scores behind a trial's score, by seed.
  var scores: [String: Double]?
  var reason: String?
  /// Seconds since 1970, for people; nothing depends on it.
  var time: Double?

  init(_ event: Event, trial: Int? = nil) { (self.event, self.trial) = (event, trial) }

  func line() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
  }

  init(line: some Collection<UInt8>) throws {
    self = try JSONDecoder().decode(JournalEntry.self, from: Data(line))
  }
}

/// A value as plain JSON has it, where 1 and 1.0 are the same.
package enum PlainValue: Codable, Equatable {
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)

  package init(_ value: ParameterValue) {
    self =
      switch value {
      case .boolean(let value): .boolean(value)
      case .integer(let value): .integer(value)
      case .number(let value): .number(value)
      case .text(let value): .text(value)
      }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .boolean(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    }
  }

  /// The value that a parameter of this range had, when this was written; `nil` if it has none such.
  func value(in range: ParameterRange) -> ParameterValue? {
    switch (range, self) {
    case (.real, .integer(let value)), (.normal, .integer(let value)): .number(Double(value))
    case (.real, .number(let value)), (.normal, .number(let value)): .number(value)
    case (.integer, .integer(let value)): .integer(value)
    case (.constant(let value), _): PlainValue(value).means(self) ? value : nil
    case (.choice(let values, _), _): values.first { PlainValue($0).means(self) }
    default: nil
    }
  }

  private func means(_ other: PlainValue) -> Bool {
    switch (self, other) {
    case (.number(let a), .integer(let b)), (.integer(let b), .number(let a)): a == Double(b)
    default: self == other
    }
  }
}
