import Environments
import Randomness
import Replay

/// Environments of unique numbers, in which endings come at random.
///
/// No two observations or rewards are alike, so that any mix-up shows.
struct RandomWorld {
  let layout: ReplayLayout
  var random: RandomStream
  /// The probability that a step ends an episode.
  var endingProbability: Double
  private var serial: Float = 0

  /// All transitions ever, in order of time and then of environment: the plain way to remember
  /// them.
  private(set) var history: [Transition] = []
  private var newest: [[Float]] = []
  private var newestMasks: [[UInt8]] = []

  init(_ layout: ReplayLayout, random: RandomStream, endingProbability: Double) {
    self.layout = layout
    self.random = random
    self.endingProbability = endingProbability
  }

  /// The transitions that a buffer of this layout must still hold.
  var kept: [Transition] {
    Array(history.suffix(min(history.count, layout.transitions)))
  }

  private mutating func freshRow() -> [Float] {
    (0..<layout.observationSize).map { _ in
      serial += 1
      return serial
    }
  }

  private mutating func freshMask() -> [UInt8] {
    (0..<layout.maskSize).map { _ in UInt8(random.integer(below: 2)) }
  }

  mutating func reset(_ buffer: inout ReplayBuffer) {
    (newest, newestMasks) = ([], [])
    for environment in 0..<layout.environments {
      let row = freshRow()
      write(row, to: buffer.nextObservations, at: environment)
      newest.append(row)
      newestMasks.append(freshMask())
    }
    buffer.begin(masks: layout.masked ? newestMasks.flatMap(\.self) : nil)
  }

  /// Takes one step of all environments.
  mutating func step(_ buffer: inout ReplayBuffer) {
    var (rewards, endings, finals): ([Float], [UInt8], [Float]) = ([], [], [])
    var (masks, finalMasks): ([UInt8], [UInt8]) = ([], [])
    var (numbers, states): ([Float], [Float]) = ([], [])
    for environment in 0..<layout.environments {
      let ending: UInt8 = random.chance(endingProbability) ? UInt8(1 + random.integer(below: 3)) : 0
      let action = (0..<layout.actionSize).map { _ in Float(random.integer(below: 1000)) }
      let shown = freshRow()
      let final = freshRow()
      let (mask, finalMask) = (freshMask(), freshMask())
      let seenMask = newestMasks[environment]
      serial += 1
      history.append(
        Transition(
          observation: newest[environment], action: action, reward: serial, ending: ending,
          state: Self.state(layout, serial), next: ending == 0 ? shown : final,
          mask: seenMask, nextMask: ending == 0 ? mask : finalMask))
      write(shown, to: buffer.nextObservations, at: environment)
      (newest[environment], newestMasks[environment]) = (shown, mask)
      rewards.append(serial)
      endings.append(ending)
      finals += final
      numbers += action
      masks += mask
      finalMasks += finalMask
      states += Self.state(layout, serial)
    }
    let choices = numbers.map { Int32($0) }
    numbers.withUnsafeBufferPointer { numbers in
      choices.withUnsafeBufferPointer { choices in
        guard let numbers = numbers.baseAddress, let choices = choices.baseAddress else { return }
        buffer.append(
          actions: layout.actions.maskSize > 0 ? .discrete(choices) : .continuous(numbers),
          rewards: rewards,
          endings: endings, finalObservations: finals, masks: layout.masked ? masks : nil,
          finalMasks: layout.masked ? finalMasks : nil, states: states)
      }
    }
  }

  /// The recurrent state of the step with this number.
  private static func state(_ layout: ReplayLayout, _ serial: Float) -> [Float] {
    (0..<layout.stateSize).map { serial + Float($0) / 8 }
  }

  private func write(_ row: [Float], to rows: UnsafeMutablePointer<Float>, at index: Int) {
    for (feature, value) in row.enumerated() {
      rows[index * layout.observationSize + feature] = value
    }
  }
}

