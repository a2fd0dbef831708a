import Foundation
import Sweeps
import Testing

@Suite struct SearchSettingsTests {
  @Test(arguments: SamplerSettings.all)
  func `a sampler's settings survive encoding`(_ settings: SamplerSettings) throws {
    let data = try JSONEncoder().encode([settings])
    #expect(try JSONDecoder().decode([SamplerSettings].self, from: data) == [settings])
    try settings.check()
  }

  @Test(arguments: StoppingSettings.all)
  func `a stopping rule's settings survive encoding`(_ settings: StoppingSettings) throws {
    let data = try JSONEncoder().encode([settings])
    #expect(try JSONDecoder().decode([StoppingSettings].self, from: data) == [settings])
    try settings.check()
  }

  @Test func `a name alone means the defaults`() throws {
    let data = Data(#"["tpe", "gaussianProcess", "grid", "median"]"#.utf8)
    let names = try JSONDecoder().decode([String].self, from: data)
    #expect(names.count == 4)
    #expect(
      try JSONDecoder().decode([SamplerSettings].self, from: Data(#"["tpe", "grid"]"#.utf8))
        == [.tpe(TPESettings()), .grid])
    #expect(
      try JSONDecoder().decode([StoppingSettings].self, from: Data(#"["hyperband"]"#.utf8))
        == [.hyperband(HyperbandSettings())])
  }

  @Test func `an unknown name is refused with those that there are`() {
    for text in [#"["bayes"]"#, #"[{"bayes": {}}]"#] {
      let error = #expect(throws: DecodingError.self) {
        try JSONDecoder().decode([SamplerSettings].self, from: Data(text.utf8))
      }
      guard case .dataCorrupted(let context) = error else {
        Issue.record("not a sentence: \(String(describing: error))")
        continue
      }
      #expect(
        context.debugDescription
          == "'bayes' is none of grid, random, quasiRandom, tpe, gaussianProcess")
    }
  }

  @Test func `settings outside their meaning are refused with their key`() {
    var tpe = TPESettings()
    tpe.goodFraction = 1.5
    #expect(
      throws: SearchError(
        path: "tpe.goodFraction", problem: "must be above 0 and below 1, but is 1.5")
    ) { try SamplerSettings.tpe(tpe).check() }
    var hyperband = HyperbandSettings()
    (hyperband.minimumResource, hyperband.maximumResource) = (100, 10)
    #expect(
      throws: SearchError(
        path: "hyperband.maximumResource",
        problem: "must be at least minimumResource, 100, but is 10")
    ) { try StoppingSettings.hyperband(hyperband).check() }
  }
}
