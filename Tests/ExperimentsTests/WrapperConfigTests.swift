import Environments
import Experiments
import Foundation
import NeuralNetworks
import Randomness
import Simulators
import TestSupport
import Testing
import Tracking

/// Wrappers and settings of environments in experiment files.
@Suite struct WrapperConfigTests {
  private func batch(_ yaml: String) throws -> any BatchedEnvironment {
    try Samples.read(yaml).environment.makeBatch(count: 2, in: Samples.catalogue)
  }

  @Test func `wrappers are read from the inside out`() throws {
    let config = try Samples.read(
      """
      environment:
        id: MountainCar-v0
        wrappers:
          - repeatActions: {count: 2}
          - discretizeObservation: {bins: [4, 3], flat: false}
          - oneHot
          - frameStack
      """)
    let wrappers = config.environment.wrappers.map(\.wrapper)
    #expect(wrappers.count == 4)
    #expect(wrappers[0] as? RepeatActions == RepeatActions(count: 2))
    #expect(
      wrappers[1] as? DiscretizeObservation == DiscretizeObservation(bins: [4, 3], flat: false))
    #expect(wrappers[2] is OneHot)
    #expect(wrappers[3] as? FrameStack == FrameStack(count: 4))
    let batch = try config.environment.makeBatch(count: 2, in: Samples.catalogue)
    #expect(batch.observationSize == 4 * (4 + 3))
  }

  @Test func `every wrapper that there is may be named, and comes back as it was`() throws {
    let names = WrapperSettings.alternatives.map(\.name)
    #expect(names == Wrappers.all.map { $0.name })
    for alternative in WrapperSettings.alternatives {
      var settings = EnvironmentSettings()
      settings.wrappers = [alternative.standard, alternative.standard]
      let tree = try ConfigEncoder.encode(settings)
      let text = YAMLText.write(tree)
      let back = try ConfigDecoder.decode(
        EnvironmentSettings.self, from: YAMLText.parse(text, name: "x"),
        over: ConfigEncoder.encode(EnvironmentSettings()))
      #expect(back == settings, "\(text)")
      #expect(type(of: alternative.standard.wrapper).name == alternative.name)
    }
    let changed = WrapperSettings(DiscretizeAction(bins: [2, 3]))
    #expect(changed != WrapperSettings(DiscretizeAction(bins: 2)))
    #expect(changed != WrapperSettings(OneHot()))
  }

  @Test(arguments: [
    (
      "environment: {wrappers: [frameStak]}",
      "x.yaml:1:26: environment.wrappers[0]: 'frameStak' is not one of",
      "did you mean 'frameStack'?"
    ),
    (
      "environment: {wrappers: [oneHot, {frameStack: {cont: 4}}]}",
      "x.yaml:1:48: environment.wrappers[1].frameStack: unknown key 'cont'", "did you mean 'count'?"
    ),
    (
      "environment: {wrappers: [{frameStack: {count: 0}}]}",
      "x.yaml:1:47: environment.wrappers[0].frameStack.count: must lie in 1...1000, but is 0", ""
    ),
    (
      "environment: {wrappers: [timeAware, rescaleObservation]}",
      "x.yaml:1:37: environment.wrappers[1]: wrapper 2 of CartPole-v1, rescaleObservation, does not",
      "put clipObservation before it"
    ),
    (
      "environment: {wrappers: [{discretizeAction: {bins: two}}]}",
      "environment.wrappers[0].discretizeAction.bins: expected a whole number, found 'two'", ""
    ),
    (
      "environment: {wrappers: [{frameStack: {padding: last}}]}",
      "environment.wrappers[0].frameStack.padding", "last"
    ),
    (
      "normalization: {observations: true, clipRewards: 0}",
      "x.yaml:1:50: normalization.clipRewards: must be above 0, but is 0", ""
    ),
  ])
  func `what is wrong is told with place and remedy`(
    yaml: String, beginning: String, words: String
  ) {
    let sentence = Samples.refusal(yaml) ?? "nothing"
    #expect(sentence.contains(beginning), "\(sentence)")
    #expect(words.isEmpty || sentence.contains(words), "\(sentence)")
  }

  @Test func `normalizing categories is refused`() {
    let sentence = Samples.refusal(
      """
      environment:
        id: MountainCar-v0
        wrappers: [{discretizeObservation: {flat: false}}]
      normalization: {observations: true}
      """)
    #expect(sentence?.contains("put the wrapper oneHot") == true, "\(sentence ?? "")")
  }

  /// A run's weights hold the statistics, and evaluating it afterwards gives what it gave itself.
  @Test(arguments: [
    "environment.wrappers=[{stickyActions: {probability: 0.2}}, {noise: {deviation: 0.1}}]",
    "normalization={observations: true, rewards: true, clipObservations: 2}",
    "environment.wrappers=[{clipReward: {low: 0, high: 0.5}}, {repeatActions: {count: 3}}]",
  ])
  func `a finished run is evaluated as it evaluated itself`(override: String) throws {
    try withTemporaryDirectory { output in
      let config = try Samples.config([override])
      let run = try Samples.begin(config, in: output)
      let result = try run.go()
      // That of the evaluation at the end.
      var stream = Seeds(root: config.seeds.root)["evaluation/\(config.budget.steps)"]
      let seed = stream.next() >> 1
      let played = try evaluateFinishedRun(
        run.folder, episodes: 3, seed: seed, catalogue: Samples.catalogue)
      #expect(played.map(\.return) == result.finalReturns)
      // CartPole pays 1 a step, whatever is clipped and repeated.
      #expect(played.allSatisfy { $0.return == Double($0.length) })
    }
  }

  @Test(arguments: [
    SettingValue.number(3), .number(-0.25), .number(.infinity), .text("12"), .text("1e3"),
    .text("1_000"), .text("-5"), .text("0x1F"), .text("inf"), .text("nan"), .text("true"),
    .text("off"), .text("null"), .text(""), .text("SFFF\nFHFH\nHFFG"), .text("{from: 8, to: 12}"),
    .text("4x4"), .range(8...12), .range(-0.5...1e-9),
  ])
  func `a setting's value comes back as it was`(value: SettingValue) throws {
    var settings = EnvironmentSettings()
    settings.settings = ["size": value]
    let text = YAMLText.write(
      ConfigNode(.mapping([.init(key: "environment", value: try ConfigEncoder.encode(settings))])))
    let tree = try YAMLText.parse(text, name: "x")
    let node = try #require(tree["environment"])
    let back = try ConfigDecoder.decode(
      EnvironmentSettings.self, from: node, over: ConfigEncoder.encode(EnvironmentSettings()))
    #expect(back.settings["size"] == value, "\(text)")
  }

  @Test(arguments: [
    ("12", SettingValue.number(12)), ("'12'", .text("12")), ("1_000", .number(1000)),
    ("true", .number(1)), ("false", .number(0)), ("'true'", .text("true")), ("4x4", .text("4x4")),
    ("{from: 8, to: 12}", .range(8...12)), (".5", .number(0.5)),
  ])
  func `a setting is read as it was meant`(yaml: String, value: SettingValue) throws {
    let node = try YAMLText.parse("settings: {size: \(yaml)}", name: "x")
    let settings = try ConfigDecoder.decode(
      EnvironmentSettings.self, from: node, over: ConfigEncoder.encode(EnvironmentSettings()))
    #expect(settings.settings == ["size": value])
  }

  @Test func `a range that goes backwards is refused`() {
    let sentence = Samples.refusal("environment: {settings: {gravity: {from: 3, to: 1}}}")
    #expect(sentence?.contains("a range goes from a number to a larger one") == true)
  }
}
