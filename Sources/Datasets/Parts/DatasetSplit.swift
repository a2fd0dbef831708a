public import Randomness

/// Which rows are learned from, which choose, and which judge.
public struct DatasetSplit: Codable, Hashable, Sendable {
  /// Rows to learn from, in ascending order, as all three are.
  public var training: [Int]
  /// Rows by which weights, learning rates and stopping times are chosen.
  public var validation: [Int]
  /// Rows that are looked at once, at the end.
  public var test: [Int]

  /// Takes parts as they are given.
  public init(training: [Int], validation: [Int] = [], test: [Int] = []) {
    self.training = training
    self.validation = validation
    self.test = test
  }
}

/// How rows are shared out to the parts.
public struct SplitSettings: Codable, Hashable, Sendable {
  /// The share of rows that choose, 0 or more; what validation and test leave is for training.
  public var validation: Double
  /// The share of rows that judge; the parts that a data set comes with win over it.
  public var test: Double
  /// A binary or multi-class task of whose classes every part gets its share; nil for none.
  ///
  /// Where every row belongs to one task alone, every task gets its share of every part anyhow.
  public var stratifyBy: String?
  /// Whether to keep to the test rows that the data set comes with.
  public var keepsGivenParts: Bool

  /// Chooses the shares of the parts.
  public init(
    validation: Double = 0.15, test: Double = 0.15, stratifyBy: String? = nil,
    keepsGivenParts: Bool = true
  ) {
    self.validation = validation
    self.test = test
    self.stratifyBy = stratifyBy
    self.keepsGivenParts = keepsGivenParts
  }
}

extension Dataset {
  /// Shares the rows out: the same parts for the same seeds, on every machine.
  ///
  /// Rows of a stratum (a class, or a task that rows belong to) are shuffled and cut by the
  /// shares, rounded so that the strata together come to the shares of the whole. The test rows
  /// that a data set comes with stay; if it comes with no validation rows, they are drawn from
  /// its training rows.
  ///
  /// - Parameters:
  ///   - settings: the shares.
  ///   - seeds: the streams `split` and `split/validation` are used.
  ///   - testSeeds: what the test rows are drawn from instead of `seeds`, so that parts of several
  ///     seeds have the same.
  /// - Throws: `DatasetError` for shares that leave nothing to learn from, or a stratum that
  ///   does not exist.
  public func split(
    _ settings: SplitSettings, seeds: Seeds, testSeeds: Seeds? = nil
  ) throws(DatasetError) -> DatasetSplit {
    let place = "data set '\(name)'"
    let shares = [settings.validation, settings.test]
    guard shares.allSatisfy({ $0 >= 0 && $0 < 1 }), shares[0] + shares[1] < 1 else {
      throw DatasetError(
        place, "shares of \(shares[0]) for validation and \(shares[1]) for the test leave nothing",
        remedy: "give shares of 0 or more that add up to less than 1")
    }
    let strata = try strata(by: settings.stratifyBy)
    var split: DatasetSplit
    if settings.keepsGivenParts, let given = givenSplit {
      split = given
    } else {
      var stream = (testSeeds ?? seeds)["split"]
      let (rest, test) = Self.cut(Array(0..<count), settings.test, strata, &stream)
      split = DatasetSplit(training: rest, test: test)
    }
    if split.validation.isEmpty, settings.validation > 0 {
      let share = settings.validation * Double(count)
      let rest = Double(max(1, split.training.count))
      var stream = seeds["split/validation"]
      let isGiven = settings.keepsGivenParts && givenSplit != nil
      (split.training, split.validation) = Self.cut(
        split.training, isGiven ? settings.validation : min(1, share / rest), strata, &stream)
    }
    guard !split.training.isEmpty else {
      throw DatasetError(
        place, "no row is left for training",
        remedy: "take smaller shares for validation and test, or more rows")
    }
    return split
  }

  /// The stratum of each row.
  private func strata(by task: String?) throws(DatasetError) -> [Int] {
    guard let task else { return owners() ?? [Int](repeating: 0, count: count) }
    let column = try self.task(named: task)
    if case .regression = column.kind {
      throw DatasetError(
        "task '\(task)' of data set '\(name)'", "rows cannot be stratified by a regression",
        remedy: "stratify by a binary or multi-class task, or by none")
    }
    return column.labels.map { $0.isNaN ? -1 : Int($0) }
  }

  /// Draws a share of the rows.
  private static func cut(
    _ rows: [Int], _ share: Double, _ strata: [Int], _ stream: inout RandomStream
  ) -> (rest: [Int], drawn: [Int]) {
    var members: [Int: [Int]] = [:]
    for row in rows { members[strata[row], default: []].append(row) }
    var (rest, drawn, seen) = ([Int](), [Int](), 0)
    for stratum in members.keys.sorted() {
      guard var shuffled = members[stratum] else { continue }
      stream.shuffle(&shuffled)
      // What all strata up to this one should have given, less what they gave.
      seen += shuffled.count
      let wanted = Int((share * Double(seen)).rounded()) - drawn.count
      let count = min(max(0, wanted), shuffled.count)
      drawn += shuffled[..<count]
      rest += shuffled[count...]
    }
    return (rest.sorted(), drawn.sorted())
  }
}
