/// Lets an agent choose among points of a grid instead of giving numbers: Gymnasium's
/// `DiscretizeAction`.
///
/// Of actions of several numbers each combination is one choice, whose last number changes fastest;
/// or, with `multiDiscrete`, each number is a choice of its own, so that their product never has to
/// be counted: Tang & Agrawal (2020), "Discretizing continuous action space for on-policy
/// optimization".
public struct DiscretizeAction: Wrapper {
  public static let name = "discretizeAction"
  public static let summary = "Makes choices of continuous actions: one, or one for each number."
  public static let source = "Gymnasium, DiscretizeAction; Tang & Agrawal (2020)"

  /// Parts of each number of an action: one number for all, or a list with one for each.
  public var bins: Bins = 5
  /// Whether each number of an action is a choice of its own.
  public var multiDiscrete = false
  /// What the choices mean.
  public var points = Points.middles

  /// Where in a number's range its choices lie.
  public enum Points: String, Codable, CaseIterable, Sendable {
    /// In the middles of equal parts, as in Gymnasium.
    case middles
    /// Evenly from bound to bound, both included, as in Tang & Agrawal (2020).
    case ends

    public init(from decoder: any Decoder) throws {
      let name = try decoder.singleValueContainer().decode(String.self)
      guard let points = Points(rawValue: name) else {
        throw DecodingError.dataCorrupted(
          .init(
            codingPath: decoder.codingPath,
            debugDescription: "expected middles or ends, found '\(name)'"))
      }
      self = points
    }
  }

  public init() {}

  /// Cuts each number of an action into so many parts.
  public init(bins: Bins, multiDiscrete: Bool = false, points: Points = .middles) {
    self.bins = bins
    self.multiDiscrete = multiDiscrete
    self.points = points
  }

  public func check() throws(WrapperProblem) { try bins.check() }

  public func wrap(_ layer: WrapperLayer) throws(WrapperProblem) -> WrapperLayer {
    let (low, high) = try layer.finiteActionBounds()
    guard multiDiscrete else { return try wrapCombined(layer, low, high) }
    let parts = try bins.parts(for: low.count, "numbers of an action")
    guard parts.count <= MultiDiscreteAction.capacity else {
      throw WrapperProblem(
        setting: "multiDiscrete",
        "gives one choice for each of \(parts.count) numbers, but at most "
          + "\(MultiDiscreteAction.capacity) can be made at once")
    }
    let most = parts.max() ?? 1
    guard most <= 65_536 else {
      throw WrapperProblem(
        setting: "bins", "must give at most 65536 parts of each number, but is \(bins)")
    }
    var table = [Float](repeating: 0, count: parts.count * most)
    for (index, count) in parts.enumerated() {
      for part in 0..<count {
        table[index * most + part] = point(part, of: count, low[index], high[index])
      }
    }
    return layer.transformed(
      by: Lookups(
        counts: parts, most: most, table: RowBuffer(table), countsInPlace: RowBuffer(parts),
        taken: RowBuffer(repeating: 0, count: layer.batch.count * low.count)))
  }

  private func wrapCombined(
    _ layer: WrapperLayer, _ low: [Float], _ high: [Float]
  ) throws(WrapperProblem) -> WrapperLayer {
    let (parts, choices) = try bins.parts(for: low.count, "numbers of an action", most: 65_536)
    var table: [Float] = []
    for choice in 0..<choices {
      var rest = choice
      var row = low
      for index in parts.indices.reversed() {
        row[index] = point(rest % parts[index], of: parts[index], low[index], high[index])
        rest /= parts[index]
      }
      table += row
    }
    return layer.transformed(
      by: Lookup(
        choices: choices, width: low.count, table: RowBuffer(table),
        taken: RowBuffer(repeating: 0, count: layer.batch.count * low.count)))
  }

  /// What a choice among `count` means for one number.
  private func point(_ part: Int, of count: Int, _ low: Float, _ high: Float) -> Float {
    let (low, high) = (Double(low), Double(high))
    if points == .ends, count > 1 {
      return Float(low + (high - low) * (Double(part) / Double(count - 1)))
    }
    return Float(low + (high - low) / Double(count) * (Double(part) + 0.5))
  }

  /// One choice among all combinations.
  private struct Lookup: RowTransform {
    static let name = DiscretizeAction.name
    static let changesActions = true
    let choices, width: Int
    /// What each choice means, `[choices, width]`.
    let table: RowBuffer<Float>
    let taken: RowBuffer<Float>

    var actionSpace: ActionSpace? { .discrete(count: choices) }

    mutating func actions(
      _ rows: ActionRows, skipping skipped: UnsafePointer<UInt8>?
    ) -> ActionRows {
      guard case .discrete(let chosen) = rows else {
        preconditionFailure("discretizeAction takes choices, but the rows are of the other kind")
      }
      let (table, taken, last) = (table.base, taken.base, Int32(choices - 1))
      forEachNumber(self.taken.count, width) { place, index in
        // As Gymnasium does: what is no choice becomes the nearest one.
        let choice = Int(min(max(chosen[place / width], 0), last))
        taken[place] = table[choice &* width &+ index]
      }
      return .continuous(taken)
    }
  }

  /// One choice for each number.
  private struct Lookups: RowTransform {
    static let name = DiscretizeAction.name
    static let changesActions = true
    let counts: [Int]
    /// The largest of the counts.
    let most: Int
    /// What each choice means, `[width, most]`.
    let table: RowBuffer<Float>
    /// The counts once more, where a loop reads them without counting references.
    let countsInPlace: RowBuffer<Int>
    let taken: RowBuffer<Float>

    var actionSpace: ActionSpace? { .multiDiscrete(counts: counts) }

    mutating func actions(
      _ rows: ActionRows, skipping skipped: UnsafePointer<UInt8>?
    ) -> ActionRows {
      guard case .discrete(let chosen) = rows else {
        preconditionFailure("discretizeAction takes choices, but the rows are of the other kind")
      }
      let (table, taken, counts, most) = (table.base, taken.base, countsInPlace.base, most)
      forEachNumber(self.taken.count, countsInPlace.count) { place, index in
        // As above, what is no choice becomes the nearest one.
        let choice = min(max(Int(chosen[place]), 0), counts[index] &- 1)
        taken[place] = table[index &* most &+ choice]
      }
      return .continuous(taken)
    }
  }
}
