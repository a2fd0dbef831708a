import Randomness
package import Sweeps

/// What a proposal costs, and how good the best of a search is.
extension Benchmark {
  /// Each sampler's next trial after 100 trials of 10 parameters.
  static let samplers: [Benchmark] = SamplerSettings.all.filter { $0.settings != nil }
    .map { settings in
      Benchmark(
        name: "samplers/\(settings.name)",
        summary: "The next trial after 100 trials of 10 parameters.",
        unit: .milliseconds, goal: 50
      ) { effort in try measure(settings, effort) }
    }

  private static func measure(
    _ settings: SamplerSettings, _ effort: Effort
  ) throws -> Measurement {
    let space = SearchSpace(
      (0..<10).map { SearchParameter("x\($0)", .real(lowest: -1, highest: 2)) })
    let seeds = Seeds(root: 1)
    var study = Study(space: space, goal: .minimize)
    for number in 0..<100 {
      let values = try RandomSampler().values(forTrial: number, of: study, seeds: seeds) ?? []
      let score = values.compactMap(\.numeric).enumerated().reduce(0) {
        $0 + Double($1.offset + 1) * $1.element * $1.element
      }
      study.trials.append(Trial(number: number, values: values, state: .finished(score: score)))
    }
    let sampler = settings.sampler
    _ = try sampler.values(forTrial: 100, of: study, seeds: seeds)
    // It had a proposal once, so it has one each time.
    var measurement = effort.microseconds(of: {
      _ = try? sampler.values(forTrial: 100, of: study, seeds: seeds)
    })
    measurement.values = measurement.values.map { $0 / 1000 }
    return measurement
  }
}

extension SearchFunction {
  /// One search for the smallest value.
  package struct Result: Encodable {
    let sampler: String
    let function: String
    let seed: Int
    /// The function's value, noise left out, at the trial that was seen as the best.
    package let best: Double
  }

  package func search(with settings: SamplerSettings, seed: Int, trials: Int) throws -> Result {
    let sampler = settings.sampler
    let seeds = Seeds(root: UInt64(truncatingIfNeeded: seed))
    var study = Study(space: space, goal: .minimize)
    for number in 0..<trials {
      guard let values = try sampler.values(forTrial: number, of: study, seeds: seeds) else {
        break
      }
      let seen = value(values) + noise(seed: seed, trial: number)
      study.trials.append(Trial(number: number, values: values, state: .finished(score: seen)))
    }
    return Result(
      sampler: settings.name, function: name, seed: seed,
      best: study.best.map { value($0.values) } ?? .infinity)
  }
}
