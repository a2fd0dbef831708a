import Autodiff
import MultiTask
import NeuralNetworks
import Randomness
import TestSupport
import Testing

@Suite struct PopArtTests {
  private let tasks = Tensor([0, 1, 0, 0, 1])
  private let targets = Tensor([1, 100, 3, 5, 300])

  private func scales(beta: Double) -> PopArt {
    var settings = PopArt.Settings()
    settings.beta = beta
    return PopArt(taskCount: 3, settings)
  }

  @Test func `a head keeps its answer when the scale moves`() {
    var (before, after) = (PopArt(taskCount: 1), PopArt(taskCount: 1))
    (before.mean, before.variance) = (Tensor([3]), Tensor([16]))
    (after.mean, after.variance) = (Tensor([5]), Tensor([64]))
    var head = Dense(weight: Tensor(shape: [1, 1], scalars: [2]), bias: Tensor([1]))
    let features = Tensor(shape: [1, 1], scalars: [0.7])
    let task = Tensor([0])
    let answer = before.denormalized(head(features).flattened(), of: task).scalar
    after.preserve(&head, since: before)
    #expect(head.weight.scalars == [1] && head.bias?.scalars == [0.25])
    #expect(abs(answer - 12.6) < 1e-5)
    #expect(abs(after.denormalized(head(features).flattened(), of: task).scalar - 12.6) < 1e-5)
  }

  @Test func `whole batches become the statistics with a share of 1`() {
    var scales = scales(beta: 1)
    scales.update(toward: targets, of: tasks)
    expectClose(scales.mean.scalars, [3, 200, 0], relative: 1e-6)
    expectClose(scales.variance.scalars, [8.0 / 3, 10_000, 1], relative: 1e-6)
    let normalized = scales.normalized(targets, of: tasks)
    expectClose(
      scales.denormalized(normalized, of: tasks).scalars, targets.scalars, relative: 1e-6)
    expectClose([normalized.scalars[1], normalized.scalars[4]], [-1, 1], relative: 1e-6)
  }

  @Test func `the variance is that of running moments, without their rounding`() {
    var scales = scales(beta: 0.1)
    var moments: [(mean: Double, square: Double)] = [(0, 1), (0, 1)]
    for _ in 0..<50 {
      scales.update(toward: targets, of: tasks)
      for (task, numbers) in [[1.0, 3, 5], [100, 300]].enumerated() {
        let count = Double(numbers.count)
        moments[task].mean += 0.1 * (numbers.reduce(0, +) / count - moments[task].mean)
        let square = numbers.reduce(0) { $0 + $1 * $1 } / count
        moments[task].square += 0.1 * (square - moments[task].square)
      }
    }
    expectClose(
      Array(scales.deviation.scalars.prefix(2)),
      moments.map { Float(($0.square - $0.mean * $0.mean).squareRoot()) }, relative: 1e-5)
    #expect(scales.mean.scalars[2] == 0 && scales.variance.scalars[2] == 1)
    // Far from 0 nothing is lost, where moments in single precision would lose all.
    var far = self.scales(beta: 1)
    far.update(toward: Tensor([1_000_000, 1_000_001]), of: Tensor([0, 0]))
    expectClose([far.deviation.scalars[0]], [0.5], relative: 1e-5)
  }

  @Test func `answers stay as they were through a hundred updates, in a plan too`() {
    var random = stream("head")
    let head = Dense(4, 3, using: &random)
    let rows = sampleRows()
    func meaning(_ scales: PopArt, _ head: Dense) -> Tensor {
      scales.denormalized(head(rows).picked(at: tasks), of: tasks)
    }
    let before = meaning(scales(beta: 0.05), head).scalars
    var state = Pair(scales(beta: 0.05), head)
    for _ in 0..<100 { step(&state, targets) }
    expectClose(meaning(state.first, state.second).scalars, before, relative: 1e-4)
    expectEnginesAgree(updating: Pair(scales(beta: 0.05), head), on: targets) { state, targets in
      step(&state, targets)
      return meaning(state.first, state.second)
    }
  }

  private func step(_ state: inout Pair<PopArt, Dense>, _ targets: Tensor) {
    let before = state.first
    state.first.update(toward: targets, of: tasks)
    state.first.preserve(&state.second, since: before)
  }

  @Test func `a task's own head keeps all of its answers`() {
    var random = stream("head")
    var head = Dense(4, 2, using: &random)
    let answers = head(sampleRows())
    var after = scales(beta: 1)
    after.update(toward: targets, of: tasks)
    after.preserve(&head, of: 1, since: scales(beta: 1))
    expectClose((head(sampleRows()) * 100 + 200).scalars, answers.scalars, relative: 1e-4)
  }

  @Test func `the deviation stays inside its bounds`() {
    var scales = scales(beta: 1)
    scales.update(toward: Tensor([2, 2]), of: Tensor([0, 0]))
    #expect(scales.deviation.scalars == [1e-4, 1, 1])
    scales.update(toward: Tensor([-1e9, 1e9]), of: Tensor([0, 0]))
    #expect(scales.deviation.scalars == [1e6, 1, 1])
  }

  @Test func `settings without meaning are refused in words`() throws {
    var settings = PopArt.Settings()
    try settings.validate()
    #expect(settings.beta == 3e-4)
    settings.beta = 0
    #expect(
      throws: SettingsError(path: "beta", problem: "must be above 0 and at most 1, but is 0.0")
    ) {
      try settings.validate()
    }
    settings = PopArt.Settings()
    settings.largestDeviation = 1e-5
    #expect(throws: SettingsError.self) { try settings.validate() }
  }
}
