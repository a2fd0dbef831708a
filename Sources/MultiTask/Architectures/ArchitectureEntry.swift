/// An architecture of one's own that experiment files may name.
///
/// ```swift
/// struct ShortcutSettings: ArchitectureDefinition {
///   var hidden = [32, 32]
///
///   func make(
///     inputShape: [Int], outputs: [Int], using random: inout RandomStream
///   ) -> Shortcuts { … }
/// }
/// Fledge.main(
///   with: [],
///   architectures: [ArchitectureEntry("shortcuts", ShortcutSettings(), summary: "…")])
/// ```
///
/// Files choose it as `shortcuts`, or with settings as `shortcuts: {hidden: [64]}`.
public struct ArchitectureEntry: Sendable {
  /// What experiment files call it.
  public let name: String
  /// Its standard settings.
  public let standard: any ArchitectureDefinition
  /// What lists say of it.
  public let about: ArchitectureSummary

  /// - Parameters:
  ///   - name: What experiment files call it, such as `shortcuts`.
  ///   - definition: Its standard settings.
  ///   - summary: What it computes, in a phrase.
  ///   - shares: What its tasks have in common, and what is their own.
  ///   - source: The paper, if there is one.
  public init(
    _ name: String, _ definition: some ArchitectureDefinition, summary: String,
    shares: String = "", source: String = ""
  ) {
    (self.name, standard) = (name, definition)
    about = ArchitectureSummary(summary: summary, shares: shares, source: source)
  }
}

/// An architecture of one's own, as it was chosen.
public struct OwnArchitecture: Equatable, Sendable {
  let entry: ArchitectureEntry
  let definition: any ArchitectureDefinition

  public static func == (left: OwnArchitecture, right: OwnArchitecture) -> Bool {
    func isEqual<D: ArchitectureDefinition>(_ definition: D) -> Bool {
      definition == right.definition as? D
    }
    return left.entry.name == right.entry.name && isEqual(left.definition)
  }
}
