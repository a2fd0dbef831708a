/// What is wrong with a journal, in one sentence with the place and the remedy.
public enum JournalError: Error, Equatable, CustomStringConvertible {
  /// The folder or one of its files cannot be made, read or written.
  case unusable(path: String, reason: String)
  /// A line is not what this program writes.
  case badLine(path: String, line: Int, reason: String)
  /// The journal is of another search.
  case otherStudy(path: String, difference: String)
  /// There are trials of a search, but no journal that tells of them.
  case lost(path: String, trials: String)
  /// Somebody else has taken the trial over.
  case taken(path: String, trial: Int, worker: String)

  public var description: String {
    switch self {
    case .unusable(let path, let reason):
      "'\(path)' cannot be used (\(reason)); mend that or choose another output folder"
    case .badLine(let path, let line, let reason):
      "\(path):\(line): \(reason); restore the file from a copy, or delete this line if it is the "
        + "last"
    case .otherStudy(let path, let difference):
      "'\(path)' is the journal of another search (\(difference)); give the search another name or "
        + "output folder"
    case .lost(let path, let trials):
      "'\(path)' is missing or empty, but '\(trials)' holds trials that it told of; restore it from a "
        + "copy, or remove '\(trials)' to begin the search anew"
    case .taken(let path, let trial, let worker):
      "trial \(trial) of '\(path)' is now run by \(worker), so what this process found is left out; "
        + "check that the folder's file system keeps locks (flock)"
    }
  }
}
