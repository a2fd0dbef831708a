/// Cuts actions off at the bounds of what the environment takes: Gymnasium's `ClipAction`.
///
/// An agent may then give any numbers, as a normal distribution does.
public struct ClipAction: Wrapper {
  public static let name = "clipAction"
  public static let summary = "Lets any numbers be actions and cuts them off at the bounds."
  public static let source = "Gymnasium, ClipAction"

  public init() {}

  public func wrap(_ layer: WrapperLayer) throws(WrapperProblem) -> WrapperLayer {
    let (low, high) = try layer.continuousBounds()
    return layer.transformed(
      by: Clipping(
        actionSpace: .continuous(
          low: low.map { _ in -.infinity }, high: high.map { _ in .infinity }),
        low: RowBuffer(low), high: RowBuffer(high),
        taken: RowBuffer(repeating: 0, count: layer.batch.count * low.count)))
  }

  private struct Clipping: RowTransform {
    static let name = ClipAction.name
    static let changesActions = true
    let actionSpace: ActionSpace?
    let low, high, taken: RowBuffer<Float>

    mutating func actions(
      _ rows: ActionRows, skipping skipped: UnsafePointer<UInt8>?
    ) -> ActionRows {
      guard case .continuous(let given) = rows else { return rows }
      forEachNumber(taken.count, low.count) { place, index in
        taken.base[place] = min(max(given[place], low.base[index]), high.base[index])
      }
      return .continuous(taken.base)
    }
  }
}

extension WrapperLayer {
  /// The bounds of continuous actions.
  func continuousBounds() throws(WrapperProblem) -> (low: [Float], high: [Float]) {
    guard case .continuous(let low, let high) = batch.actionSpace, !low.isEmpty else {
      throw WrapperProblem(
        "an action is \(batch.actionSpace), a choice and no row of numbers; leave it out")
    }
    return (low, high)
  }

  /// The bounds of continuous actions, where all of them are finite.
  func finiteActionBounds() throws(WrapperProblem) -> (low: [Float], high: [Float]) {
    let (low, high) = try continuousBounds()
    guard zip(low, high).allSatisfy({ ($1 - $0).isFinite }) else {
      throw WrapperProblem(
        "an action is \(batch.actionSpace), without finite bounds; put it before clipAction")
    }
    return (low, high)
  }
}

/// Calls `body` for each of `count` numbers, with its place and its index in a row of `width`.
@inline(__always)
func forEachNumber(_ count: Int, _ width: Int, _ body: (_ place: Int, _ index: Int) -> Void) {
  if width == 1 {
    for place in 0..<count { body(place, 0) }
    return
  }
  var first = 0
  while first < count {
    for index in 0..<width { body(first &+ index, index) }
    first += width
  }
}
