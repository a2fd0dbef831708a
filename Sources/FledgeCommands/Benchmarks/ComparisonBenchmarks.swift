import Experiments
import Foundation
import Glibc
import Randomness
import Reports
import Tracking

/// What `fledge compare` does, and how often its intervals hold the truth.
extension Benchmark {
  static let comparisons: [Benchmark] =
    [
      Benchmark(
        name: "compare/100-runs",
        summary: "`fledge compare` of 100 runs with 10,000 episodes each, with its page.",
        unit: .milliseconds, goal: 2000
      ) { effort in
        let folder = FileManager.default.temporaryDirectory.appending(path: "fledge-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try MadeUpRuns.write(to: folder)
        var values: [Double] = []
        for _ in 0..<max(2, effort.repeats / 2) {
          let clock = ContinuousClock()
          let start = clock.now
          try compare(folder)
          values.append((clock.now - start) / .milliseconds(1))
        }
        return Measurement(values: values)
      }
    ]
    + CoverageStudy.Population.allCases.flatMap { population in
      [Aggregate.interquartileMean, .mean].map { coverage(of: $0, population) }
    }

  private static func compare(_ folder: String) throws {
    let found = try ComparedRuns(of: RunLookup.runs(in: [folder]))
    guard case .ordinary(let runs) = found.kind else { return }
    var settings = RunComparison.Settings()
    settings.thresholds[""] = 50
    let comparison = try RunComparison(of: runs, settings: settings)
    guard comparison.html().utf8.count + comparison.terminalText().utf8.count > 0 else {
      throw CommandFailure("the comparison that is measured came out empty")
    }
  }

  private static func coverage(
    of aggregate: Aggregate, _ population: CoverageStudy.Population
  ) -> Benchmark {
    Benchmark(
      name: "coverage/\(aggregate.title.lowercased())-\(population.rawValue)",
      summary: "How many reported 95 % intervals of ten seeds hold the truth: 93 to 97 % is right.",
      unit: .percentCovered, goal: 93
    ) { effort in
      let study = CoverageStudy(
        population: population, aggregate: aggregate, runs: 10,
        trials: effort.repeats < 5 ? 300 : 2000, bootstrap: Bootstrap(repetitions: 1000))
      return Measurement(
        values: (0..<3).map {
          100 * study.coverage(Seeds(root: 1)["coverage/\(aggregate)/\(population)/\($0)"])
        })
    }
  }
}

/// Runs as an experiment would leave them: ten variants with ten seeds each.
enum MadeUpRuns {
  static let episodes = 10_000

  static func write(to output: String, variants: Int = 10, seeds: Int = 10) throws {
    for variant in 0..<variants {
      for seed in 1...seeds { try write(variant, UInt64(seed), output) }
    }
  }

  private static func write(_ variant: Int, _ seed: UInt64, _ output: String) throws {
    let schema = RunSchema(
      metrics: ["loss/td", "q/mean", "gradient/norm"].map { MetricColumn($0) })
    let writer = try RunWriter.create(
      in: RunFolder(
        output: output, experiment: "made-up", variant: "variant-\(variant)", seed: seed),
      schema: schema,
      config: """
        name: made-up
        environment: {id: MadeUp-v0}
        agent:
          dqn: {discountFactor: 0.99, optimizer: {adam: {learningRate: \(variant + 1)e-4}}}
        budget: {steps: \(episodes * 50)}

        """,
      provenance: Provenance(
        version: "0", commit: nil, processor: "", blasKernel: "", seed: seed, commandLine: [],
        host: "", startTime: "", swiftVersion: ""))
    var random = Seeds(root: seed)["made-up/\(variant)"]
    let pace: Double = 4000 + 300 * Double(variant) + 500 * random.normal()
    func level(_ episode: Int) -> Double { 100 * (1 - exp(-Double(episode) / pace)) }
    for episode in 1...episodes {
      let step = Int64(episode * 50)
      try writer.recordEpisode(
        step: step, return: level(episode) + 10 * random.normal(), length: 50)
      for metric in schema.metrics.indices {
        try writer.record(metric: metric, step: step, value: Float(random.normal() as Double))
      }
      if episode.isMultiple(of: 100) {
        try writer.record(timing: 0, step: step, value: Double(episode) / 100)
      }
      if episode.isMultiple(of: 500) {
        let played = (0..<10).map { _ -> (return: Double, length: Int64) in
          (return: level(episode) + 5 * random.normal(), length: 50)
        }
        try writer.recordEvaluation(step: step, episodes: played)
      }
    }
    writer.stepsDone = Int64(episodes * 50)
    try writer.finish { _ in [] }
  }
}
