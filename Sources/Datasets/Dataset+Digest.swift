import Checksums

extension Dataset {
  /// SHA-256 of all that is learned from, in hexadecimal digits: the shapes, the tasks' names and
  /// kinds, the numbers of inputs and labels bit for bit, and the parts that the authors made.
  ///
  /// What the data set is called, and where it comes from, makes no difference.
  public var sha256: String {
    var hash = SHA256()
    func take(_ text: String) { Array(text.utf8).withUnsafeBytes { hash.update($0) } }
    func take(_ rows: [Int]) {
      rows.map { UInt64($0).littleEndian }.withUnsafeBytes { hash.update($0) }
    }
    take("inputs \(inputShape)\n")
    inputs.withUnsafeBytes { hash.update($0) }
    for task in tasks {
      take("\ntask \(task.name): \(task.kind)\n")
      task.labels.withUnsafeBytes { hash.update($0) }
    }
    if let parts = givenSplit {
      for (name, rows) in [
        ("training", parts.training), ("validation", parts.validation), ("test", parts.test),
      ] {
        take("\npart \(name)\n")
        take(rows)
      }
    }
    return hash.hexDigest
  }
}
