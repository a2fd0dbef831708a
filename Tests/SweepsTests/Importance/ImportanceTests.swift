import Glibc
import Randomness
import Sweeps
import Testing

@Suite struct ImportanceTests {
  private static let space = SearchSpace([
    SearchParameter("a", .real(lowest: 0, highest: 1)),
    SearchParameter("b", .real(lowest: 1e-3, highest: 1, scale: .logarithmic)),
    SearchParameter("c", .choice([.text("x"), .text("y")])),
    SearchParameter("d", .constant(.integer(1))),
    SearchParameter("e", .integer(lowest: 1, highest: 5)),
  ])

  private func importance(
    trials: Int = 300, _ score: ([ParameterValue]) -> Double
  ) throws -> ParameterImportance {
    var study = Study(space: Self.space, goal: .maximize)
    for number in 0..<trials {
      let values = try #require(
        try QuasiRandomSampler().values(forTrial: number, of: study, seeds: Seeds(root: 9)))
      study.trials.append(
        Trial(number: number, values: values, state: .finished(score: score(values))))
    }
    return try ParameterImportance(of: study, trees: 32, seeds: Seeds(root: 1))
  }

  @Test func `shares of a sum are those of its terms' variances`() throws {
    // Variances: 4/12 of a, 1/12 of the logarithm's unit coordinate, 1/4 · 0.5² of the choice.
    let importance = try importance { values in
      2 * (values[0].numeric ?? 0) + log10(values[1].numeric ?? 1) / 3
        + (values[2] == .text("x") ? 0.5 : 0)
    }
    let variances = [4.0 / 12, 1.0 / 12, 0.0625, 0, 0]
    let total = variances.reduce(0, +)
    for (share, variance) in zip(importance.shares, variances) {
      #expect(abs(share - variance / total) < 0.06)
    }
    #expect(importance.interactions < 0.1)
    #expect(importance.shares[3] == 0)
  }

  @Test func `what two parameters do only together is an interaction`() throws {
    // The sign of a depends on the choice: neither matters alone.
    let importance = try importance { values in
      ((values[0].numeric ?? 0) - 0.5) * (values[2] == .text("x") ? 1 : -1)
    }
    #expect(importance.interactions > 0.7)
  }

  @Test func `a marginal curve is the mean over all other parameters`() throws {
    let importance = try importance { values in
      let a = values[0].numeric ?? 0
      return 3 * a * a + (values[2] == .text("x") ? 1 : 0)
    }
    for point in importance.marginal(ofParameter: 0, places: 6) {
      let a = point.value.numeric ?? 0
      #expect(abs(point.mean - (3 * a * a + 0.5)) < 0.3)
    }
    let choice = importance.marginal(ofParameter: 2)
    #expect(choice.map(\.value) == [.text("x"), .text("y")])
    #expect(abs(choice[0].mean - choice[1].mean - 1) < 0.15)
    #expect(importance.marginal(ofParameter: 4).count == 5)
    #expect(importance.marginal(ofParameter: 3).isEmpty)
  }

  @Test func `where nothing varies nothing matters`() throws {
    let importance = try importance(trials: 20) { _ in 5 }
    #expect(importance.shares == [0, 0, 0, 0, 0])
    #expect(importance.interactions == 0)
  }

  @Test func `too few finished trials are refused in words`() {
    let study = Study(
      space: Self.space, goal: .minimize,
      trials: [Trial(number: 0, values: [], state: .finished(score: 1))])
    let error = #expect(throws: SearchError.self) {
      try ParameterImportance(of: study, seeds: Seeds(root: 0))
    }
    #expect(
      error?.description
        == "importance needs at least 4 finished trials with a score, but there are 0")
  }
}
