import Agents
import Autodiff
import Glibc
import Kernels
import Randomness
import TestSupport
import Testing

/// C51 and QR-DQN against tables of numbers, the papers' loops and finite differences.
@Suite struct DQNDistributionTests {
  private let grid = CategoricalValues(atoms: 5, low: -1, high: 1)  // -1, -½, 0, ½, 1

  private func projected(_ p: [Float], reward: Float, discount: Float) -> [Float] {
    grid.projected(
      Tensor(shape: [1, 5], scalars: p), rewards: Tensor([reward]), discounts: Tensor([discount])
    ).scalars
  }

  @Test func `a moved atom gives to its neighbours by nearness`() {
    // All on ½: 0.4 + 0.8·½ = 0.8 lies 0.6 of the way from ½ to 1.
    #expect(
      projected([0, 0, 0, 1, 0], reward: 0.4, discount: 0.8).isClose(to: [0, 0, 0, 0.4, 0.6]))
    // -½ and 1 become 0 and ¾.
    #expect(
      projected([0, 0.5, 0, 0, 0.5], reward: 0.25, discount: 0.5)
        .isClose(to: [0, 0, 0.5, 0.25, 0.25]))
  }

  @Test func `without reward or discount nothing moves`() {
    let p: [Float] = [0.1, 0.2, 0.3, 0.25, 0.15]
    #expect(projected(p, reward: 0, discount: 1).isClose(to: p))
  }

  @Test func `after a termination all is at the reward`() {
    let p: [Float] = [0.1, 0.2, 0.3, 0.25, 0.15]
    #expect(projected(p, reward: -0.125, discount: 0).isClose(to: [0, 0.25, 0.75, 0, 0]))
    #expect(projected(p, reward: 0.5, discount: 0).isClose(to: [0, 0, 0, 1, 0]))
  }

  @Test func `what lies beyond the grid is at its end`() {
    let p: [Float] = [0.1, 0.2, 0.3, 0.25, 0.15]
    #expect(projected(p, reward: 7, discount: 1).isClose(to: [0, 0, 0, 0, 1]))
    #expect(projected(p, reward: -7, discount: 1).isClose(to: [1, 0, 0, 0, 0]))
  }

  /// The loop of C51's Algorithm 1 as it is printed, but for moved atoms that fall on the grid,
  /// whose probability would be lost.
  private func algorithm1(
    _ p: [Double], atoms: Int, low: Double, high: Double, reward: Double, discount: Double
  ) -> [Double] {
    let spacing = (high - low) / Double(atoms - 1)
    var m = [Double](repeating: 0, count: atoms)
    for j in 0..<atoms {
      let moved = min(max(reward + discount * (low + Double(j) * spacing), low), high)
      let b = (moved - low) / spacing
      let (l, u) = (Int(b.rounded(.down)), Int(b.rounded(.up)))
      if l == u {
        m[l] += p[j]
      } else {
        m[l] += p[j] * (Double(u) - b)
        m[u] += p[j] * (b - Double(l))
      }
    }
    return m
  }

  @Test(arguments: [2, 3, 51])
  func `the projection is the paper's loop`(atoms: Int) {
    var random = Seeds(root: 1)["projection"]
    let rows = 40
    let values = CategoricalValues(atoms: atoms, low: -3, high: 5)
    let logits = Tensor(
      shape: [rows, atoms], scalars: (0..<rows * atoms).map { _ in 3 * random.normal() as Float })
    let rewards = (0..<rows).map { _ in random.uniform(in: -4...4) as Float }
    let discounts = (0..<rows).map { $0 % 5 == 0 ? 0 : random.uniform(in: 0...1) as Float }
    let p = logits.softmax()
    let found = values.projected(p, rewards: Tensor(rewards), discounts: Tensor(discounts)).scalars
    for row in 0..<rows {
      let expected = algorithm1(
        p.scalars[row * atoms..<(row + 1) * atoms].map(Double.init), atoms: atoms, low: -3,
        high: 5, reward: Double(rewards[row]), discount: Double(discounts[row]))
      for (atom, number) in expected.enumerated() {
        #expect(abs(Double(found[row * atoms + atom]) - number) < 1e-5)
      }
    }
  }

  @Test func `values are expectations`() {
    let logits = Tensor(shape: [1, 2, 5], scalars: [0, 0, 0, 0, 0, -90, -90, 0, 0, -90])
    #expect(grid.values(logits).shape == [1, 2])
    #expect(grid.values(logits).scalars.isClose(to: [0, 0.25]))
  }

  @Test func `the categorical loss is a cross-entropy and its priority what it has too much`() {
    let next = Tensor(shape: [1, 5], scalars: [0, 0, 0, 0, 0])
    func errors(_ predicted: [Float], discount: Float) -> ValueErrors {
      grid.errors(
        of: Tensor(shape: [1, 5], scalars: predicted), next: next, rewards: Tensor([0]),
        discounts: Tensor([discount]))
    }
    let same = errors([0, 0, 0, 0, 0], discount: 1)
    #expect(same.losses.scalars.isClose(to: [log(5)]))
    #expect(same.priorities.scalars[0] < 1e-6)
    // All at 0 is predicted with the probability 1/5.
    let sure = errors([0, 0, 0, 0, 0], discount: 0)
    #expect(sure.losses.scalars.isClose(to: [log(5)]))
    #expect(sure.priorities.scalars.isClose(to: [log(5)]))
  }

  @Test func `the gradient of the categorical loss agrees with finite differences`() {
    expectGradient(
      at: [
        sampleNumbers([3, 5]), sampleNumbers([3, 5], name: "next"),
        sampleNumbers([3], name: "rewards"), sampleNumbers([3], in: 0...1, name: "discounts"),
      ], varying: [0]
    ) { grid.errors(of: $0[0], next: $0[1], rewards: $0[2], discounts: $0[3]).losses }
  }

  // MARK: Quantiles

  /// Algorithm 1 of QR-DQN, loop by loop.
  private func quantileLoss(_ quantiles: [Double], _ targets: [Double], delta: Double) -> Double {
    let count = Double(quantiles.count)
    var sum = 0.0
    for (i, quantile) in quantiles.enumerated() {
      let midpoint = (Double(2 * i) + 1) / (2 * count)
      for target in targets {
        let u = target - quantile
        let huber = abs(u) <= delta ? u * u / 2 : delta * (abs(u) - delta / 2)
        sum += abs(midpoint - (u < 0 ? 1 : 0)) * huber / count
      }
    }
    return sum
  }

  @Test func `the quantile Huber loss of two quantiles, by hand`() {
    // Midpoints ¼ and ¾; errors of both targets (1, 3) against (0, 2): 1, 3 and -1, 1.
    let values = QuantileValues(quantiles: 2, delta: 1)
    let loss = values.losses(
      Tensor(shape: [1, 2], scalars: [0, 2]), targets: Tensor(shape: [1, 2], scalars: [1, 3]))
    // (¼·½ + ¼·2½)/2 + (¼·½ + ¾·½)/2
    #expect(loss.scalars.isClose(to: [0.375 + 0.25]))
  }

  @Test(arguments: [1, 2, 10], [0.5, 1])
  func `the quantile loss is the paper's loop`(count: Int, delta: Double) {
    var random = Seeds(root: 2)["quantiles"]
    let rows = 10
    func numbers() -> [Float] { (0..<rows * count).map { _ in 2 * random.normal() as Float } }
    let (predicted, next) = (numbers(), numbers())
    let rewards = (0..<rows).map { _ in random.normal() as Float }
    let discounts = (0..<rows).map { _ in random.uniform() as Float }
    let shape = count == 1 ? [rows] : [rows, count]
    let errors = QuantileValues(quantiles: count, delta: delta).errors(
      of: Tensor(shape: shape, scalars: predicted), next: Tensor(shape: shape, scalars: next),
      rewards: Tensor(rewards), discounts: Tensor(discounts))
    #expect(errors.losses.shape == [rows])
    for row in 0..<rows {
      let range = row * count..<(row + 1) * count
      let expected = quantileLoss(
        predicted[range].map(Double.init),
        next[range].map { Double(rewards[row] + discounts[row] * $0) }, delta: delta)
      #expect(abs(Double(errors.losses.scalars[row]) - expected) < 1e-5 * max(1, expected))
    }
  }

  @Test func `the gradient of the quantile loss agrees with finite differences`() {
    expectGradient(
      // Ranges of which no two numbers are 0 or 1 apart.
      at: [sampleNumbers([3, 4]), sampleNumbers([3, 4], in: -1.75...2.2, name: "targets")],
      varying: [0]
    ) { QuantileValues(quantiles: 4, delta: 1).losses($0[0], targets: $0[1]) }
  }

  @Test func `the quantile loss is least at the quantiles`() {
    // Targets 0, 1, …, 99: with a small delta the quantiles at ⅛, ⅜, ⅝ and ⅞.
    let values = QuantileValues(quantiles: 4, delta: 0.01)
    let quantiles = [12.0, 37, 62, 87]
    // At these quantiles no small move makes the loss smaller.
    func loss(_ quantiles: [Double]) -> Float {
      (0..<25).reduce(0) { sum, group in
        let targets = (0..<4).map { Float(25 * $0 + group) }
        return sum
          + values.losses(
            Tensor(shape: [1, 4], scalars: quantiles.map { Float($0) }),
            targets: Tensor(shape: [1, 4], scalars: targets)
          ).scalar
      }
    }
    let least = loss(quantiles)
    for index in 0..<4 {
      for distance in [-4.0, 4] {
        var moved = quantiles
        moved[index] += distance
        #expect(loss(moved) > least)
      }
    }
    #expect(values.values(Tensor(shape: [1, 1, 4], scalars: [1, 2, 3, 6])).scalars == [3])
  }
}
