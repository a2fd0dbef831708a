/// Lets an agent choose among the middles of equal parts: Gymnasium's `DiscretizeAction`.
///
/// Of actions of several numbers each combination is one choice; the last number changes fastest,
/// as with `multidiscrete=False` there.
public struct DiscretizeAction: Wrapper {
  public static let name = "discretizeAction"
  public static let summary = "Makes a choice of continuous actions: the middles of equal parts."
  public static let source = "Gymnasium, DiscretizeAction"

  /// Parts of each number of an action: one number for all, or a list with one for each.
  public var bins: Bins = 5

  public init() {}

  /// Cuts each number of an action into so many parts.
  public init(bins: Bins) { self.bins = bins }

  public func check() throws(WrapperProblem) { try bins.check() }

  public func wrap(_ layer: WrapperLayer) throws(WrapperProblem) -> WrapperLayer {
    let (low, high) = try layer.finiteActionBounds()
    let (parts, choices) = try bins.parts(for: low.count, "numbers of an action", most: 65_536)
    var table: [Float] = []
    for choice in 0..<choices {
      var rest = choice
      var row = low
      for index in parts.indices.reversed() {
        let width = (Double(high[index]) - Double(low[index])) / Double(parts[index])
        row[index] = Float(Double(low[index]) + width * (Double(rest % parts[index]) + 0.5))
        rest /= parts[index]
      }
      table += row
    }
    return layer.transformed(
      by: Lookup(
        choices: choices, width: low.count, table: RowBuffer(table),
        taken: RowBuffer(repeating: 0, count: layer.batch.count * low.count)))
  }

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
}
