// A wrapped batch's state: the wrapper's own, behind it that of the batch within as it wrote it.
extension WrappedBatch {
  private struct Saved: Codable {
    var wrapper: String
    var observationSize: Int
    var count: Int
    var stepsTaken: Int
    var state: Transform.State
  }

  public func encodedState() throws -> [UInt8] {
    let inner = try base.encodedState()
    let own = try SnapshotEncoder.encode(
      Saved(
        wrapper: Transform.name, observationSize: observationSize, count: count,
        stepsTaken: stepsTaken, state: transform.state))
    return joined(own, inner)
  }

  public func restoreState(_ bytes: [UInt8]) throws {
    func refuse(_ reason: String) -> EnvironmentError {
      .unreadableSnapshot(environment: Transform.name, reason: reason)
    }
    guard let (own, inner) = split(bytes) else {
      throw refuse("it ends in the middle of the wrapper's own part")
    }
    let saved: Saved
    do {
      saved = try SnapshotDecoder.decode(Saved.self, from: own)
    } catch {
      throw refuse("\(error)")
    }
    guard saved.wrapper == Transform.name else {
      throw refuse("it was written by the wrapper \(saved.wrapper)")
    }
    guard saved.count == count, saved.observationSize == observationSize,
      transform.accepts(saved.state)
    else {
      throw refuse("it belongs to other settings, or to another number of environments")
    }
    try base.restoreState(inner)
    transform.state = saved.state
    stepsTaken = saved.stepsTaken
  }
}

/// Two rows of bytes as one, which begins with the length of the first.
func joined(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
  withUnsafeBytes(of: UInt64(first.count).littleEndian) { Array($0) } + first + second
}

/// What `joined` made one of; `nil` if it cannot have.
func split(_ bytes: [UInt8]) -> (first: [UInt8], second: [UInt8])? {
  guard bytes.count >= 8 else { return nil }
  let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  guard length <= UInt64(bytes.count - 8) else { return nil }
  let end = 8 + Int(length)
  return (Array(bytes[8..<end]), Array(bytes[end...]))
}
