/// Shows each category as a row of zeros with a single 1: Gymnasium's `FlattenObservation`.
///
/// A network can then tell categories apart, whose numbers mean nothing by their size.
public struct OneHot: Wrapper {
  public static let name = "oneHot"
  public static let summary = "Shows each category as a row of zeros with a single 1."
  public static let source = "Gymnasium, FlattenObservation"

  public init() {}

  /// The most numbers that an observation may then have.
  private static let most = 65_536

  public func wrap(_ layer: WrapperLayer) throws(WrapperProblem) -> WrapperLayer {
    guard let categories = layer.batch.observationBounds.categories else {
      throw WrapperProblem(
        "its features are numbers and no categories; put discretizeObservation before it, or leave "
          + "it out")
    }
    let (all, overflow) = categories.reduce((0, false)) { sum, count in
      let (next, overflow) = sum.0.addingReportingOverflow(count)
      return (next, sum.1 || overflow)
    }
    guard !overflow, all <= Self.most else {
      throw WrapperProblem(
        "an observation of more than \(Self.most) numbers would come of it; use an agent that "
          + "takes categories as they are")
    }
    return layer.transformed(
      by: Encoding(
        size: all, categories: RowBuffer(categories.map(Float.init)),
        offsets: RowBuffer(categories.indices.map { categories[..<$0].reduce(0, +) })))
  }

  private struct Encoding: ObservationTransform {
    static let name = OneHot.name
    let size: Int
    let categories: RowBuffer<Float>
    /// Where each feature's row begins.
    let offsets: RowBuffer<Int>

    var observationBounds: Box? {
      Box(low: Array(repeating: 0, count: size), high: Array(repeating: 1, count: size))
    }
    var innerSize: Int { categories.count }
    var outerSize: Int { size }

    func change(
      _ rows: UnsafePointer<Float>, count: Int, into changed: UnsafeMutablePointer<Float>
    ) {
      changed.update(repeating: 0, count: count * size)
      let features = innerSize
      for copy in 0..<count {
        let (row, place) = (rows + copy &* features, changed + copy &* size)
        for index in 0..<features {
          let category = row[index]
          // What is no category, an environment's mistake, is shown as none.
          guard category >= 0 && category < categories.base[index] else { continue }
          place[offsets.base[index] &+ Int(category)] = 1
        }
      }
    }
  }
}
