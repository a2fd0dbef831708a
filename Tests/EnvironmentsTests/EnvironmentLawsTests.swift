import Environments
import Randomness
import Testing

@Suite struct EnvironmentLawsTests {
  @Test func `lawful environments pass`() {
    #expect(EnvironmentLaws(Corridor(isSlippery: true)).check().findings == [])
    #expect(EnvironmentLaws(TimeLimit(Drift(), maximumSteps: 20)).check().findings == [])
    #expect(EnvironmentLaws(Lamps()).check().findings == [])
    #expect(EnvironmentLaws(Gears()).check().findings == [])
    #expect(EnvironmentLaws(MaskedGears()).check().findings == [])
    let report = EnvironmentLaws(TimeLimit(Drift(), maximumSteps: 20), name: "Drift").check()
    #expect(report.isLawful && report.episodes == 8 && report.steps == 160)
    #expect(report.description == "Drift obeys all 10 laws (8 episodes, 160 steps)")
  }

  @Test(arguments: Mischief.allCases)
  func `a broken law is found, named and placed`(mischief: Mischief) {
    let report = EnvironmentLaws(Mischievous(mischief: mischief), name: "Rogue").check()
    let laws = report.findings.map(\.law)
    #expect(laws.contains(mischief.law), "\(report)")
    #expect(Set(laws).isSubset(of: mischief.consequences.union([mischief.law])), "\(report)")
    #expect(report.description.hasPrefix("Rogue breaks \(laws.count) of 10 laws:\n  it should be"))
    let evidence = report.findings.first { $0.law == mischief.law }?.evidence ?? ""
    #expect(evidence.contains(mischief.evidence), "\(evidence)")
  }

  @Test func `a choice of which nothing is allowed is found among several`() {
    let findings = EnvironmentLaws(MaskedGears(isStuck: true)).check().findings
    #expect(findings.map(\.law) == [.masksConsistent])
    #expect(findings.first?.evidence.contains("the mask of 5 actions was [") == true)
  }

  @Test func `a time limit that is not kept is found`() {
    let report = EnvironmentLaws(Mischievous(mischief: .truncatesItself), name: "Rogue").check()
    #expect(report.findings.map(\.law) == [.onlyLimitTruncates])
  }

  @Test func `the speed is told`() {
    var report = EnvironmentLaws(Corridor(), name: "Corridor").check()
    report.speed = StepSpeed(minimum: 1e6, median: 2.34e6, maximum: 3e6, batch: 64)
    #expect(
      report.description.hasSuffix(
        "\nspeed: 2.34 million steps per second in batches of 64, on one core"))
  }
}

/// One way each to break a law.
enum Mischief: CaseIterable {
  case drawsFromElsewhere, remembers, changesItsState, forgetsPart, cannotEncode
  case tooManyFeatures, tooFewFeatures, outOfBounds, notANumber, infiniteReward
  case maskTooShort, maskAllForbidden, maskNotBinary, numbersLie, numbersRefused, truncatesItself

  var law: Law {
    switch self {
    case .drawsFromElsewhere: .sameStreamSameEpisode
    case .remembers, .changesItsState: .unchangedByStepping
    case .forgetsPart, .cannotEncode: .stateSurvivesEncoding
    case .tooManyFeatures, .tooFewFeatures: .observationSize
    case .outOfBounds, .notANumber: .observationInBounds
    case .infiniteReward: .rewardFinite
    case .maskTooShort, .maskAllForbidden, .maskNotBinary: .masksConsistent
    case .numbersLie, .numbersRefused: .numbersMakeStates
    case .truncatesItself: .onlyLimitTruncates
    }
  }

  /// Other laws that cannot hold when this one is broken.
  var consequences: Set<Law> {
    switch self {
    case .drawsFromElsewhere: [.unchangedByStepping, .stateSurvivesEncoding]
    case .remembers, .changesItsState: [.sameStreamSameEpisode, .stateSurvivesEncoding]
    case .infiniteReward: [.episodesAddUp]
    default: []
    }
  }

