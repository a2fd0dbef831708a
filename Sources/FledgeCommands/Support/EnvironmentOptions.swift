import Environments

/// The settings of an environment that `--set name=value` options give.
func environmentSettings(_ options: [String]) throws -> [String: SettingValue] {
  var settings: [String: SettingValue] = [:]
  for option in options {
    let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw CommandFailure("--set \(option): expected name=value, such as gravity=9.81")
    }
    settings[String(parts[0])] =
      switch parts[1] {
      case "true": 1
      case "false": 0
      default: Double(parts[1]).map(SettingValue.number) ?? .text(String(parts[1]))
      }
  }
  return settings
}
