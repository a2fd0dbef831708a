import Randomness

extension Dataset {
  /// The data set of a file that `fledge data import` or `write(to:)` wrote.
  ///
  /// - Throws: `DatasetError` or `HDF5Error`: the file is missing, damaged, of another layout or
  ///   holds data that cannot be learned from.
  public static func load(_ path: String) throws -> Dataset {
    let data = try DatasetFile.read(path)
    try data.validate()
    return data
  }

  /// The data set that is generated under this name, the same for the same seed.
  ///
  /// - Throws: `DatasetError` naming those that exist.
  public static func builtIn(_ name: String, seed: UInt64 = 0) throws(DatasetError) -> Dataset {
    guard let entry = BuiltInDataset.all.first(where: { $0.name == name }) else {
      throw DatasetError(
        "data set '\(name)'", "none is built in under this name",
        remedy: "name a file, or one of "
          + BuiltInDataset.all.map { "'\($0.name)'" }.joined(separator: ", "))
    }
    return try entry.make(Seeds(root: seed))
  }
}

/// A data set that is generated, not stored.
public struct BuiltInDataset: Sendable {
  /// What `Dataset.builtIn` and experiment files call it.
  public let name: String
  /// What it is, in one line.
  public let summary: String
  let make: @Sendable (Seeds) throws(DatasetError) -> Dataset

  /// All of them.
  public static let all = [
    BuiltInDataset(
      name: "gradNormToy",
      summary: "Two regressions of 100 numbers whose scales differ by 100 (Chen et al. 2018)"
    ) { GradNormToy().dataset(seeds: $0) },
    BuiltInDataset(
      name: "mmoeSynthetic",
      summary: "Two regressions of chosen correlation, 0.5 (Ma et al. 2018)"
    ) { MMoESynthetic().dataset(seeds: $0) },
    BuiltInDataset(
      name: "linearConflict",
      summary: "Two linear tasks at an angle of 120°, whose front is known in closed form"
    ) { LinearConflict().problem(seeds: $0).dataset() },
    BuiltInDataset(
      name: "drawnDigits",
      summary: "Digits drawn into 8 × 8 pixels: which one (10 classes), and whether it has a loop"
    ) { DrawnDigits().dataset(seeds: $0) },
    BuiltInDataset(
      name: "drawnDigitPairs",
      summary: "Two drawn digits that overlap in 10 × 10 pixels: left and right (10 classes each)"
    ) { (seeds) throws(DatasetError) in try DrawnDigits().pairs(seeds: seeds) },
  ]
}
