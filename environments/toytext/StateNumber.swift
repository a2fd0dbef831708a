import Environments

/// The whole number below `count` that a state is said to be.
///
/// - Throws: `EnvironmentError.invalidState`, with a sentence.
func stateNumber<E: Environment>(
  in numbers: [Double], below count: Int, of environment: E
) throws(EnvironmentError) -> Int {
  func refuse(_ reason: String) -> EnvironmentError {
    .invalidState(environment: "\(E.self)", reason: reason)
  }
  guard let number = numbers.first else { throw refuse("it has no number") }
  guard let index = Int(exactly: number), (0..<count).contains(index) else {
    throw refuse("give a whole number from 0 to \(count - 1), not \(number)")
  }
  return index
}
