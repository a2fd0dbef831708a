import Spelling

/// Environments by name.
public struct Catalogue: Sendable {
  /// The entries, in the order in which they are listed.
  public private(set) var entries: [EnvironmentEntry]
  /// What later rooms let experiment files name too, by kind; their types are unknown here.
  package var additions: [String: any Sendable] = [:]

  /// Makes a catalogue; no two entries may have the same id.
  public init(_ entries: [EnvironmentEntry]) {
    self.entries = []
    for entry in entries { add(entry) }
  }

  /// Adds environments that are listed under a heading.
  public mutating func add(_ entries: [EnvironmentEntry], group: String) {
    for var entry in entries {
      entry.group = group
      add(entry)
    }
  }

  /// Adds an environment.
  public mutating func add(_ entry: EnvironmentEntry) {
    precondition(
      !entries.contains { $0.id == entry.id }, "two environments are called \(entry.id)")
    entries.append(entry)
  }

  /// The environment with this name.
  ///
  /// - Throws: `EnvironmentError.unknownEnvironment`, with the nearest known name.
  public subscript(id: String) -> EnvironmentEntry {
    get throws(EnvironmentError) {
      if let entry = entries.first(where: { $0.id == id }) { return entry }
      let known = entries.map(\.id)
      throw .unknownEnvironment(id: id, nearest: nearestName(to: id, among: known), known: known)
    }
  }
}
