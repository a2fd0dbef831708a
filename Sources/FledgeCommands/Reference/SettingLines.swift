import Agents
import Experiments
import Foundation
import MultiTask
import NeuralNetworks

/// One setting as a page shows it.
struct SettingLine: Equatable {
  /// The key, with those that lead to it: what `--set` takes.
  let path: String
  /// The value unless set, as YAML; empty for a group.
  let standard: String
  /// What it may be.
  let allowed: String
  /// What it is, from the doc comment.
  let meaning: String
}

/// Every setting of a type, worked out from the type itself: keys and defaults from how it is
/// written, ranges from what it refuses, meanings from the doc comments of its source.
struct SettingLines<Root: ValidatedSettings> {
  let comments: SourceComments
  /// Types that have a table of their own, and the anchor that leads to it.
  let shared: [String: String]
  private let rules: SettingRules<Root>
  private let standard: ConfigNode

  init(of root: Root, comments: SourceComments, shared: [String: String]) throws {
    self.comments = comments
    self.shared = shared
    rules = try SettingRules(of: root)
    standard = try ConfigEncoder.encode(root)
  }

  /// All settings of a value, groups before what is in them.
  func lines(of settings: Any) -> [SettingLine] { members(of: settings, [], standard) }

  private func members(of settings: Any, _ path: [String], _ node: ConfigNode?) -> [SettingLine] {
    let type = String(reflecting: Swift.type(of: settings))
    return Mirror(reflecting: settings).children.flatMap { child -> [SettingLine] in
      guard let label = child.label, let value = node?[label] else { return [] }
      let meaning = comments.text(of: type, label)
      return lines(of: child.value, path + [label], value, meaning)
    }
  }

  private func lines(
    of value: Any, _ path: [String], _ node: ConfigNode, _ meaning: String?
  ) -> [SettingLine] {
    let type = Swift.type(of: value)
    func line(_ standard: ConfigNode?, _ allowed: String) -> SettingLine {
      SettingLine(
        path: path.joined(separator: "."), standard: standard.map(Self.short) ?? "",
        allowed: allowed,
        meaning: meaning ?? comments.text(of: String(reflecting: type)) ?? "")
    }
    if let anchor = shared[String(reflecting: type)] {
      return [line(node, listed(type, path, anchor))]
    }
    if let choice = value as? any Choice { return lines(of: choice, path, line(node, "")) }
    if let optional = type as? any OptionalSetting.Type {
      return lines(ofOptional: optional.wrapped, path, node, line)
    }
    if let list = type as? any ListSetting.Type { return lines(ofList: list, path, node, line) }
    if value is any ValidatedSettings {
      let inside = members(of: value, path, node)
      return inside.isEmpty ? [] : [line(nil, "")] + inside
    }
    return [line(node, SettingKind.name(of: type) { rules.rules(at: path) })]
  }

  /// What many have is named in the plural, of which this is one.
  private static func one(_ anchor: String) -> String {
    anchor.hasPrefix("[a ") || anchor.hasPrefix("[an ") || anchor.hasPrefix("[settings")
      || !anchor.hasPrefix("[") ? anchor : "one of the " + anchor
  }

  /// A value as YAML; of a choice with very many settings only its name.
  private static func short(_ node: ConfigNode) -> String {
    let text = YAMLText.inline(node)
    guard text.count > 200, let entries = node.entries, entries.count == 1 else { return text }
    return entries[0].key
  }

  /// Where the alternatives stand, and what else is refused here.
  private func listed(_ type: Any.Type, _ path: [String], _ anchor: String) -> String {
    let takesNumbers = (type as? any Choice.Type)?.takesNumbers ?? false
    let rules = takesNumbers ? rules.rules(at: path) : ""
    return Self.one(anchor) + (rules.isEmpty ? "" : "; " + rules)
  }

  private func lines(
    ofOptional wrapped: Any.Type, _ path: [String], _ node: ConfigNode,
    _ line: (ConfigNode?, String) -> SettingLine
  ) -> [SettingLine] {
    if let anchor = shared[String(reflecting: wrapped)] {
      return [line(node, "`null`, or " + Self.one(anchor))]
    }
    if let choice = wrapped as? any Choice.Type {
      let names = choice.names.map { "`\($0)`" }.joined(separator: ", ")
      return [line(node, "`null`, or one of " + names)] + alternatives(of: choice, path)
    }
    if let group = wrapped as? any ValidatedSettings.Type {
      let settings = group.init()
      return [line(node, "`null`, or these")]
        + members(of: settings, path, try? ConfigEncoder.encode(settings))
    }
    return [
      line(node, "`null`, or " + SettingKind.name(of: wrapped) { rules.rules(at: path) })
    ]
  }