/// One step of one environment, in full.
struct Transition: Equatable {
  var observation: [Float]
  var action: [Float]
  var reward: Float
  var ending: UInt8
  var state: [Float]
  var next: [Float]
  var mask: [UInt8]
  var nextMask: [UInt8]
}

/// What sampling gives of a transition.
struct Sampled: Equatable {
  var observation: [Float]
  var action: [Float]
  var reward: Float
  var discount: Float
  var next: [Float]
  var mask: [Float]
  var nextMask: [Float]

  init(
    observation: [Float], action: [Float], reward: Float, discount: Float, next: [Float],
    mask: [Float], nextMask: [Float]
  ) {
    (self.observation, self.action, self.reward) = (observation, action, reward)
    (self.discount, self.next, self.mask, self.nextMask) = (discount, next, mask, nextMask)
  }

  init(_ transition: Transition, discountFactor: Float) {
    self.init(
      observation: transition.observation, action: transition.action, reward: transition.reward,
      discount: transition.ending == 1 || transition.ending == 3 ? 0 : discountFactor,
      next: transition.next, mask: transition.mask.map(Float.init),
      nextMask: transition.nextMask.map(Float.init))
  }
}

/// Memory for a batch.
final class BatchMemory {
  let layout: ReplayLayout
  let count: Int
  private let memory: UnsafeMutablePointer<Float>
  let rows: BatchRows

  init(_ layout: ReplayLayout, count: Int) {
    self.layout = layout
    self.count = count
    let sizes = [
      layout.observationSize, layout.actionSize, 1, 1, layout.observationSize, layout.maskSize,
      layout.maskSize,
    ]
    memory = .allocate(capacity: max(1, count * sizes.reduce(0, +)))
    memory.initialize(repeating: .nan, count: max(1, count * sizes.reduce(0, +)))
    var next = memory
    let places = sizes.map { size in
      defer { next += count * size }
      return next
    }
    rows = BatchRows(
      observations: places[0], actions: places[1], rewards: places[2], discounts: places[3],
      nextObservations: places[4], nextMasks: layout.masked ? places[5] : nil,
      masks: layout.masked ? places[6] : nil)
  }

  deinit { memory.deallocate() }

  var transitions: [Sampled] {
    func row(_ rows: UnsafeMutablePointer<Float>, _ size: Int, _ index: Int) -> [Float] {
      Array(UnsafeBufferPointer(start: rows + index * size, count: size))
    }
    return (0..<count).map { index in
      Sampled(
        observation: row(rows.observations, layout.observationSize, index),
        action: row(rows.actions, layout.actionSize, index), reward: rows.rewards[index],
        discount: rows.discounts[index],
        next: row(rows.nextObservations, layout.observationSize, index),
        mask: rows.masks.map { row($0, layout.maskSize, index) } ?? [],
        nextMask: rows.nextMasks.map { row($0, layout.maskSize, index) } ?? [])
    }
  }
}

extension ReplayBuffer {
  /// All that is stored, oldest first.
  borrowing func everything(discountFactor: Float) -> [Sampled] {
    let memory = BatchMemory(layout, count: count)
    copy(transitions: Array(0..<count), discountFactor: discountFactor, into: memory.rows)
    return memory.transitions
  }
}

extension ReplayLayout {
  /// A layout of small random sizes.
  static func random(using random: inout RandomStream) throws -> ReplayLayout {
    let environments = 1 + random.integer(below: 5)
    let isDiscrete = random.chance(0.5)
    let size = 1 + random.integer(below: 3)
    let bounds = [Float](repeating: 1, count: size)
    return try ReplayLayout(
      capacity: environments + random.integer(below: 40), environments: environments,
      observationSize: random.integer(below: 4),
      actions: isDiscrete
        ? random.chance(0.5)
          ? .discrete(count: size) : .multiDiscrete(counts: Array(repeating: 2, count: size))
        : .continuous(low: bounds, high: bounds),
      masked: isDiscrete && random.chance(0.5),
      prioritization: random.chance(0.5) ? Prioritization() : nil,
      stateSize: random.integer(below: 3))
  }
}
