package import Environments

extension SettingValue {
  /// What a word without quotes means: a number, a switch, or else a text.
  package init(plain text: String) {
    switch text.lowercased() {
    case "true", "yes", "on": self = .number(1)
    case "false", "no", "off": self = .number(0)
    default:
      let number = Double(text.replacing("_", with: "")).flatMap { $0.isNaN ? nil : $0 }
      self = number.map(SettingValue.number) ?? .text(text)
    }
  }
}
