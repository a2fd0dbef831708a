import Environments
import Glibc
import Randomness

/// Makes actions of what a network says of their distribution: drawn at random, or the likeliest.
///
/// Shapes: `N` environments; `A` actions of a choice, those of several choices side by side; `K`
/// choices made at once; `D` numbers.
final class ActionDrawing {
  private let space: ActionSpace
  private let environments: Int
  /// How many actions each choice is among; empty where actions are numbers.
  private let counts: [Int]
  /// `[N, K]`.
  private let choices: UnsafeMutablePointer<Int32>
  /// `[N, D]`, within the bounds: what the environments get (detail 27).
  private let numbers: UnsafeMutablePointer<Float>
  /// As long as `numbers`.
  private let unused: UnsafeMutablePointer<Float>

  /// - Parameter surroundings: The environments, and what an action is.
  init(_ surroundings: Surroundings) {
    space = surroundings.actions
    environments = surroundings.environments
    counts = space.choices
    let size = environments * max(1, space.width)
    choices = .allocate(capacity: size)
    choices.initialize(repeating: 0, count: size)
    numbers = .allocate(capacity: size)
    numbers.initialize(repeating: 0, count: size)
    unused = .allocate(capacity: size)
    unused.initialize(repeating: 0, count: size)
  }

  deinit {
    choices.deallocate()
    numbers.deallocate()
    unused.deallocate()
  }

  /// The likeliest actions; the rows are valid until the next call.
  ///
  /// - Parameter parameters: Probabilities `[N, A]` of choices, or means `[N, D]` of numbers.
  func likeliest(_ parameters: UnsafeBufferPointer<Float>) -> ActionRows {
    guard !counts.isEmpty else { return clipped(parameters) }
    choose(parameters, by: Self.likeliest)
    return .discrete(choices)
  }

  /// Actions drawn at random; the rows are valid until the next call.
  ///
  /// - Parameters:
  ///   - parameters: Probabilities `[N, A]` of choices, or means `[N, D]` of numbers.
  ///   - logDeviations: `log σ` of numbers, `[N, D]`; `nil` for choices, and for numbers that have
  ///     been varied already.
  ///   - taken: What was drawn is written here too, `[N, K]` or `[N, D]`: numbers before they are
  ///     clipped to their bounds.
  ///   - random: One draw for each choice or number.
  func draw(
    _ parameters: UnsafeBufferPointer<Float>, logDeviations: UnsafeBufferPointer<Float>?,
    into taken: UnsafeMutablePointer<Float>, using random: inout RandomStream
  ) -> ActionRows {
    guard counts.isEmpty else {
      choose(parameters) { Self.draw($0, random.uniform()) }
      for place in 0..<environments * counts.count { taken[place] = Float(choices[place]) }
      return .discrete(choices)
    }
    if let logDeviations {
      for index in parameters.indices {
        taken[index] = parameters[index] + expf(logDeviations[index]) * random.normal()
      }
    } else {
      for index in parameters.indices { taken[index] = parameters[index] }
    }
    return clipped(UnsafeBufferPointer(start: taken, count: parameters.count))
  }

  /// Actions drawn at random, of which nobody learns.
  func draw(
    _ parameters: UnsafeBufferPointer<Float>, logDeviations: UnsafeBufferPointer<Float>?,
    using random: inout RandomStream
  ) -> ActionRows {
    draw(parameters, logDeviations: logDeviations, into: unused, using: &random)
  }

  /// Writes what `choice` makes of the probabilities of each choice in each environment.
  private func choose(
    _ probabilities: UnsafeBufferPointer<Float>, by choice: (UnsafeBufferPointer<Float>) -> Int
  ) {
    var (place, first) = (0, 0)
    for _ in 0..<environments {
      for count in counts {
        let row = UnsafeBufferPointer(rebasing: probabilities[first..<first + count])
        choices[place] = Int32(choice(row))
        place += 1
        first += count
      }
    }
  }

  /// Numbers `[N, D]` cut off at the bounds of what the environments take.
  func clipped(_ raw: UnsafeBufferPointer<Float>) -> ActionRows {
    if case .continuous(let low, let high) = space {
      for environment in 0..<environments {
        for index in low.indices {
          let place = environment * low.count + index
          numbers[place] = min(max(raw[place], low[index]), high[index])
        }
      }
    }
    return .continuous(numbers)
  }

  /// The first choice whose share of the whole reaches beyond `share`, which is in `0..<1`.
  private static func draw(_ probabilities: UnsafeBufferPointer<Float>, _ share: Float) -> Int {
    var (sum, last): (Float, Int) = (0, 0)
    for (choice, probability) in probabilities.enumerated() where probability > 0 {
      sum += probability
      last = choice
      if share < sum { return choice }
    }
    return last  // rounding left the sum a little below 1
  }

  private static func likeliest(_ probabilities: UnsafeBufferPointer<Float>) -> Int {
    var best = 0
    for choice in probabilities.indices where probabilities[choice] > probabilities[best] {
      best = choice
    }
    return best
  }
}
