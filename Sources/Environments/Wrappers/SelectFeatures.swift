/// Shows only some features, in any order: Gymnasium's `FilterObservation`.
///
/// Leaving out velocities, for instance, makes a task partially observable.
public struct SelectFeatures: Wrapper {
  public static let name = "selectFeatures"
  public static let summary = "Shows only the features with these indices, in this order."
  public static let source = "Gymnasium, FilterObservation"

  /// The indices of the features to show, from 0; at least one.
  public var indices: [Int] = [0]

  public init() {}

  /// Shows the features with these indices.
  public init(indices: [Int]) { self.indices = indices }

  public func check() throws(WrapperProblem) {
    try require(
      !indices.isEmpty && indices.allSatisfy { $0 >= 0 }, "indices", "must be 0 or more, and some",
      found: "\(indices)")
  }

  public func wrap(_ layer: WrapperLayer) throws(WrapperProblem) -> WrapperLayer {
    let bounds = layer.batch.observationBounds
    if let index = indices.first(where: { $0 >= bounds.size }) {
      throw WrapperProblem(
        setting: "indices",
        "must be below \(bounds.size), the number of features, but one is "
          + "\(index)")
    }
    return layer.transformed(
      by: Selection(
        observationBounds: bounds.selecting(indices), innerSize: bounds.size,
        indices: RowBuffer(indices)))
  }

  private struct Selection: ObservationTransform {
    static let name = SelectFeatures.name
    let observationBounds: Box?
    let innerSize: Int
    let indices: RowBuffer<Int>

    var outerSize: Int { indices.count }

    func change(
      _ rows: UnsafePointer<Float>, count: Int, into changed: UnsafeMutablePointer<Float>
    ) {
      let size = outerSize
      for copy in 0..<count {
        let (row, place) = (rows + copy &* innerSize, changed + copy &* size)
        for index in 0..<size { place[index] = row[indices.base[index]] }
      }
    }
  }
}

extension Box {
  /// The bounds of some of these features.
  fileprivate func selecting(_ indices: [Int]) -> Box {
    if let categories { return Box(categories: indices.map { categories[$0] }) }
    return Box(low: indices.map { low[$0] }, high: indices.map { high[$0] })
  }
}
