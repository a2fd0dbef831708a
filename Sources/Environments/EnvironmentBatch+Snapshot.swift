import Randomness

// Saving and restoring a batch: everything but the environment's own parameters, which the
// experiment's configuration holds.
extension EnvironmentBatch {
  private struct Saved: Codable {
    var observationSize: Int
    var stepsTaken: Int
    var states: [E.State]
    var streams: [PCG64]
    var returns: [Double]
    var lengths: [Int]
  }

  public func encodedState() throws -> [UInt8] {
    guard copies.hasStates else {
      throw EnvironmentError.notStarted(environment: "\(E.self)")
    }
    return try SnapshotEncoder.encode(
      Saved(
        observationSize: observationSize, stepsTaken: stepsTaken,
        states: (0..<count).map { copies.states[$0] },
        streams: (0..<count).map { copies.randoms[$0] },
        returns: (0..<count).map { copies.returns[$0] },
        lengths: (0..<count).map { copies.lengths[$0] }))
  }

  public func restoreState(_ bytes: [UInt8]) throws {
    func refuse(_ reason: String) -> EnvironmentError {
      .unreadableSnapshot(environment: "\(E.self)", reason: reason)
    }
    let saved: Saved
    do {
      saved = try SnapshotDecoder.decode(Saved.self, from: bytes)
    } catch {
      throw refuse("\(error)")
    }
    let counts = [
      saved.states.count, saved.streams.count, saved.returns.count, saved.lengths.count,
    ]
    guard counts.allSatisfy({ $0 == count }) else {
      throw refuse("it holds \(saved.states.count) environments, the batch \(count)")
    }
    guard saved.observationSize == observationSize else {
      throw refuse(
        "its observations have \(saved.observationSize) features, the batch's \(observationSize)")
    }
    copies.forgetStates()
    for index in 0..<count {
      copies.begin(index, saved.states[index], saved.streams[index])
      copies.returns[index] = saved.returns[index]
      copies.lengths[index] = saved.lengths[index]
    }
    copies.hasStates = true
    stepsTaken = saved.stepsTaken
    forgetEpisodes()
    nonFinite = nil
    refreshMasks()
  }

  private func refreshMasks() {
    guard E.masksActions else { return }
    for index in 0..<count {
      writeMask(of: copies.states[index], in: environment, into: copies.masks + index * maskSize)
    }
  }
}
