import Experiments
import Testing

/// Scores against numbers worked out by hand, and against bsuite's own on the same episodes.
@Suite struct DiagnosticScoringTests {
  private typealias Run = DiagnosticScoring.Run

  private func scoring(_ name: String) throws -> (DiagnosticScoring, limit: Int) {
    let experiment = try #require(DiagnosticSuite.experiment(named: name))
    return (experiment.scoring, experiment.full.episodes)
  }

  private func score(_ name: String, _ runs: [([String: Double], [Double?])]) throws -> Double? {
    let (scoring, limit) = try scoring(name)
    return scoring.score(of: runs.map { Run(settings: $0, earned: $1) }, limit: limit)
  }

  @Test func `bsuite looks at these episodes`() {
    #expect(
      DiagnosticScoring.logPoints(upTo: 130) == [
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100, 120,
      ])
    #expect(DiagnosticScoring.logPoints(upTo: 10_000).last == 10_000)
    #expect(DiagnosticScoring.logPoints(upTo: 0) == [])
  }

  @Test func `a bandit's score is the share of regret avoided`() throws {
    // Ten episodes: five worth 0.5 and five worth 1, so a mean regret of 0.25 of 0.5.
    let half: [Double?] = Array(repeating: 0.5, count: 5) + Array(repeating: 1, count: 5)
    #expect(try score("bandit", [([:], half)]) == 0.5)
    // An eleventh episode is after the last log point.
    #expect(try score("bandit", [([:], half + [0])]) == 0.5)
    // A run that has not come so far is left out.
    #expect(try score("bandit", [([:], half), ([:], [0, 0, 0])]) == 0.5)
    #expect(try score("bandit", [([:], [])]) == nil)
  }

  @Test func `noise and scale count the mean and the mean less a deviation`() throws {
    let perfect: [Double?] = Array(repeating: 1, count: 10)
    let worthless: [Double?] = Array(repeating: 0, count: 10)
    // Scores 1 and 0: mean 0.5, deviation 0.5, so (0.5 + 0) / 2.
    let runs = [(["rewardNoise": 0.1], perfect), (["rewardNoise": 10], worthless)]
    #expect(try score("bandit_noise", runs) == 0.25)
    let same = [(["rewardNoise": 0.1], perfect), (["rewardNoise": 10], perfect)]
    #expect(try score("bandit_noise", same) == 1)
  }

  @Test func `the pole's score is half for regret and half for a good episode`() throws {
    #expect(try score("cartpole", [([:], Array(repeating: 1000, count: 10))]) == 1)
    #expect(try score("cartpole", [([:], Array(repeating: 500, count: 10))]) == 0.25)
    let once = try score("cartpole", [([:], Array(repeating: 250, count: 9) + [501])])
    #expect(abs((once ?? 0) - (0.2751 + 1) / 2) < 1e-12)
  }

  @Test func `the sea counts sizes that were solved sooner than at random`() throws {
    let good: [Double?] = Array(repeating: 1, count: 200)
    let bad: [Double?] = Array(repeating: 0, count: 200)
    #expect(try score("deep_sea", [(["size": 10], good), (["size": 12], bad)]) == 0.5)
    // More than a tenth of the first 1200 episodes were good, but 2⁵ + 100 are over by then.
    let late: [Double?] = Array(repeating: 0, count: 1000) + Array(repeating: 1, count: 200)
    #expect(try score("deep_sea", [(["size": 5], late)]) == 0)
    #expect(try score("deep_sea", [(["size": 12], late)]) == 1)
    // The stochastic form looks from episode 100 on, at the episodes that tell.
    let luckyStart: [Double?] = Array(repeating: 1, count: 9) + Array(repeating: 0, count: 191)
    #expect(try score("deep_sea", [(["size": 12], luckyStart)]) == 1)
    #expect(try score("deep_sea_stochastic", [(["size": 12], luckyStart)]) == 0)
    let silent: [Double?] = Array(repeating: nil, count: 150) + good
    #expect(try score("deep_sea_stochastic", [(["size": 12], silent)]) == 1)
  }

  @Test func `perfect agents score 1 and hopeless ones 0`() throws {
    for experiment in DiagnosticSuite.experiments {
      let (scoring, limit) = (experiment.scoring, experiment.full.episodes)
      func score(_ value: Double) -> Double? {
        scoring.score(
          of: experiment.full.points.map {
            Run(settings: $0.settings, earned: Array(repeating: value, count: limit))
          }, limit: limit)
      }
      let (best, worst) = Self.extremes(of: experiment.environment)
      #expect(score(best) == 1, "\(experiment.name)")
      #expect((score(worst) ?? 1) <= 0.1, "\(experiment.name)")
    }
  }

  /// What the best and a random agent earn in an episode.
  private static func extremes(of world: String) -> (best: Double, worst: Double) {
    switch world {
    case "BsuiteMountainCar-v0": (-100, -1000)
    case "BsuiteCartPole-v0": (1000, 25)
    case "CartPoleSwingUp-v0": (700, -60)
    case "DiscountingChain-v0": (1.1, 1)
    case "Bandit-v0": (1, 0.5)
    case "DeepSea-v0": (1, 0)
    case "Catch-v0": (1, -0.6)
    default: (1, 0)
    }
  }

  @Test func `the suite is bsuite's`() {
    let experiments = DiagnosticSuite.experiments
    #expect(experiments.count == 20)
    #expect(Set(experiments.map(\.name)).count == 20)
    #expect(experiments.map(\.full.points.count).reduce(0, +) == 468 - 60)  // less MNIST's
    for experiment in experiments {
      for sweep in [experiment.full, experiment.quick] {
        #expect(Set(sweep.points.map(\.label)).count == sweep.points.count)
        #expect(sweep.points.count <= 1000)
        #expect(DiagnosticScoring.logPoints(upTo: sweep.episodes).last == sweep.episodes)
      }
    }
  }
}

