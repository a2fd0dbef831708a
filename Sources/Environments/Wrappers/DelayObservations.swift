/// Shows each observation some steps late, zeros until then: Gymnasium's `DelayObservation`.
///
/// What an episode shows last is late as well.
public struct DelayObservations: Wrapper {
  public static let name = "delayObservations"
  public static let summary = "Shows each observation some steps late, zeros until then."
  public static let source = "Gymnasium, DelayObservation"

  /// How many steps late, from 1 to 1,000.
  public var steps = 1

  public init() {}

  /// Shows observations so many steps late.
  public init(steps: Int) { self.steps = steps }

  public func check() throws(WrapperProblem) {
    try require((1...1_000).contains(steps), "steps", "must lie in 1...1000", found: steps)
  }

  public func wrap(_ layer: WrapperLayer) -> WrapperLayer {
    let bounds = layer.batch.observationBounds
    let count = layer.batch.count
    return layer.transformed(
      by: Delay(
        observationBounds: bounds.includingZero, size: bounds.size, steps: steps,
        queues: RowBuffer(repeating: 0, count: count * steps * bounds.size),
        places: RowBuffer(repeating: 0, count: count)))
  }

  private struct Delay: EpisodeTransform {
    static let name = DelayObservations.name
    let observationBounds: Box?
    let size: Int
    let steps: Int
    /// `[copies, steps, size]`: what was not shown yet, each copy's a ring.
    let queues: RowBuffer<Float>
    /// Which row of a copy's ring is shown next.
    let places: RowBuffer<Int>

    struct State: Codable {
      var queues: [Float]
      var places: [Int]
    }

    var innerSize: Int { size }
    var outerSize: Int { size }

    var state: State {
      get { State(queues: queues.elements, places: places.elements) }
      set {
        queues.elements = newValue.queues
        places.elements = newValue.places
      }
    }

    func accepts(_ state: State) -> Bool {
      state.queues.count == queues.count && state.places.count == places.count
        && state.places.allSatisfy { (0..<steps).contains($0) }
    }

    func begin(
      _ copy: Int, _ row: UnsafePointer<Float>, into shown: UnsafeMutablePointer<Float>
    ) {
      (queues.base + copy * steps * size).update(repeating: 0, count: steps * size)
      places.base[copy] = 0
      advance(copy, row, into: shown)
    }

    func advance(
      _ copy: Int, _ row: UnsafePointer<Float>, into shown: UnsafeMutablePointer<Float>
    ) {
      let place = places.base[copy]
      let late = queues.base + (copy &* steps &+ place) &* size
      for index in 0..<size {
        shown[index] = late[index]
        late[index] = row[index]
      }
      places.base[copy] = place &+ 1 == steps ? 0 : place &+ 1
    }
  }
}
