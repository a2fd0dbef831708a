import Agents
import Randomness
import Testing

/// Estimators against slow and obvious ones, on random patterns of endings.
@Suite struct EstimatorTests {
  /// Columns of random numbers with random endings.
  private final class Columns {
    let (steps, environments): (Int, Int)
    let rewards, endings, values, finalValues, ratios, actionValues: UnsafeMutablePointer<Float>

    init(seed: UInt64) {
      var random = RandomStream(key: seed)
      (steps, environments) = (1 + random.integer(below: 12), 1 + random.integer(below: 4))
      let count = steps * environments
      func column(_ count: Int, _ number: (inout RandomStream) -> Float)
        -> UnsafeMutablePointer<Float>
      {
        let column = UnsafeMutablePointer<Float>.allocate(capacity: count)
        for place in 0..<count { (column + place).initialize(to: number(&random)) }
        return column
      }
      rewards = column(count) { $0.normal() }
      endings = column(count) { $0.chance(0.3) ? Float(1 + $0.integer(below: 2)) : 0 }
      values = column(count + environments) { $0.normal() }
      finalValues = column(count) { $0.normal() }
      ratios = column(count) { 2 * $0.uniform() }
      actionValues = column(count) { $0.normal() }
    }

    deinit {
      for column in [rewards, endings, values, finalValues, ratios, actionValues] {
        column.deallocate()
      }
    }

    var view: EstimationColumns {
      EstimationColumns(
        steps: steps, environments: environments, rewards: rewards, endings: endings,
        values: values, finalValues: finalValues)
    }

    func next(_ step: Int, _ copy: Int) -> Double {
      let place = step * environments + copy
      switch endings[place] {
      case 0: return Double(values[place + environments])
      case 2: return Double(finalValues[place])
      default: return 0
      }
    }
    func reward(_ step: Int, _ copy: Int) -> Double { Double(rewards[step * environments + copy]) }
    func value(_ step: Int, _ copy: Int) -> Double { Double(values[step * environments + copy]) }
    func ratio(_ step: Int, _ copy: Int) -> Double { Double(ratios[step * environments + copy]) }
    /// Whether looking ahead stops after this step.
    func isCut(_ step: Int, _ copy: Int) -> Bool {
      step == steps - 1 || endings[step * environments + copy] != 0
    }
    /// The `count`-step return that begins with a step, cut where it has to be.
    func gain(_ step: Int, _ copy: Int, steps count: Int, _ discount: Double) -> Double {
      count == 1 || isCut(step, copy)
        ? reward(step, copy) + discount * next(step, copy)
        : reward(step, copy) + discount * gain(step + 1, copy, steps: count - 1, discount)
    }
    /// Steps until looking ahead stops, this one included.
    func reach(_ step: Int, _ copy: Int) -> Int {
      isCut(step, copy) ? 1 : 1 + reach(step + 1, copy)
    }
  }