  private func lines(
    ofList list: any ListSetting.Type, _ path: [String], _ node: ConfigNode,
    _ line: (ConfigNode?, String) -> SettingLine
  ) -> [SettingLine] {
    let container = list.isNamed ? "names, each with " : "a list of "
    if let anchor = shared[String(reflecting: list.element)] {
      return [line(node, container + anchor)]
    }
    guard let group = list.element as? any ValidatedSettings.Type, !(group is any Choice.Type)
    else {
      let kind = SettingKind.name(of: list.element) { "" }
      return [line(node, list.isNamed ? container + kind : SettingKind.plural(of: list.element))]
    }
    let settings = group.init()
    let inside = path.dropLast() + [(path.last ?? "") + (list.isNamed ? ".NAME" : "[i]")]
    return [line(node, container + "these")]
      + members(of: settings, Array(inside), try? ConfigEncoder.encode(settings))
  }

  private func lines(
    of choice: any Choice, _ path: [String], _ line: SettingLine
  ) -> [SettingLine] {
    let type = Swift.type(of: choice)
    var allowed = type.names.map { "`\($0)`" }.joined(separator: ", ")
    if type.takesNumbers { allowed = "a number, or " + allowed }
    let rules = type.takesNumbers ? rules.rules(at: path) : ""
    let head = SettingLine(
      path: line.path, standard: line.standard,
      allowed: allowed + (rules.isEmpty ? "" : "; " + rules), meaning: line.meaning)
    return [head] + alternatives(of: type, path)
  }

  /// What there is to set of each alternative.
  func alternatives(of type: any Choice.Type, _ path: [String]) -> [SettingLine] {
    type.groups.flatMap { name, settings -> [SettingLine] in
      let meaning = comments.text(of: String(reflecting: type), name)
      let head = SettingLine(
        path: (path + [name]).joined(separator: "."), standard: "", allowed: "",
        meaning: meaning ?? settings.flatMap {
          comments.text(of: "\(String(reflecting: Swift.type(of: $0)))")
        }
          ?? "")
      guard let settings else { return head.meaning.isEmpty ? [] : [head] }
      let inside = members(
        of: settings, path + [name], try? ConfigEncoder.encode(settings))
      return [head] + inside
    }
  }
}

/// How the kind of a setting is told.
private enum SettingKind {
  /// - Parameter rules: What a number has to obey; asked for what may be one.
  static func name(of type: Any.Type, rules: () -> String) -> String {
    let kind = plain(type)
    guard numbers[kind] != nil || kind == "a value" else { return kind }
    let rules = rules()
    if rules.isEmpty { return kind }
    if kind == "a value" { return rules }
    let plain = kind.hasPrefix("a whole") ? "a whole number" : kind
    return plain + (rules.hasPrefix("in ") ? " " : ", ") + rules
  }

  /// Several of a kind.
  static func plural(of type: Any.Type) -> String {
    let kind = plain(type)
    return "a list of " + (numbers[kind] ?? (kind == "a text" ? "texts" : "values: " + kind))
  }

  private static let numbers = [
    "a number": "numbers", "a whole number": "whole numbers",
    "a whole number, 0 or more": "whole numbers, 0 or more",
  ]

  private static func plain(_ type: Any.Type) -> String {
    switch type {
    case is Int.Type: "a whole number"
    case is UInt64.Type, is UInt.Type: "a whole number, 0 or more"
    case is Double.Type, is Float.Type: "a number"
    case is Bool.Type: "`true` or `false`"
    case is String.Type: "a text"
    case is SIMD2<Double>.Type: "a point `[x, y]`"
    case let list as any ListSetting.Type where !list.isNamed: plural(of: list.element)
    default: named(type) ?? "a value"
    }
  }

  /// The names of an enumeration.
  private static func named(_ type: Any.Type) -> String? {
    func names<E: CaseIterable>(_ type: E.Type) -> [String] {
      type.allCases.map { ($0 as? any RawRepresentable)?.rawValue as? String ?? "\($0)" }
    }
    if let choice = type as? any Choice.Type {
      return "one of " + choice.names.map { "`\($0)`" }.joined(separator: ", ")
    }
    guard let cases = type as? any CaseIterable.Type else { return nil }
    return "one of " + names(cases).map { "`\($0)`" }.joined(separator: ", ")
  }
}

extension Choice {
  fileprivate static var names: [String] { alternatives.map(\.name) }

  /// Each alternative's name, and its settings where it has any.
  fileprivate static var groups: [(name: String, settings: (any ValidatedSettings)?)] {
    alternatives.map { ($0.name, $0.standard.chosen.settings) }
  }

  fileprivate static var takesNumbers: Bool { plain(1) != nil }
}

/// A setting that may be missing.
private protocol OptionalSetting {
  static var wrapped: Any.Type { get }
}

extension Optional: OptionalSetting {
  fileprivate static var wrapped: Any.Type { Wrapped.self }
}

/// Several settings of a kind, by position or by name.
private protocol ListSetting {
  static var element: Any.Type { get }
  static var isNamed: Bool { get }
}

extension Array: ListSetting {
  fileprivate static var element: Any.Type { Element.self }
  fileprivate static var isNamed: Bool { false }
}

extension Dictionary: ListSetting {
  fileprivate static var element: Any.Type { Value.self }
  fileprivate static var isNamed: Bool { true }
}
