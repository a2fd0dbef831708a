/// bsuite's experiments, but for MNIST's three.
///
/// Source: Osband et al. (2020), "Behaviour suite for reinforcement learning".
/// Each row says what bsuite's `experiments/NAME/sweep.py` and `analysis.py` say. `quick` has fewer
/// points and episodes, but the same scoring: its scores are those of agents that learned for a
/// shorter time.
public enum DiagnosticSuite {
  private static let noises = [0.1, 0.3, 1, 3, 10]
  private static let scales = [0.001, 0.03, 1, 30, 1000]
  private static let fewNoises = [0.1, 1, 10.0]
  private static let fewScales = [0.001, 1, 1000.0]
  /// 1 to 10, 12 … 25, 30, 40 …: about evenly spaced in the logarithm.
  private static func lengths(upTo most: Int) -> [Double] {
    (Array(1...10) + [12, 14, 17, 20, 25] + stride(from: 30, through: most, by: 10))
      .map(Double.init)
  }
  private static let sizes = Array(stride(from: 10.0, through: 50, by: 2))
  private static let mappings = (0..<20).map(Double.init)

  private static let bandit = DiagnosticScoring.regret(best: 1, baseline: 0.5)
  private static let ball = DiagnosticScoring.regret(best: 1, baseline: 1.6)
  private static let car = DiagnosticScoring.regret(best: -100, baseline: 1000)
  private static let pole = DiagnosticScoring.regretAndBest(1000, good: 500)

  /// The experiments, in bsuite's order.
  public static let experiments: [DiagnosticExperiment] = basics + noisy + scaled + deep

  private static let basics: [DiagnosticExperiment] = [
    .init(
      "bandit", in: "Bandit-v0", .basic, length: .steps(1), scoring: bandit,
      full: .init(10_000, .over("mappingSeed", mappings)),
      quick: .init(10_000, .over("mappingSeed", [0, 1]))),
    .init(
      "catch", in: "Catch-v0", .basic, .creditAssignment, length: .steps(9), scoring: ball,
      full: .init(10_000, .repeated(20)), quick: .init(2000, .repeated(2))),
    .init(
      "mountain_car", in: "BsuiteMountainCar-v0", .basic, .generalization, length: .atMost(1000),
      scoring: car, full: .init(1000, .repeated(20)), quick: .init(50, .repeated(1))),
    .init(
      "cartpole", in: "BsuiteCartPole-v0", .basic, .creditAssignment, .generalization,
      length: .atMost(1001), scoring: pole,
      full: .init(1000, .repeated(20)), quick: .init(50, .repeated(1))),
  ]

  private static let noisy: [DiagnosticExperiment] = [
    .init(
      "bandit_noise", in: "Bandit-v0", .noise, length: .steps(1),
      scoring: .acrossLevels(of: "rewardNoise", bandit),
      full: .init(10_000, .levels("rewardNoise", noises, each: 4, mapped: true)),
      quick: .init(10_000, .levels("rewardNoise", fewNoises, each: 1, mapped: true))),
    .init(
      "catch_noise", in: "Catch-v0", .noise, .creditAssignment, length: .steps(9),
      scoring: .acrossLevels(of: "rewardNoise", ball),
      full: .init(10_000, .levels("rewardNoise", noises, each: 4)),
      quick: .init(2000, .levels("rewardNoise", fewNoises, each: 1))),
    .init(
      "mountain_car_noise", in: "BsuiteMountainCar-v0", .noise, .generalization,
      length: .atMost(1000), scoring: .acrossLevels(of: "rewardNoise", car),
      full: .init(1000, .levels("rewardNoise", noises, each: 4)),
      quick: .init(50, .levels("rewardNoise", fewNoises, each: 1))),
    .init(
      "cartpole_noise", in: "BsuiteCartPole-v0", .noise, .generalization, length: .atMost(1001),
      scoring: .acrossLevels(of: "rewardNoise", pole),
      full: .init(1000, .levels("rewardNoise", noises, each: 4)),
      quick: .init(50, .levels("rewardNoise", fewNoises, each: 1))),
  ]

