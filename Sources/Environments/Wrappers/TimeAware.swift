/// Appends the share of the time limit that has passed: Gymnasium's `TimeAwareObservation`.
///
/// Pardo et al. (2018), "Time limits in reinforcement learning": where the limit is part of the
/// task, the time left is part of its state. Gymnasium's with `normalize_time=True`.
public struct TimeAware: Wrapper {
  public static let name = "timeAware"
  public static let summary = "Appends the share of the time limit that has passed, 0 to 1."
  public static let source = "Pardo et al. (2018); Gymnasium, TimeAwareObservation"

  public init() {}

  public func wrap(_ layer: WrapperLayer) throws(WrapperProblem) -> WrapperLayer {
    guard let maximumSteps = layer.maximumSteps else {
      throw WrapperProblem("its episodes have no time limit; set maximumSteps")
    }
    let bounds = try layer.numericBounds()
    return layer.transformed(
      by: Clock(
        observationBounds: Box(low: bounds.low + [0], high: bounds.high + [1]),
        innerSize: bounds.size, maximumSteps: Float(maximumSteps),
        elapsed: RowBuffer(repeating: 0, count: layer.batch.count)))
  }

  private struct Clock: EpisodeTransform {
    static let name = TimeAware.name
    let observationBounds: Box?
    let innerSize: Int
    let maximumSteps: Float
    /// The steps of each copy's episode.
    let elapsed: RowBuffer<Int32>

    var outerSize: Int { innerSize + 1 }

    var state: [Int32] {
      get { elapsed.elements }
      set { elapsed.elements = newValue }
    }

    func accepts(_ state: [Int32]) -> Bool {
      state.count == elapsed.count && state.allSatisfy { $0 >= 0 }
    }

    func begin(
      _ copy: Int, _ row: UnsafePointer<Float>, into shown: UnsafeMutablePointer<Float>
    ) {
      elapsed.base[copy] = 0
      write(row, 0, into: shown)
    }

    func advance(
      _ copy: Int, _ row: UnsafePointer<Float>, into shown: UnsafeMutablePointer<Float>
    ) {
      elapsed.base[copy] &+= 1
      write(row, Float(elapsed.base[copy]) / maximumSteps, into: shown)
    }

    @inline(__always)
    private func write(
      _ row: UnsafePointer<Float>, _ time: Float, into shown: UnsafeMutablePointer<Float>
    ) {
      for index in 0..<innerSize { shown[index] = row[index] }
      shown[innerSize] = time
    }
  }
}

extension WrapperLayer {
  /// The bounds of observations whose numbers mean something by their size.
  func numericBounds() throws(WrapperProblem) -> Box {
    guard batch.observationBounds.categories == nil else {
      throw WrapperProblem(
        "its features are numbers of categories, which mean nothing by their size; put oneHot "
          + "before it")
    }
    return batch.observationBounds
  }

  /// Those, where all of them are finite.
  func finiteBounds() throws(WrapperProblem) -> Box {
    let bounds = try numericBounds()
    let place = bounds.low.indices.first { !(bounds.high[$0] - bounds.low[$0]).isFinite }
    if let place {
      throw WrapperProblem(
        "feature \(place) lies between \(bounds.low[place]) and \(bounds.high[place]), and finite "
          + "bounds are needed; put clipObservation before it")
    }
    return bounds
  }
}
