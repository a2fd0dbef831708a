import Environments
import Experiments

/// The settings of an environment that `--set name=value` options give.
///
/// A value reads as it does in an experiment file; a range is written `from...to`.
func environmentSettings(_ options: [String]) throws -> [String: SettingValue] {
  var settings: [String: SettingValue] = [:]
  for option in options {
    let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw CommandFailure("--set \(option): expected name=value, such as gravity=9.81")
    }
    settings[String(parts[0])] = try range(parts[1]) ?? SettingValue(plain: String(parts[1]))
  }
  return settings
}

/// The range that `8...12` means; `nil` for everything else.
///
/// - Throws: a `CommandFailure` if it goes backwards.
private func range(_ text: Substring) throws -> SettingValue? {
  let ends = text.replacing("...", with: "…").split(separator: "…").map { Double($0) }
  guard ends.count == 2, let low = ends[0], let high = ends[1] else { return nil }
  guard low <= high else {
    throw CommandFailure("--set: the range \(text) goes backwards; write \(high)...\(low)")
  }
  return .range(low...high)
}
