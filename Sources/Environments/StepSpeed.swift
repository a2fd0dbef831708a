import Randomness

/// How fast a batch of environments is stepped on this machine, by one thread.
public struct StepSpeed: Sendable {
  /// Environment steps per second in the slowest, the middle and the fastest of the runs.
  public var minimum, median, maximum: Double
  /// How many environments were stepped together.
  public var batch: Int

  /// Makes the record of a measurement.
  public init(minimum: Double, median: Double, maximum: Double, batch: Int) {
    self.minimum = minimum
    self.median = median
    self.maximum = maximum
    self.batch = batch
  }
}

extension BatchedEnvironment {
  /// Measures steps per second with random actions drawn beforehand, observations written.
  ///
  /// The batch is reset first, so this is not for a batch in use.
  ///
  /// - Parameters:
  ///   - runs: how many times to measure.
  ///   - duration: how long each run takes, roughly.
  public func measureSpeed(runs: Int = 11, of duration: Duration = .milliseconds(20)) -> StepSpeed {
    var random = RandomStream(key: 1)
    let table = ActionTable(of: actionSpace, batches: 64, count: count, using: &random)
    let observations = UnsafeMutablePointer<Float>.allocate(capacity: count * observationSize)
    defer { observations.deallocate() }
    reset(seed: 0, into: observations)

    var speeds: [Double] = []
    let clock = ContinuousClock()
    for _ in 0...max(1, runs) {  // the first one only warms up
      var batches = 0
      let start = clock.now
      var elapsed = Duration.zero
      repeat {
        for batch in 0..<64 { step(table.rows(ofBatch: batch), into: observations) }
        batches += 64
        elapsed = clock.now - start
      } while elapsed < duration
      speeds.append(Double(batches * count) / (elapsed / .seconds(1)))
    }
    let sorted = speeds.dropFirst().sorted()
    return StepSpeed(
      minimum: sorted[0], median: sorted[sorted.count / 2], maximum: sorted[sorted.count - 1],
      batch: count)
  }
}