  private func expect(
    _ columns: Columns, _ estimate: (UnsafeMutablePointer<Float>) -> Void,
    _ reference: (_ step: Int, _ copy: Int) -> Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let count = columns.steps * columns.environments
    let result = UnsafeMutablePointer<Float>.allocate(capacity: count)
    defer { result.deallocate() }
    estimate(result)
    for step in 0..<columns.steps {
      for copy in 0..<columns.environments {
        let found = Double(result[step * columns.environments + copy])
        let wanted = reference(step, copy)
        #expect(
          abs(found - wanted) < 1e-4 * (1 + abs(wanted)), "step \(step), copy \(copy)",
          sourceLocation: sourceLocation)
      }
    }
  }

  /// Eq.
  ///
  /// 16 of Schulman et al. as it stands: a sum of weighted n-step advantages.
  @Test(arguments: 0..<60 as Range<UInt64>)
  func `advantages are the weighted sum of those of n steps`(seed: UInt64) {
    let columns = Columns(seed: seed)
    let (discount, decay) = (0.9, 0.7)
    expect(
      columns,
      {
        estimateAdvantages(
          columns.view, discountFactor: Float(discount), traceDecay: Float(decay), into: $0)
      },
      { step, copy in
        let reach = columns.reach(step, copy)
        var sum = 0.0
        var weight = 1.0
        for count in 1...reach {
          let advantage =
            columns.gain(step, copy, steps: count, discount) - columns.value(step, copy)
          sum += (count == reach ? weight : (1 - decay) * weight) * advantage
          weight *= decay
        }
        return sum
      })
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `returns of n steps stop at endings, with the exponent reached`(seed: UInt64) {
    let columns = Columns(seed: seed)
    for count in [1, 2, 3, 100] {
      expect(
        columns,
        { estimateReturns(columns.view, stepCount: count, discountFactor: 0.8, into: $0) },
        { columns.gain($0, $1, steps: count, Double(Float(0.8))) })
    }
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `lambda-returns are values plus advantages`(seed: UInt64) {
    let columns = Columns(seed: seed)
    let count = columns.steps * columns.environments
    let advantages = UnsafeMutablePointer<Float>.allocate(capacity: count)
    defer { advantages.deallocate() }
    estimateAdvantages(columns.view, discountFactor: 0.9, traceDecay: 0.6, into: advantages)
    expect(
      columns,
      { estimateLambdaReturns(columns.view, discountFactor: 0.9, traceDecay: 0.6, into: $0) },
      { step, copy in
        columns.value(step, copy) + Double(advantages[step * columns.environments + copy])
      })
  }

  /// Eq.
  ///
  /// 1 of Espeholt et al.: the sum over all later steps, each with its product of traces.
  @Test(arguments: 0..<60 as Range<UInt64>)
  func `V-trace is the sum of weighted surprises`(seed: UInt64) {
    let columns = Columns(seed: seed)
    let (discount, decay, valueBound, traceBound) = (0.9, 0.95, 1.2, 0.8)
    let count = columns.steps * columns.environments
    let advantages = UnsafeMutablePointer<Float>.allocate(capacity: count)
    defer { advantages.deallocate() }
    func target(_ step: Int, _ copy: Int) -> Double {
      var (sum, product) = (columns.value(step, copy), 1.0)
      for later in step..<(step + columns.reach(step, copy)) {
        let surprise =
          columns.reward(later, copy) + discount * columns.next(later, copy)
          - columns.value(later, copy)
        sum += product * min(valueBound, columns.ratio(later, copy)) * surprise
        product *= discount * decay * min(traceBound, columns.ratio(later, copy))
      }
      return sum
    }
    expect(
      columns,
      {
        estimateVTrace(
          columns.view, ratios: columns.ratios, discountFactor: Float(discount),
          traceDecay: Float(decay), valueBound: Float(valueBound), traceBound: Float(traceBound),
          into: $0, advantages: advantages)
      }, target)
    for step in 0..<columns.steps {
      for copy in 0..<columns.environments {
        let next = columns.isCut(step, copy) ? columns.next(step, copy) : target(step + 1, copy)
        let wanted =
          min(valueBound, columns.ratio(step, copy))
          * (columns.reward(step, copy) + discount * next - columns.value(step, copy))
        #expect(abs(Double(advantages[step * columns.environments + copy]) - wanted) < 1e-4)
      }
    }
  }

  /// Eq.
  ///
  /// 3 of Munos et al.: the sum over all later steps of products of traces and errors.
  @Test(arguments: 0..<60 as Range<UInt64>)
  func `Retrace is the sum of weighted errors`(seed: UInt64) {
    let columns = Columns(seed: seed)
    let (discount, decay) = (0.9, 0.9)
    func actionValue(_ step: Int, _ copy: Int) -> Double {
      Double(columns.actionValues[step * columns.environments + copy])
    }
    expect(
      columns,
      {
        estimateRetrace(
          columns.view, actionValues: columns.actionValues, ratios: columns.ratios,
          discountFactor: Float(discount), traceDecay: Float(decay), into: $0)
      },
      { step, copy in
        var (sum, product) = (actionValue(step, copy), 1.0)
        for later in step..<(step + columns.reach(step, copy)) {
          if later > step { product *= discount * decay * min(1, columns.ratio(later, copy)) }
          let error =
            columns.reward(later, copy) + discount * columns.next(later, copy)
            - actionValue(later, copy)
          sum += product * error
        }
        return sum
      })
  }
}
