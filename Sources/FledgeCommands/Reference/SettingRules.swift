import Experiments
import NeuralNetworks

/// What values settings refuse, found out by trying: no list of ranges is kept beside the checks.
struct SettingRules<Settings: ValidatedSettings> {
  private let standard: ConfigNode

  init(of settings: Settings) throws { standard = try ConfigEncoder.encode(settings) }

  private static var candidates: [String] {
    ["-1e300", "-5", "0", "1", "2", "1e15", "1e300", "inf"]
  }

  /// The rules that a number has to obey, such as `1 or more`; empty if any number is taken.
  ///
  /// - Parameter path: The keys that lead to it.
  func rules(at path: [String]) -> String {
    var rules: [String] = []
    for candidate in Self.candidates {
      guard let error = error(with: candidate, at: path),
        error.path == path.joined(separator: ".")
      else { continue }
      let rule = SettingRule.text(of: error.problem)
      if !rules.contains(rule) { rules.append(rule) }
    }
    return rules.joined(separator: "; ")
  }

  /// What validation says of a value; `nil` where it has nothing to say, or where the value is none
  /// of its type.
  private func error(with value: String, at path: [String]) -> SettingsError? {
    let tree = ConfigNode(.mapping([])).setting(path[...], to: ConfigNode(.scalar(value)))
    guard let settings = try? ConfigDecoder.decode(Settings.self, from: tree, over: standard) else {
      return nil
    }
    do throws(SettingsError) { try settings.validate() } catch { return error }
    return nil
  }
}

/// What a setting has to obey, in the words of the error that it gives.
package enum SettingRule {
  /// `must be 1 or more, but is 0` says `1 or more`.
  package static func text(of problem: String) -> String {
    var text = problem[...]
    if let end = text.ranges(of: ", but is ").last { text = text[..<end.lowerBound] }
    let openings = [
      ("must never be ", "never "), ("must not exceed ", "at most "), ("must stay ", ""),
      ("must be ", ""), ("must lie ", ""),
    ]
    for (opening, short) in openings where text.hasPrefix(opening) {
      return short + text.dropFirst(opening.count)
    }
    return String(text)
  }
}
