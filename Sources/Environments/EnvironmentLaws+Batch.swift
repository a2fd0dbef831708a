import Randomness

// A batch of episodes.
extension EnvironmentLaws {
  mutating func checkBatch() {
    let (count, batchSteps) = (4, 400)
    let batch = EnvironmentBatch(environment, count: count)
    var random = RandomStream(key: 2)
    let table = ActionTable(
      of: batch.actionSpace, batches: batchSteps, count: count, using: &random)
    let observations = UnsafeMutablePointer<Float>.allocate(
      capacity: count * batch.observationSize)
    defer { observations.deallocate() }
    batch.reset(seed: 0, into: observations)

    var (length, reward, scale) = (0, 0.0, 1.0)
    for index in 0..<batchSteps {
      step(batch, table.rows(ofBatch: index), &random, into: observations)
      for copy in 0..<count {
        reward += Double(batch.rewards[copy])
        scale += Double(abs(batch.rewards[copy]))
      }
      for episode in batch.finishedEpisodes {
        length += episode.length
        reward -= episode.return
        checkEnding(episode)
      }
    }
    for copy in 0..<count {
      length += batch.copies.lengths[copy]
      reward -= batch.copies.returns[copy]
    }
    if length != count * batchSteps {
      find(.episodesAddUp, "\(count * batchSteps) steps made episodes of \(length) steps")
    }
    if abs(reward) > 1e-6 * scale {
      find(.episodesAddUp, "returns and rewards differ by \(reward)")
    }
  }

  /// Steps a batch with these rows, or with random allowed actions where some are forbidden.
  private func step(
    _ batch: EnvironmentBatch<E>, _ rows: ActionRows, _ random: inout RandomStream,
    into observations: UnsafeMutablePointer<Float>
  ) {
    guard let masks = batch.actionMasks, batch.actionSpace.maskSize > 0 else {
      return batch.step(rows, into: observations)
    }
    var (choices, first): ([Int32], Int) = ([], 0)
    for _ in 0..<batch.count {
      for count in batch.actionSpace.choices {
        let allowed = (0..<count).filter { masks[first + $0] == 1 }
        choices.append(Int32(allowed[random.integer(below: allowed.count)]))
        first += count
      }
    }
    choices.withUnsafeBufferPointer { choices in
      if let base = choices.baseAddress { batch.step(.discrete(base), into: observations) }
    }
  }

  private mutating func checkEnding(_ episode: FinishedEpisode) {
    guard let limited = environment as? any Limited else {
      if episode.ending == .truncated {
        find(.onlyLimitTruncates, "an episode was truncated after \(episode.length) steps")
      }
      return
    }
    if let limit = limited.maximumSteps,
      episode.length > limit || (episode.ending == .truncated && episode.length < limit)
    {
      find(
        .onlyLimitTruncates,
        "an episode of \(episode.length) steps was \(episode.ending), the limit is \(limit)")
    }
  }
}

/// An environment that truncates.
private protocol Limited {
  var maximumSteps: Int? { get }
}

extension TimeLimit: Limited {}
