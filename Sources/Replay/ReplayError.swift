/// Why a replay buffer cannot be made or restored, in one sentence that names the remedy.
public enum ReplayError: Error, Equatable, CustomStringConvertible {
  /// Not one time step of all environments fits.
  case capacityTooSmall(capacity: Int, environments: Int)
  /// More rows than their 32-bit numbers can name.
  case capacityTooLarge(capacity: Int, largest: Int)
  /// The columns are larger than what the machine or its control group has left.
  case doesNotFit(capacity: Int, needed: Int, available: Int, source: String, fitting: Int)
  /// The system gave no memory.
  case noMemory(bytes: Int)
  /// A saved buffer of another shape.
  case differentLayout(path: String, saved: String, expected: String)
  /// A saved buffer that cannot be right.
  case damaged(path: String, what: String)
  /// A transition's error, from which its priority was to follow.
  case errorNotFinite(Float)

  public var description: String {
    switch self {
    case .capacityTooSmall(let capacity, let environments):
      "replay.capacity is \(capacity), but \(environments) environments need room for at least "
        + "\(environments) transitions: raise it."
    case .capacityTooLarge(let capacity, let largest):
      "replay.capacity is \(capacity), but a buffer holds at most \(largest) transitions: "
        + "lower it."
    case .doesNotFit(let capacity, let needed, let available, let source, let fitting):
      "replay.capacity of \(capacity) transitions needs \(gigabytes(needed)), but "
        + "\(gigabytes(available)) are free (\(source)): lower it to at most \(fitting)."
    case .noMemory(let bytes):
      "The system refused \(gigabytes(bytes)) for the replay buffer: lower replay.capacity."
    case .differentLayout(let path, let saved, let expected):
      "The replay buffer saved in \(path) has \(saved), but this run needs \(expected): resume "
        + "with the settings that it was saved with."
    case .damaged(let path, let what):
      "The replay buffer saved in \(path) is damaged (\(what)): resume from another checkpoint."
    case .errorNotFinite(let error):
      "A transition's error is \(error), which gives no priority: lower the learning rate, clip the "
        + "gradient's norm, or look for rewards that are not finite."
    }
  }
}

/// Bytes as people read them, with one decimal.
package func gigabytes(_ bytes: Int) -> String {
  func rounded(_ unit: Int) -> String {
    let tenths = (bytes / (unit / 10) + (bytes % (unit / 10) * 2 >= unit / 10 ? 1 : 0))
    return "\(tenths / 10).\(tenths % 10)"
  }
  return bytes >= 1_000_000_000 ? rounded(1_000_000_000) + " GB" : rounded(1_000_000) + " MB"
}