  private static let scaled: [DiagnosticExperiment] = [
    .init(
      "bandit_scale", in: "Bandit-v0", .scale, length: .steps(1),
      scoring: .acrossLevels(of: "rewardScale", bandit),
      full: .init(10_000, .levels("rewardScale", scales, each: 4, mapped: true)),
      quick: .init(10_000, .levels("rewardScale", fewScales, each: 1, mapped: true))),
    .init(
      "catch_scale", in: "Catch-v0", .scale, .creditAssignment, length: .steps(9),
      scoring: .acrossLevels(of: "rewardScale", ball),
      full: .init(10_000, .levels("rewardScale", scales, each: 4)),
      quick: .init(2000, .levels("rewardScale", fewScales, each: 1))),
    .init(
      "mountain_car_scale", in: "BsuiteMountainCar-v0", .scale, .generalization,
      length: .atMost(1000), scoring: .acrossLevels(of: "rewardScale", car),
      full: .init(1000, .levels("rewardScale", scales, each: 4)),
      quick: .init(50, .levels("rewardScale", fewScales, each: 1))),
    .init(
      "cartpole_scale", in: "BsuiteCartPole-v0", .scale, .generalization, length: .atMost(1001),
      scoring: .acrossLevels(of: "rewardScale", pole),
      full: .init(1000, .levels("rewardScale", scales, each: 4)),
      quick: .init(50, .levels("rewardScale", fewScales, each: 1))),
  ]

  private static func seas(_ sizes: [Double], _ others: [String: Double] = [:])
    -> [DiagnosticExperiment.Point]
  {
    .over("size", sizes, with: others.merging(["mappingSeed": 42]) { $1 })
  }

  private static func swings(_ places: [Int]) -> [DiagnosticExperiment.Point] {
    places.map { place in
      let height = Double(place) / 20
      return .init(
        label: "heightThreshold-\(height)",
        settings: ["heightThreshold": height, "rewardPositionThreshold": 1 - height])
    }
  }

  private static let deep: [DiagnosticExperiment] = [
    .init(
      "deep_sea", in: "DeepSea-v0", .exploration, length: .setting("size"),
      scoring: .deepSea(badShare: 0.9, from: 1),
      full: .init(10_000, seas(sizes)), quick: .init(1000, seas([10, 14, 20]))),
    .init(
      "deep_sea_stochastic", in: "DeepSea-v0", .exploration, .noise, length: .setting("size"),
      scoring: .deepSea(badShare: 0.8, from: 100),
      full: .init(10_000, seas(sizes, ["stochastic": 1])),
      quick: .init(1000, seas([10, 14, 20], ["stochastic": 1]))),
    .init(
      "cartpole_swingup", in: "CartPoleSwingUp-v0", .exploration, .generalization,
      length: .atMost(1001),
      scoring: .meanOverGroups(of: "heightThreshold", .regretAndBest(700, good: 100)),
      full: .init(1000, swings(Array(0..<20))), quick: .init(50, swings([0, 10]))),
    .init(
      "umbrella_length", in: "UmbrellaChain-v0", .creditAssignment, .noise,
      length: .setting("chainLength"),
      scoring: .solvedShare(of: "chainLength", best: 1, regretBelow: 0.5),
      full: .init(10_000, .over("chainLength", lengths(upTo: 100), with: ["distractors": 20])),
      quick: .init(2000, .over("chainLength", [1, 3, 10, 30], with: ["distractors": 20]))),
    .init(
      "umbrella_distract", in: "UmbrellaChain-v0", .creditAssignment, .noise,
      length: .setting("chainLength"),
      scoring: .solvedShare(of: "distractors", best: 1, regretBelow: 0.5),
      full: .init(10_000, .over("distractors", lengths(upTo: 100), with: ["chainLength": 20])),
      quick: .init(2000, .over("distractors", [1, 10, 100], with: ["chainLength": 20]))),
    .init(
      "discounting_chain", in: "DiscountingChain-v0", .creditAssignment, length: .steps(100),
      scoring: .regret(best: 1.1, baseline: 0.1),
      full: .init(1000, .over("mappingSeed", mappings)),
      quick: .init(200, .over("mappingSeed", [0, 1, 2, 3, 4]))),
    .init(
      "memory_len", in: "MemoryChain-v0", .memory, length: .setting("memoryLength", plus: 1),
      scoring: .solvedShare(of: "memoryLength", best: 1, regretBelow: 0.75),
      full: .init(10_000, .over("memoryLength", lengths(upTo: 100), with: ["bits": 1])),
      quick: .init(2000, .over("memoryLength", [1, 3, 10, 30], with: ["bits": 1]))),
    .init(
      "memory_size", in: "MemoryChain-v0", .memory, length: .setting("memoryLength", plus: 1),
      scoring: .solvedShare(of: "bits", best: 1, regretBelow: 0.75),
      full: .init(10_000, .over("bits", lengths(upTo: 40), with: ["memoryLength": 2])),
      quick: .init(2000, .over("bits", [1, 3, 10], with: ["memoryLength": 2]))),
  ]

  /// The experiment with a name.
  public static func experiment(named name: String) -> DiagnosticExperiment? {
    experiments.first { $0.name == name }
  }
}