/// Cases whose scores were worked out by bsuite 0.3.6 from episodes made by the same rule.
extension DiagnosticScoringTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var kind: String
    var setting = ""
    var values: [Double] = [0]
    var each = 1
    var episodes: [Int]
    var learned: Int
    var score: Double
    var testDescription: String { "\(name) \(episodes)" }
  }

  private struct Generator {
    var state: Int
    mutating func next() -> Double {
      state = (1_103_515_245 * state + 12_345) % 2_147_483_648
      return Double(state) / 2_147_483_648
    }
  }

  private static func earned(_ kind: String, _ chance: Double, _ hasLearned: Bool) -> Double {
    func part(_ count: Double) -> Double { (chance * count).rounded(.down) }
    switch kind {
    case "bandit": return hasLearned ? 1 : part(11) / 10
    case "discounting": return hasLearned ? 1.1 : 1
    case "car": return hasLearned ? -120 - part(50) : -1000
    case "pole": return hasLearned ? 400 + part(602) : 20 + part(60)
    case "swing": return hasLearned ? 50 + part(120) : -10
    case "sea": return hasLearned && chance >= 0.3 ? 1 : 0
    default: return hasLearned || chance < 0.5 ? 1 : -1
    }
  }

  static let cases = [
    Case(name: "bandit", kind: "bandit", each: 3, episodes: [100], learned: 30, score: 0.384),
    Case(name: "bandit", kind: "bandit", each: 3, episodes: [137, 90], learned: 30, score: 0.5175),
    Case(name: "catch", kind: "catch", each: 2, episodes: [60], learned: 25, score: 0.59375),
    Case(name: "mountain_car", kind: "car", each: 2, episodes: [50], learned: 20, score: 0.45979),
    Case(
      name: "cartpole", kind: "pole", each: 3, episodes: [40], learned: 15,
      score: 0.45462916666666664),
    Case(
      name: "bandit_noise", kind: "bandit", setting: "rewardNoise", values: [0.1, 1, 10], each: 2,
      episodes: [200], learned: 40, score: 0.19045079154143135),
    Case(
      name: "catch_scale", kind: "catch", setting: "rewardScale", values: [0.001, 1, 1000],
      episodes: [120], learned: 20, score: 0.77616588622143),
    Case(
      name: "cartpole_noise", kind: "pole", setting: "rewardNoise", values: [0.1, 1, 10],
      episodes: [50], learned: 8, score: 0.7195611725823532),
    Case(
      name: "mountain_car_scale", kind: "car", setting: "rewardScale", values: [0.001, 30],
      each: 2, episodes: [70], learned: 14, score: 0.45411964285714285),
    Case(
      name: "cartpole_swingup", kind: "swing", setting: "heightThreshold",
      values: [0, 0.5, 0.95], episodes: [50], learned: 8, score: 0.5532),
    Case(
      name: "deep_sea", kind: "sea", setting: "size", values: [4, 5, 6, 7, 10], episodes: [300],
      learned: 60, score: 0.2),
    Case(
      name: "deep_sea_stochastic", kind: "sea", setting: "size", values: [4, 5, 6, 8, 12],
      episodes: [1700], learned: 150, score: 0.2),
    Case(
      name: "umbrella_length", kind: "umbrella", setting: "chainLength", values: [1, 3, 10, 30],
      episodes: [200], learned: 40, score: 0.75),
    Case(
      name: "umbrella_distract", kind: "umbrella", setting: "distractors", values: [1, 10, 100],
      episodes: [250], learned: 70, score: 1.0 / 3),
    Case(
      name: "discounting_chain", kind: "discounting", each: 4, episodes: [80], learned: 20,
      score: 0.3875),
    Case(
      name: "memory_len", kind: "memory", setting: "memoryLength", values: [1, 2, 5, 9],
      episodes: [100], learned: 20, score: 1),
    Case(
      name: "memory_size", kind: "memory", setting: "bits", values: [1, 2, 5, 9],
      episodes: [100, 140], learned: 30, score: 0.5),
  ]

  @Test(arguments: Array(cases.enumerated()).map { ($0.offset, $0.element) })
  func `scores are bsuite's`(number: Int, sample: Case) throws {
    var generator = Generator(state: number + 1)
    var runs: [([String: Double], [Double?])] = []
    for value in sample.values {
      for _ in 0..<sample.each {
        let episodes = sample.episodes[runs.count % sample.episodes.count]
        let learnedAt = sample.learned * (runs.count + 1)
        let earned = (1...episodes).map { episode -> Double? in
          Self.earned(sample.kind, generator.next(), episode >= learnedAt)
        }
        runs.append(([sample.setting: value], earned))
      }
    }
    let score = try #require(try score(sample.name, runs))
    #expect(abs(score - sample.score) < 1e-12)
  }
}
