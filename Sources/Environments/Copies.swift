public import Randomness

/// The memory of a batch: one element per copy of the environment, in plain arrays of its own.
///
/// Pointers that never change, so that the loop over the copies need not ask who else reads them.
@usableFromInline
final class Copies<State> {
  @usableFromInline let count: Int
  @usableFromInline let states: UnsafeMutablePointer<State>
  @usableFromInline let randoms: UnsafeMutablePointer<PCG64>
  @usableFromInline let returns: UnsafeMutablePointer<Double>
  @usableFromInline let lengths: UnsafeMutablePointer<Int>
  @usableFromInline let rewards: UnsafeMutablePointer<Float>
  @usableFromInline let endings: UnsafeMutablePointer<UInt8>
  @usableFromInline let finalObservations: UnsafeMutablePointer<Float>
  @usableFromInline let masks: UnsafeMutablePointer<UInt8>
  @usableFromInline let finalMasks: UnsafeMutablePointer<UInt8>
  /// Whether `states` and `randoms` hold values: between the first reset and the end.
  @usableFromInline var hasStates = false

  @usableFromInline
  init(count: Int, observationSize: Int, maskSize: Int) {
    self.count = count
    states = .allocate(capacity: count)
    randoms = .allocate(capacity: count)
    returns = Self.zeros(count, 0)
    lengths = Self.zeros(count, 0)
    rewards = Self.zeros(count, 0)
    endings = Self.zeros(count, 0)
    finalObservations = Self.zeros(count * observationSize, 0)
    masks = Self.zeros(count * maskSize, 0)
    finalMasks = Self.zeros(count * maskSize, 0)
  }

  private static func zeros<Number>(_ count: Int, _ zero: Number) -> UnsafeMutablePointer<Number> {
    let pointer = UnsafeMutablePointer<Number>.allocate(capacity: count)
    pointer.initialize(repeating: zero, count: count)
    return pointer
  }

  deinit {
    forgetStates()
    states.deallocate()
    randoms.deallocate()
    returns.deallocate()
    lengths.deallocate()
    rewards.deallocate()
    endings.deallocate()
    finalObservations.deallocate()
    masks.deallocate()
    finalMasks.deallocate()
  }

  /// Puts the first state of an episode and its stream where none are yet.
  @inlinable
  func begin(_ index: Int, _ state: State, _ random: PCG64) {
    (states + index).initialize(to: state)
    (randoms + index).initialize(to: random)
    returns[index] = 0
    lengths[index] = 0
    rewards[index] = 0
    endings[index] = 0
  }

  @usableFromInline
  func forgetStates() {
    guard hasStates else { return }
    hasStates = false
    states.deinitialize(count: count)
    randoms.deinitialize(count: count)
  }
}
