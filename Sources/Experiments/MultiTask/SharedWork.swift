import Datasets
import Synchronization
import Tracking

/// What the runs of a comparison have in common and is done once a process: reading the examples,
/// and trying learning rates.
public final class SharedWork: Sendable {
  let datasets = Memory<Dataset>()
  /// What is recorded of each of them.
  let accounts = Memory<RecordedExamples>()
  let trials = Memory<[RecordedTrial]>()

  /// Makes what nothing has been put into yet.
  public init() {}
}

/// Values by what they follow from, each made by the first who asks while the others wait.
final class Memory<Value: Sendable>: Sendable {
  private final class Place: Sendable {
    let value = Mutex<Value?>(nil)
  }

  private let places = Mutex<[String: Place]>([:])

  func value(for key: String, _ make: () throws -> Value) throws -> Value {
    let place = places.withLock { places in
      let place = places[key] ?? Place()
      places[key] = place
      return place
    }
    return try place.value.withLock { value in
      if let value { return value }
      let made = try make()
      value = made
      return made
    }
  }
}
