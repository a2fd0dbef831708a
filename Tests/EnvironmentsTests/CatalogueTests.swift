import Environments
import Testing

@Suite struct CatalogueTests {
  private let catalogue = Catalogue([
    EnvironmentEntry(
      "Corridor-v1", Corridor(), summary: "walk to the end", maximumSteps: 5, rewardThreshold: -3),
    EnvironmentEntry("Drift-v0", Drift(), summary: "stay where you are", maximumSteps: nil),
  ])

  private func message(_ body: () throws -> Void) -> String {
    let error = #expect(throws: EnvironmentError.self, performing: body)
    return "\(error, default: "")"
  }

  @Test func `an entry says what it is`() throws {
    let entry = try catalogue["Corridor-v1"]
    #expect(entry.summary == "walk to the end" && entry.maximumSteps == 5)
    #expect(entry.rewardThreshold == -3 && entry.actionSpace == .discrete(count: 2))
    #expect(
      entry.settings.map { "\($0.name) \($0.standard) \($0.unit): \($0.allowed)" } == [
        "length 3 steps: a whole number from 1 to 1000", "price -1 : from -10.0 to 0.0",
        "isSlippery 0 : 0 or 1", "maximumSteps 5 steps: a whole number, at least 1",
      ])
    #expect(try catalogue["Drift-v0"].settings.last?.standard == .number(.infinity))
  }

  @Test func `an unknown name comes with the nearest known one`() {
    #expect(
      message { _ = try catalogue["corridor"] }
        == #"there is no environment "corridor"; did you mean "Corridor-v1"?"#)
    #expect(
      message { _ = try catalogue["Driff-v0"] }
        == #"there is no environment "Driff-v0"; did you mean "Drift-v0"?"#)
    #expect(
      message { _ = try catalogue["Atari"] }
        == #"there is no environment "Atari"; known: Corridor-v1, Drift-v0"#)
  }

  @Test func `settings reach the environment`() throws {
    let entry = try catalogue["Corridor-v1"]
    var rollout = try entry.makeRollout(settings: ["length": 2, "price": -0.5])
    _ = rollout.reset(seed: 0)
    #expect(try rollout.step(.number(1)).reward == -0.5)
    #expect(try rollout.step(.number(1)).terminated)
    let stage = Stage(try entry.makeBatch(count: 1, settings: ["maximumSteps": 1]))
    stage.reset(seed: 0)
    stage.choose([1])
    #expect(stage.endings == [2])
  }

  @Test func `unknown settings and values out of range are refused in a sentence`() throws {
    let entry = try catalogue["Corridor-v1"]
    func refusal(_ settings: [String: SettingValue]) -> String {
      let text = message { _ = try entry.makeBatch(count: 1, settings: settings) }
      #expect(text == message { _ = try entry.makeRollout(settings: settings) })
      #expect(text == message { _ = try entry.checkLaws(settings: settings) })
      return text
    }
    #expect(
      refusal(["lenght": 3])
        == #"Corridor-v1 has no setting "lenght"; did you mean "length"?"#)
    #expect(
      refusal(["color": 3])
        == #"Corridor-v1 has no setting "color"; known: length, price, isSlippery, maximumSteps"#)
    #expect(refusal(["maxsteps": 3]).contains(#"known: length"#))
    #expect(
      refusal(["length": 0])
        == "Corridor-v1's length must be a whole number from 1 to 1000 (steps), not 0")
    #expect(refusal(["length": 2.5]).contains("not 2.5"))
    #expect(refusal(["price": 0.1]) == "Corridor-v1's price must be from -10.0 to 0.0, not 0.1")
    #expect(refusal(["price": .number(.nan)]).contains("not nan"))
    #expect(refusal(["isSlippery": 2]).contains("must be 0 or 1, not 2"))
    #expect(refusal(["maximumSteps": 0]).contains("at least 1, not 0"))
    #expect(
      message { _ = try entry.makeBatch(count: 0) }.contains("at least one environment, not 0"))
  }

  @Test func `ranges hold what they say`() {
    #expect(SettingRange.positive.contains(0.1) && !SettingRange.positive.contains(0))
    #expect(SettingRange.nonnegative.contains(0) && !SettingRange.nonnegative.contains(-0.1))
    for range in [SettingRange.finite, .positive, .nonnegative, .within(0...1), .whole(0...9)] {
      #expect(!range.contains(.number(.nan)) && !range.contains(.number(.infinity)))
    }
    #expect(
      "\(SettingRange.positive)" == "above 0" && "\(SettingRange.nonnegative)" == "at least 0")
  }

  @Test func `a catalogue grows`() throws {
    var catalogue = catalogue
    catalogue.add(EnvironmentEntry("Lamps", Lamps(), summary: "light", maximumSteps: nil))
    #expect(catalogue.entries.map(\.id) == ["Corridor-v1", "Drift-v0", "Lamps"])
    #expect(try catalogue["Lamps"].maximumSteps == nil)
  }

  @Test func `speed is measured`() throws {
    let speed = try catalogue["Corridor-v1"].makeBatch(count: 8)
      .measureSpeed(runs: 3, of: .milliseconds(1))
    #expect(speed.batch == 8 && speed.minimum > 0)
    #expect(speed.minimum <= speed.median && speed.median <= speed.maximum)
  }
}
