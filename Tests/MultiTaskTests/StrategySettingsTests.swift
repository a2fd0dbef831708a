import MultiTask
import NeuralNetworks
import Randomness
import Testing

/// How a strategy is chosen.
@Suite struct `Settings of strategies` {
  @Test func `every strategy has a name, a line, a statement and a source`() {
    let names = StrategySettings.alternatives.map(\.name)
    #expect(names.count == 26 && Set(names).count == 26)
    for account in StrategySettings.accounts {
      #expect(!account.summary.isEmpty && account.summary.count < 80, "\(account.name)")
      #expect(!account.statement.isEmpty && account.source.contains("20"), "\(account.name)")
    }
  }

  @Test(arguments: StrategySettings.alternatives.map(\.standard))
  func `every setting is documented, in order`(choice: StrategySettings) throws {
    let strategy = try #require(choice.strategy as? any ConfigurableStrategy)
    let settings = Mirror(reflecting: strategy.settings).children.compactMap(\.label)
    #expect(choice.account.settings.map(\.name) == settings, "\(choice.account.name)")
    for setting in choice.account.settings {
      #expect(!setting.allowed.isEmpty && !setting.meaning.isEmpty)
    }
  }

  @Test(arguments: StrategySettings.alternatives.map(\.standard))
  func `a choice survives encoding, and its standard is valid`(choice: StrategySettings) throws {
    let text = try JSONCoding.encode(choice)
    #expect(try JSONCoding.decode(StrategySettings.self, text) == choice)
    #expect(try (choice.make(taskCount: 3) as? AnyStrategy)?.name == choice.account.name)
  }

  @Test func `a name alone chooses the standard settings`() throws {
    #expect(
      try JSONCoding.decode(StrategySettings.self, #""nashMTL""#) == StrategySettings(NashMTL()))
  }

  @Test(arguments: [
    ("pcgrad", "pcGrad"), ("nash", "nashMTL"), ("famo2", "famo"), ("uncertianty", "uncertainty"),
    ("aligned", "alignedMTL"),
  ])
  func `a wrong name suggests the nearest`(wrong: String, near: String) {
    let error = #expect(throws: DecodingError.self) {
      try JSONCoding.decode(StrategySettings.self, "\"\(wrong)\"")
    }
    #expect("\(String(describing: error))".contains("did you mean '\(near)'?"))
    let far = #expect(throws: DecodingError.self) {
      try JSONCoding.decode(StrategySettings.self, #""qqqqqqq""#)
    }
    #expect(!"\(String(describing: far))".contains("did you mean"))
  }

  @Test func `settings outside their range are refused by a sentence`() throws {
    func problem(_ change: (inout CAGrad.Settings) -> Void) -> String {
      var settings = CAGrad.Settings()
      change(&settings)
      do throws(SettingsError) {
        try StrategySettings(CAGrad(settings)).validate()
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      problem { $0.convergence = -1 }
        == "caGrad.convergence must be finite and 0 or more, but is -1.0")
    #expect(problem { $0.convergence = 2 }.isEmpty)
  }

  @Test func `weights must be as many as the tasks`() throws {
    var settings = StaticWeights.Settings()
    settings.weights = [1, 2]
    #expect(throws: Never.self) {
      try StrategySettings(StaticWeights(settings)).make(taskCount: 2)
    }
    #expect(throws: StrategyError.self) {
      try StrategySettings(StaticWeights(settings)).make(taskCount: 3)
    }
    settings.weights = [0, 0]
    #expect(throws: SettingsError.self) {
      try StrategySettings(StaticWeights(settings)).make(taskCount: 2)
    }
  }

  @Test func `a state without a known name is refused`() {
    for text in ["{}", #"{"nosuch": {}}"#, #"{"si": {}, "gls": {}}"#] {
      #expect(throws: DecodingError.self) { try JSONCoding.decode(AnyStrategy.self, text) }
    }
  }
}