  var evidence: String {
    switch self {
    case .drawsFromElsewhere: "seed 0 gave something else at step"
    case .remembers, .truncatesItself: ""
    case .changesItsState: "the state before step 1 of seed 0 changed"
    case .forgetsPart: "went on differently at step"
    case .cannotEncode: "the state before step 1 of seed 0 cannot be encoded: it is secret"
    case .tooManyFeatures: "there were 3 features at step 0 of seed 0 and 2 bounds"
    case .tooFewFeatures: "there were 1 features at step 0 of seed 0 and 2 bounds"
    case .outOfBounds: "feature 0 was 4.0 at step 4 of seed 0, and its bounds are 0.0 and 3.5"
    case .notANumber: "feature 0 was nan at step 4 of seed 0"
    case .infiniteReward: "it was inf at step 4 of seed 0"
    case .maskTooShort: "the mask of 2 actions was [1] at step 0 of seed 0"
    case .maskAllForbidden: "the mask of 2 actions was [0, 0] at step 0 of seed 0"
    case .maskNotBinary: "the mask of 2 actions was [1, 2] at step 0 of seed 0"
    case .numbersLie: "[0.0, 0.0] became [1.0, 0.0] at step 0 of seed 0"
    case .numbersRefused: "[0.0, 0.0] was refused at step 0 of seed 0: it is secret"
    }
  }
}

/// Memory that an environment should not have.
private final class Elsewhere: @unchecked Sendable {
  var calls = 0
  var random = RandomStream(key: 1)
}

/// Counts steps until the fifth and breaks one law on the way.
struct Mischievous: Environment {
  let mischief: Mischief
  private let elsewhere = Elsewhere()

  init(mischief: Mischief) { self.mischief = mischief }

  final class Memory: Codable, @unchecked Sendable {
    var calls = 0
  }

  struct State: Codable, Sendable {
    var steps = 0
    var forgotten = 0
    var memory = Memory()
    var isSecret = false

    enum CodingKeys: CodingKey { case steps, memory }
    struct Secret: Error, CustomStringConvertible { let description = "it is secret" }

    init(isSecret: Bool) { self.isSecret = isSecret }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      steps = try container.decode(Int.self, forKey: .steps)
      memory = try container.decode(Memory.self, forKey: .memory)
    }

    func encode(to encoder: any Encoder) throws {
      guard !isSecret else { throw Secret() }
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(steps, forKey: .steps)
      try container.encode(memory, forKey: .memory)
    }
  }

  var actions: Discrete { Discrete(2) }
  var observations: Box { Box(low: [0, 0], high: [mischief == .outOfBounds ? 3.5 : 100, 100]) }

  func initialState(using random: inout PCG64) -> State {
    State(isSecret: mischief == .cannotEncode)
  }

  func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
    var next = state
    next.steps += 1
    next.forgotten += 1
    elsewhere.calls += 1
    var reward = 1.0
    switch mischief {
    case .drawsFromElsewhere: reward = elsewhere.random.uniform()
    // Changes after a while, so that running an episode twice in a row may not show it.
    case .remembers: reward = elsewhere.calls > 70 ? 2 : 1
    case .changesItsState: state.memory.calls += 1
    case .forgetsPart: reward = Double(next.forgotten)
    case .infiniteReward: reward = next.steps == 4 ? .infinity : 1
    default: break
    }
    let ending: Ending? =
      next.steps < 5 ? nil : mischief == .truncatesItself ? .truncated : .terminated
    return Step(state: next, reward: reward, ending: ending)
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(
      mischief == .notANumber && state.steps == 4 ? .nan : Float(state.steps))
    if mischief != .tooFewFeatures { features.append(0) }
    if mischief == .tooManyFeatures { features.append(0) }
  }

  static var masksActions: Bool { true }

  func appendMask(of state: State, to mask: inout OutputSpan<UInt8>) {
    mask.append(mischief == .maskAllForbidden ? 0 : 1)
    if mischief == .maskTooShort { return }
    mask.append(mischief == .maskNotBinary ? 2 : mischief == .maskAllForbidden ? 0 : 1)
  }

  func numbers(of state: State) -> [Double] { [Double(state.steps), 0] }

  func state(from numbers: [Double]) throws -> State {
    if mischief == .numbersRefused { throw State.Secret() }
    var state = State(isSecret: false)
    state.steps = Int(numbers[0]) + (mischief == .numbersLie ? 1 : 0)
    return state
  }
}
