import Datasets
import Randomness
import Testing

@Suite struct SplitTests {
  private func data(count: Int, classes: Int = 2) -> Dataset {
    Dataset(
      name: "d", inputShape: [1], inputs: (0..<count).map { Float($0) },
      tasks: [
        TaskColumn(
          name: "c", kind: .classification(classes: classes),
          labels: (0..<count).map { $0 % 10 == 0 ? 1 : 0 }),
        TaskColumn(
          name: "r", kind: .regression(width: 1), labels: (0..<count).map { Float($0) }),
      ])
  }

  private func isPartition(_ split: DatasetSplit, of count: Int) -> Bool {
    (split.training + split.validation + split.test).sorted() == Array(0..<count)
  }

  @Test func `every row goes to one part, by the shares`() throws {
    let split = try data(count: 100).split(SplitSettings(), seeds: Seeds(root: 1))
    #expect(isPartition(split, of: 100))
    #expect(split.validation.count == 15 && split.test.count == 15)
    #expect(split.training == split.training.sorted())
  }

  @Test func `the same seed gives the same parts, another seed others`() throws {
    let data = data(count: 50)
    let first = try data.split(SplitSettings(), seeds: Seeds(root: 7))
    #expect(try data.split(SplitSettings(), seeds: Seeds(root: 7)) == first)
    #expect(try data.split(SplitSettings(), seeds: Seeds(root: 8)) != first)
  }

  @Test func `stratified parts have every class in its share`() throws {
    let data = data(count: 200)
    let settings = SplitSettings(validation: 0.25, test: 0.25, stratifyBy: "c")
    let split = try data.split(settings, seeds: Seeds(root: 3))
    #expect(isPartition(split, of: 200))
    for part in [split.validation, split.test] {
      #expect(part.count == 50)
      #expect(part.count { $0 % 10 == 0 } == 5)
    }
  }

  @Test func `rows that belong to tasks are shared out task by task`() throws {
    let count = 60
    let data = Dataset(
      name: "p", inputShape: [1], inputs: Array(repeating: 0, count: count),
      tasks: (0..<3).map { task in
        TaskColumn(
          name: "t\(task)", kind: .regression(width: 1),
          labels: (0..<count).map { $0 % 3 == task ? Float($0) : .nan })
      })
    #expect(data.owners() == (0..<count).map { $0 % 3 })
    let split = try data.split(
      SplitSettings(validation: 0.2, test: 0.1), seeds: Seeds(root: 3))
    #expect(isPartition(split, of: count))
    for task in 0..<3 {
      #expect(split.validation.count { $0 % 3 == task } == 4)
      #expect(split.test.count { $0 % 3 == task } == 2)
    }
  }

  @Test func `given test rows stay, and validation rows come from the training rows`() throws {
    var data = data(count: 100)
    data.givenSplit = DatasetSplit(training: Array(0..<80), test: Array(80..<100))
    let split = try data.split(
      SplitSettings(validation: 0.25, test: 0.5), seeds: Seeds(root: 3))
    #expect(split.test == Array(80..<100))
    #expect(split.validation.count == 20 && split.validation.allSatisfy { $0 < 80 })
    #expect(isPartition(split, of: 100))
    let own = try data.split(
      SplitSettings(validation: 0, test: 0.5, keepsGivenParts: false), seeds: Seeds(root: 3))
    #expect(own.test.count == 50 && own.validation.isEmpty)
  }

  @Test func `impossible shares and strata are refused`() {
    func failure(_ settings: SplitSettings, count: Int = 10) -> String {
      do {
        _ = try data(count: count).split(settings, seeds: Seeds(root: 0))
        return ""
      } catch { return error.description }
    }
    #expect(failure(SplitSettings(validation: 0.5, test: 0.5)).contains("less than 1"))
    #expect(failure(SplitSettings(validation: -0.1)).contains("0 or more"))
    #expect(failure(SplitSettings(validation: .nan)).contains("0 or more"))
    #expect(failure(SplitSettings(stratifyBy: "r")).contains("regression"))
    #expect(failure(SplitSettings(stratifyBy: "x")).contains("no task 'x'"))
    #expect(failure(SplitSettings(validation: 0, test: 0.9), count: 1).contains("training"))
  }
}

@Suite struct NormalizationTests {
  private let data = Dataset(
    name: "n", inputShape: [2], inputs: [1, 5, 3, 5, 100, 7],
    tasks: [
      TaskColumn(name: "y", kind: .regression(width: 1), labels: [10, 30, .nan]),
      TaskColumn(name: "b", kind: .binary, labels: [0, 1, 1]),
    ])

  @Test func `inputs and targets are shifted and scaled by the training rows alone`() {
    let normalization = data.normalization(from: [0, 1], inputs: .perColumn, targets: true)
    var changed = data
    changed.normalize(by: normalization)
    #expect(changed.inputs == [-1, 0, 1, 0, 98, 2])
    #expect(Array(changed.tasks[0].labels[..<2]) == [-1, 1])
    #expect(changed.tasks[0].labels[2].isNaN)
    #expect(changed.tasks[1].labels == [0, 1, 1])
    #expect(normalization.targets["b"] == nil)
  }

  @Test func `predictions are brought back to the unit of the labels`() throws {
    let normalization = data.normalization(from: [0, 1], inputs: .none, targets: true)
    #expect(normalization.inputs == nil)
    var predictions: [Float] = [-1, 0, 2]
    try #require(normalization.targets["y"]).invert(&predictions)
    #expect(predictions == [10, 20, 40])
  }

  @Test func `pixels can share one mean and one deviation`() throws {
    let shared = try #require(
      data.normalization(from: [0, 1], inputs: .shared, targets: false).inputs)
    #expect(shared.means == [3.5, 3.5])
    #expect(shared.deviations[0] == shared.deviations[1])
  }

  @Test func `constant, tiny and huge columns stay finite`() {
    for value: Float in [0, 1e-37, .leastNonzeroMagnitude, 3e38, -3e38] {
      var numbers: [Float] = [value, value, value]
      let constant = Standardization(fitting: numbers, width: 1, rows: [0, 1, 2])
      constant.apply(to: &numbers)
      #expect(numbers == [0, 0, 0])
    }
    var spread: [Float] = [-3e38, 3e38]
    Standardization(fitting: spread, width: 1, rows: [0, 1]).apply(to: &spread)
    #expect(spread.allSatisfy { $0.isFinite })
  }
}
