public import Randomness

/// A descent on a landscape: from a start, for so many steps, along what a strategy makes of the
/// losses' gradients.
///
/// It ends on the front where the last point lies within `tolerance` of the Pareto set, measured
/// in the plane of parameters: losses would not do, because they are nearly flat around some
/// Pareto sets.
public struct LandscapeDescent: Sendable {
  /// What is descended on.
  public var landscape: any Landscape
  /// What moves the point along the combined gradient.
  public var optimizer = LandscapeOptimizerSettings()
  /// Steps of the optimizer, 1 or more.
  public var steps: Int
  /// Steps that count as a pass over the data, for strategies that count these.
  public var stepsPerEpoch = 100
  /// The most records that a path has.
  public var recordCount = 400
  /// The distance from the Pareto set up to which a point is on the front.
  public var tolerance = 0.1

  /// Descends a number of steps on a landscape.
  public init(on landscape: any Landscape, steps: Int) {
    self.landscape = landscape
    self.steps = steps
  }

  /// Descends from a start.
  ///
  /// - Parameters:
  ///   - strategy: what combines the two gradients.
  ///   - start: a point of the plane.
  ///   - random: what the strategy draws from.
  public func path(
    of strategy: any Strategy, from start: SIMD2<Double>, using random: RandomStream
  ) -> LandscapePath {
    descend(landscape, strategy, start, random)
  }

  /// As above, for the types themselves: the loop then calls neither through a box.
  private func descend(
    _ landscape: some Landscape, _ strategy: some Strategy, _ start: SIMD2<Double>,
    _ random: RandomStream
  ) -> LandscapePath {
    var walk = LandscapeWalk(landscape, strategy, from: start, optimizer, random)
    let interval = max(1, steps / max(1, recordCount))
    let isLate = LandscapePath.tenth(of: steps)
    var path = LandscapePath(
      start: start, records: [], steps: 0, end: start, endLosses: [], distance: 0, outcome: .front)
    path.records.reserveCapacity(steps / interval + 1)
    let front = landscape.paretoSet
    var earlier = start
    do throws(StrategyError) {
      for step in 0..<steps {
        if step == steps - isLate { earlier = walk.point }
        let combination = try walk.step(step, epoch: step / max(1, stepsPerEpoch))
        if step.isMultiple(of: interval) { path.records.append(walk.record(combination)) }
        path.steps += 1
        try walk.finish()
      }
    } catch {
      path.outcome = .failed(error.description)
    }
    path.end = walk.point
    path.endLosses = walk.losses
    path.distance = MultiTask.distance(of: walk.point, from: front)
    guard path.outcome == .front, path.distance > tolerance else { return path }
    let gained = MultiTask.distance(of: earlier, from: front) - path.distance
    path.outcome = gained * Double(steps) / Double(isLate) > path.distance ? .late : .stuck
    return path
  }
}

extension LandscapePath {
  fileprivate static func tenth(of steps: Int) -> Int { max(1, steps / 10) }
}

/// The state of a descent, whose steps allocate nothing beyond what the strategy does.
private struct LandscapeWalk<Place: Landscape, Rule: Strategy>: ~Copyable {
  private let landscape: Place
  private var strategy: Rule
  private let needs: StrategyNeeds
  private var optimizer: LandscapeOptimizer
  private var random: RandomStream
  private(set) var point: SIMD2<Double>
  private var signals: TaskSignals
  /// The losses' gradients at the point, and what the strategy made of them.
  private var gradients: [SIMD2<Double>]
  private var changed: [SIMD2<Double>]
  private var nextLosses: [Double]
  private var rows: GradientRows
  private var direction = SIMD2<Double>.zero
  /// Where the step that is being taken began.
  private var stepPoint: SIMD2<Double>

  init(
    _ landscape: Place, _ strategy: Rule, from start: SIMD2<Double>,
    _ optimizer: LandscapeOptimizerSettings, _ random: RandomStream
  ) {
    let count = landscape.taskCount
    self.landscape = landscape
    self.strategy = strategy
    needs = strategy.needs
    self.optimizer = LandscapeOptimizer(optimizer)
    self.random = random
    point = start
    stepPoint = start
    gradients = Array(repeating: .zero, count: count)
    changed = gradients
    nextLosses = Array(repeating: 0, count: count)
    signals = TaskSignals(losses: nextLosses)
    if needs.signal > .losses {
      signals.gram = GramMatrix(
        count: count, elements: Array(repeating: 0, count: count * count))
    }
    rows = GradientRows(
      count: count, length: 2, elements: .allocate(capacity: 2 * count))
    rows.elements.initialize(repeating: 0)
    landscape.evaluate(at: start, losses: &signals.losses, gradients: &gradients)
  }

  deinit { rows.elements.deallocate() }

  var losses: [Double] { signals.losses }

  /// Asks the strategy, and moves the point.
  mutating func step(_ step: Int, epoch: Int) throws(StrategyError) -> Combination {
    signals.step = step
    signals.epoch = epoch
    for task in gradients.indices { changed[task] = gradients[task] }
    if needs.signal == .gradients { try transform() }
    if needs.signal > .losses {
      for row in changed.indices {
        for column in changed.indices {
          signals.gram?[row, column] = changed[row].inner(changed[column])
        }
      }
    }
    let combination = try strategy.combine(signals, using: &random)
    direction = .zero
    for task in changed.indices { direction += combination.weights[task] * changed[task] }
    stepPoint = point
    optimizer.move(&point, along: direction, step: step)
    guard point.x.isFinite, point.y.isFinite, max(abs(point.x), abs(point.y)) < 1e6 else {
      point = stepPoint
      throw StrategyError(
        "the point left all bounds at step \(step); take a smaller learning rate")
    }
    return combination
  }

  /// Evaluates the losses where the step has led, and tells them to a strategy that asks for them.
  mutating func finish() throws(StrategyError) {
    landscape.evaluate(at: point, losses: &nextLosses, gradients: &gradients)
    if needs.lossesAfterStep { try strategy.observe(lossesAfterStep: nextLosses, signals) }
    swap(&signals.losses, &nextLosses)
  }

  /// Rows are what strategies change in networks too: single precision.
  private mutating func transform() throws(StrategyError) {
    for task in changed.indices {
      rows.elements[2 * task] = Float(changed[task].x)
      rows.elements[2 * task + 1] = Float(changed[task].y)
    }
    try strategy.transform(&rows, signals, using: &random)
    for task in changed.indices {
      changed[task] = SIMD2(
        Double(rows.elements[2 * task]), Double(rows.elements[2 * task + 1]))
    }
  }

  /// What the step was decided on; after `step` and before `finish`.
  func record(_ combination: Combination) -> LandscapePath.Record {
    let gram = GramMatrix(rows: gradients.map { [$0.x, $0.y] })
    return LandscapePath.Record(
      step: signals.step, point: stepPoint, losses: signals.losses, weights: combination.weights,
      gram: gram, residual: combination.residual,
      leastDescent: gradients.map { $0.inner(direction) }.min() ?? 0)
  }
}
