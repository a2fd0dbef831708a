import Randomness

/// Checks what every environment promises, by running episodes with random actions.
///
/// Used by tests and by `fledge check`. Passing is no proof, but whatever is reported is real.
public struct EnvironmentLaws<E: Environment> {
  /// The environment, with or without a time limit.
  public let environment: E
  /// What reports call it.
  public let name: String
  /// The seeds of the episodes.
  public var seeds: Range<UInt64> = 0..<8
  /// The most steps of an episode that are looked at.
  public var stepsPerEpisode = 300

  private var findings: [Law: String] = [:]

  /// Prepares to check an environment.
  public init(_ environment: E, name: String? = nil) {
    self.environment = environment
    self.name = name ?? "\(E.self)"
  }

  /// Runs the episodes and reports what was seen.
  public func check() -> LawReport {
    var checker = self
    let courses = seeds.map { checker.checkEpisode($0) }
    // Once more, after all episodes: the environment may have kept something of them.
    for (seed, moments) in zip(seeds, courses) {
      checker.checkRerun(seed, moments, .unchangedByStepping)
    }
    // A batch writes into rows of fixed size, so it comes after those sizes were seen to be right.
    if !checker.isBroken(.observationSize) && !checker.isBroken(.masksConsistent) {
      checker.checkBatch()
    }
    let findings = Law.allCases.compactMap { law in
      checker.findings[law].map { LawReport.Finding(law: law, evidence: $0) }
    }
    return LawReport(
      environment: name, findings: findings, episodes: seeds.count,
      steps: courses.reduce(0) { $0 + $1.count })
  }

  /// Keeps the first evidence against a law.
  mutating func find(_ law: Law, _ evidence: @autoclosure () -> String) {
    if findings[law] == nil { findings[law] = evidence() }
  }

  private func isBroken(_ law: Law) -> Bool { findings[law] != nil }
}
