import Glibc
import Randomness
import Sweeps
import Testing

/// What holds for the samplers that learn from trials.
@Suite struct ModelSamplerTests {
  static let samplers: [SamplerSettings] = [
    .tpe(TPESettings()), .gaussianProcess(GaussianProcessSettings()),
  ]

  static let space = SearchSpace([
    SearchParameter("a", .real(lowest: -4, highest: 6)),
    SearchParameter("b", .real(lowest: 1e-4, highest: 1, scale: .logarithmic)),
    SearchParameter("c", .integer(lowest: 1, highest: 9)),
    SearchParameter("d", .choice([.text("x"), .text("y"), .text("z")])),
    SearchParameter("e", .constant(.integer(7))),
  ])

  private static func cost(_ values: [ParameterValue]) -> Double {
    let (a, b, c) = (values[0].numeric ?? 0, values[1].numeric ?? 0, values[2].numeric ?? 0)
    let d: [ParameterValue: Double] = [.text("x"): 2, .text("y"): 0, .text("z"): 1]
    let rate = log10(b) + 2.6
    return (a - 2) * (a - 2) / 4 + rate * rate + abs(c - 7) / 4 + (d[values[3]] ?? 9)
  }

  /// The trials of a search that keeps `workers` trials running at once.
  private func search(
    _ sampler: any Sampler, space: SearchSpace = space, goal: Goal = .minimize, trials: Int,
    root: UInt64,
    _ state: (Int, [ParameterValue]) -> Trial.State = { _, values in
      .finished(score: cost(values))
    }
  ) throws -> Study {
    var study = Study(space: space, goal: goal)
    for number in 0..<trials {
      let values = try #require(
        try sampler.values(forTrial: number, of: study, seeds: Seeds(root: root)))
      try #expect(UnitSpace(space).point(of: values) != nil)
      study.trials.append(Trial(number: number, values: values, state: state(number, values)))
    }
    return study
  }

  private func bestCost(_ study: Study) -> Double {
    study.best.map { Self.cost($0.values) } ?? .infinity
  }

  @Test(arguments: samplers)
  func `a model finds what chance does not`(_ settings: SamplerSettings) throws {
    var (model, random) = ([Double](), [Double]())
    for root in 0..<5 as Range<UInt64> {
      model.append(bestCost(try search(settings.sampler, trials: 40, root: root)))
      random.append(bestCost(try search(RandomSampler(), trials: 40, root: root)))
    }
    #expect(try #require(median(model)) < 0.5 * #require(median(random)))
  }

  @Test(arguments: samplers)
  func `the sign of the score follows the goal`(_ settings: SamplerSettings) throws {
    let minimized = try search(settings.sampler, trials: 20, root: 1)
    let maximized = try search(settings.sampler, goal: .maximize, trials: 20, root: 1) {
      .finished(score: -Self.cost($1))
    }
    #expect(minimized.trials.map(\.values) == maximized.trials.map(\.values))
  }

  @Test(arguments: samplers)
  func `the same study and seeds give the same proposal`(_ settings: SamplerSettings) throws {
    let study = try search(RandomSampler(), trials: 25, root: 3)
    func proposal(_ number: Int, _ root: UInt64) throws -> [ParameterValue]? {
      try settings.sampler.values(forTrial: number, of: study, seeds: Seeds(root: root))
    }
    #expect(try proposal(25, 1) == proposal(25, 1))
    #expect(try proposal(25, 1) != proposal(26, 1))
    #expect(try proposal(25, 1) != proposal(25, 2))
  }

  @Test(arguments: samplers)
  func `running trials keep parallel workers apart`(_ settings: SamplerSettings) throws {
    var study = try search(RandomSampler(), trials: 25, root: 4)
    let unit = try UnitSpace(Self.space)
    for number in 25..<29 {
      let values = try #require(
        try settings.sampler.values(forTrial: number, of: study, seeds: Seeds(root: 4)))
      study.trials.append(Trial(number: number, values: values))
    }
    let points = study.trials.suffix(4).compactMap { unit.point(of: $0.values) }
    #expect(Set(points).count == 4)
  }

  @Test(arguments: samplers)
  func `degenerate studies still get proposals`(_ settings: SamplerSettings) throws {
    let sampler = settings.sampler
    _ = try search(sampler, trials: 15, root: 0) { _, _ in .failed(reason: "diverged") }
    _ = try search(sampler, trials: 15, root: 0) { _, _ in .finished(score: 3) }
    _ = try search(sampler, trials: 15, root: 0) { _, _ in .finished(score: .nan) }
    _ = try search(sampler, trials: 15, root: 0) { _, _ in .stopped }
    _ = try search(sampler, trials: 15, root: 0) { _, _ in .running }
    _ = try search(sampler, trials: 20, root: 0) { number, values in
      switch number % 5 {
      case 0: .failed(reason: "diverged")
      case 1: .finished(score: .infinity)
      case 2: .finished(score: 1e300)
      default: .finished(score: Self.cost(values))
      }
    }
    let constant = SearchSpace([SearchParameter("x", .constant(.integer(3)))])
    let fixed = try search(sampler, space: constant, trials: 15, root: 0) { _, _ in
      .finished(score: 1)
    }
    #expect(fixed.trials.allSatisfy { $0.values == [.integer(3)] })
    let choices = SearchSpace([SearchParameter("x", .choice([.text("a"), .text("b")]))])
    _ = try search(sampler, space: choices, trials: 15, root: 0) { number, _ in
      .finished(score: Double(number % 2))
    }
  }

  @Test(arguments: samplers)
  func `an impossible space is refused`(_ settings: SamplerSettings) {
    let space = SearchSpace([SearchParameter("x", .real(lowest: 2, highest: 1))])
    #expect(throws: SearchError.self) {
      try settings.sampler.values(
        forTrial: 0, of: Study(space: space, goal: .minimize), seeds: Seeds(root: 0))
    }
  }

  @Test func `a small discrete space is tried whole before anything comes twice`() throws {
    let space = SearchSpace([
      SearchParameter("n", .integer(lowest: 1, highest: 6)),
      SearchParameter("c", .choice([.text("a"), .text("b"), .text("c"), .text("d")])),
    ])
    // The evenly spread start may repeat itself; the model does not.
    let study = try search(
      GaussianProcessSampler(), space: space, trials: 30, root: 2
    ) { _, values in .finished(score: values[0].numeric ?? 0) }
    #expect(Set(study.trials.map(\.values)).count == 24)
  }

  @Test func `failed trials are kept away from`() throws {
    // Everything with a > 1 fails; below, larger is better.
    let space = SearchSpace([SearchParameter("a", .real(lowest: 0, highest: 2))])
    for settings in Self.samplers {
      let study = try search(settings.sampler, space: space, trials: 40, root: 6) { _, values in
        let a = values[0].numeric ?? 0
        return a > 1 ? .failed(reason: "diverged") : .finished(score: -a)
      }
      let late = study.trials.suffix(20)
      #expect(late.count { ($0.values[0].numeric ?? 0) > 1.5 } <= 2, "\(settings.name)")
      #expect((study.best?.values[0].numeric ?? 0) > 0.9)
    }
  }

  @Test func `stopped trials count by their last report but not above the median`() {
    func trial(_ number: Int, _ state: Trial.State, _ scores: Double...) -> Trial {
      Trial(
        number: number, values: [.number(0)], state: state,
        reports: scores.enumerated().map { .init(step: $0.offset + 1, score: $0.element) })
    }
    let study = Study(
      space: SearchSpace([SearchParameter("x", .real(lowest: 0, highest: 1))]), goal: .maximize,
      trials: [
        trial(0, .finished(score: 10)), trial(1, .finished(score: 20)),
        trial(2, .finished(score: 30)), trial(3, .stopped, 2, 5), trial(4, .stopped, 90),
        trial(5, .stopped, 3, .nan), trial(6, .stopped), trial(7, .finished(score: .nan)),
        trial(8, .failed(reason: "")), trial(9, .running, 4),
      ])
    #expect(
      study.outcomes == [
        .cost(-10), .cost(-20), .cost(-30), .cost(-5), .cost(-20), .failed, .failed, .failed,
        .failed, .running,
      ])
    #expect(study.best?.number == 2)
  }
}
