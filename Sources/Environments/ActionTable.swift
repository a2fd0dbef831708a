public import Randomness

/// Random actions, drawn beforehand: for laws, measurements and the beginning of training.
///
/// Choices are uniform. A continuous number is uniform between finite bounds, and standard normal,
/// cut off at the bound that there is, otherwise.
public final class ActionTable {
  /// What the actions are drawn from.
  public let space: ActionSpace
  /// The number of batches in the table.
  public let batches: Int
  /// The number of rows in a batch.
  public let count: Int

  private let choices: UnsafeMutableBufferPointer<Int32>
  private let numbers: UnsafeMutableBufferPointer<Float>

  /// Draws `batches` batches of `count` rows.
  public init(
    of space: ActionSpace, batches: Int = 1, count: Int, using random: inout RandomStream
  ) {
    self.space = space
    self.batches = batches
    self.count = count
    let rows = batches * count
    switch space {
    case .discrete(let actions):
      choices = .allocate(capacity: rows)
      numbers = .allocate(capacity: 0)
      random.fillIntegers(below: actions, into: choices)
    case .multiDiscrete(let counts):
      choices = .allocate(capacity: rows * counts.count)
      numbers = .allocate(capacity: 0)
      for place in choices.indices {
        let choice = Int32(random.integer(below: counts[place % counts.count]))
        choices.initializeElement(at: place, to: choice)
      }
    case .continuous(let low, let high):
      choices = .allocate(capacity: 0)
      numbers = .allocate(capacity: rows * low.count)
      for place in numbers.indices {
        let index = place % low.count
        numbers.initializeElement(
          at: place, to: randomNumber(from: low[index], to: high[index], using: &random))
      }
    }
  }

  deinit {
    choices.deallocate()
    numbers.deallocate()
  }

  /// The rows of a batch; numbers beyond the last batch begin again at the first.
  ///
  /// The rows are valid as long as the table lives.
  public func rows(ofBatch batch: Int) -> ActionRows {
    let first = batch % batches * count
    switch space {
    case .discrete, .multiDiscrete:
      guard let base = choices.baseAddress else { preconditionFailure("an empty action table") }
      return .discrete(base + first * space.width)
    case .continuous(let low, _):
      guard let base = numbers.baseAddress else { preconditionFailure("an empty action table") }
      return .continuous(base + first * low.count)
    }
  }
}

extension ActionSpace {
  /// One random action of the kind that an `ActionTable` holds.
  func randomAction(using random: inout RandomStream) -> [Double] {
    switch self {
    case .discrete(let count): [Double(random.integer(below: count))]
    case .multiDiscrete(let counts): counts.map { Double(random.integer(below: $0)) }
    case .continuous(let low, let high):
      zip(low, high).map { Double(randomNumber(from: $0, to: $1, using: &random)) }
    }
  }
}

private func randomNumber(
  from low: Float, to high: Float, using random: inout RandomStream
) -> Float {
  low.isFinite && high.isFinite
    ? random.uniform(in: low...high) : min(max(random.normal(), low), high)
}
