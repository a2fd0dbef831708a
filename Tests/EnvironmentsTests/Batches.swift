import Environments

/// A batch with memory for its observations, as tests want it.
final class Stage {
  let batch: any BatchedEnvironment
  private let memory: UnsafeMutablePointer<Float>

  init(_ batch: any BatchedEnvironment) {
    self.batch = batch
    memory = .allocate(capacity: batch.count * batch.observationSize)
    memory.initialize(repeating: -99, count: batch.count * batch.observationSize)
  }

  deinit { memory.deallocate() }

  func reset(seed: UInt64) { batch.reset(seed: seed, into: memory) }

  func choose(_ choices: [Int32], skipping skipped: [UInt8]? = nil) {
    choices.withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress { step(.discrete(base), skipped) }
    }
  }

  func move(_ numbers: [Float], skipping skipped: [UInt8]? = nil) {
    numbers.withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress { step(.continuous(base), skipped) }
    }
  }

  private func step(_ actions: ActionRows, _ skipped: [UInt8]?) {
    guard let skipped else { return batch.step(actions, into: memory) }
    skipped.withUnsafeBufferPointer {
      batch.step(actions, skipping: $0.baseAddress, into: memory)
    }
  }

  private func rows(_ pointer: UnsafePointer<Float>) -> [[Float]] {
    (0..<batch.count).map { row in
      (0..<batch.observationSize).map { pointer[row * batch.observationSize + $0] }
    }
  }

  var observations: [[Float]] { rows(memory) }
  var finalObservations: [[Float]] { rows(batch.finalObservations) }
  var rewards: [Float] { (0..<batch.count).map { batch.rewards[$0] } }
  var endings: [UInt8] { (0..<batch.count).map { batch.endings[$0] } }

  func masks(_ actions: Int) -> [[UInt8]]? {
    batch.actionMasks.map { masks in
      (0..<batch.count).map { row in (0..<actions).map { masks[row * actions + $0] } }
    }
  }
}
