import NeuralNetworks

// What the settings of several strategies have to obey, in the same words.

extension ValidatedSettings {
  func validateRate(_ value: Double, _ key: String) throws(SettingsError) {
    try require(value >= 0 && value.isFinite, key, "must be finite and 0 or more", found: value)
  }

  func validateShare(_ value: Double, _ key: String) throws(SettingsError) {
    try require(value >= 0 && value < 1, key, "must be at least 0 and below 1", found: value)
  }
}
