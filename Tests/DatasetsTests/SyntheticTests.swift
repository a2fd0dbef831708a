import Datasets
import Randomness
import Testing

@Suite struct SyntheticTests {
  @Test(arguments: BuiltInDataset.all.map(\.name))
  func `every built-in set is valid and the same for the same seed`(name: String) throws {
    let data = try Dataset.builtIn(name, seed: 3)
    try data.validate()
    let again = try Dataset.builtIn(name, seed: 3)
    #expect(again.inputs == data.inputs)
    let isSame = zip(again.tasks, data.tasks).allSatisfy {
      $0.labels.map(\.bitPattern) == $1.labels.map(\.bitPattern)
    }
    #expect(isSame)
  }

  @Test func `another seed gives other data`() throws {
    for name in ["drawnDigits", "linearConflict"] {
      let (one, other) = (try Dataset.builtIn(name, seed: 3), try Dataset.builtIn(name, seed: 4))
      #expect(one.inputs != other.inputs && one.tasks[0].labels != other.tasks[0].labels)
    }
  }

  @Test func `an unknown name is answered with those that exist`() {
    #expect(failure { _ = try Dataset.builtIn("mnist") }.contains("'drawnDigits'"))
  }

  @Test func `the inputs of the GradNorm toy have length 1, its labels the scales`() {
    let data = GradNormToy(scales: [1, 100], inputs: 20, outputs: 5, count: 50)
      .dataset(seeds: Seeds(root: 1))
    for row in 0..<50 {
      let length = data.inputs[(row * 20)..<(row * 20 + 20)].reduce(0) { $0 + $1 * $1 }
      #expect(abs(length - 1) < 1e-5)
    }
    #expect(data.tasks[0].labels.allSatisfy { abs($0) <= 1 })
    let largest = data.tasks[1].labels.map { abs($0) }.max() ?? 0
    #expect(largest > 50 && largest <= 100)
  }

  @Test(arguments: [-1, 0, 0.5, 1])
  func `the linear parts of the MMoE problem correlate as asked`(correlation: Double) {
    // Without sines and noise, labels are w·x, whose correlation is the cosine of the weights.
    let data = MMoESynthetic(
      correlation: correlation, inputs: 10, sines: 0, noiseVariance: 0, count: 4_000
    ).dataset(seeds: Seeds(root: 2))
    let (one, other) = (data.tasks[0].labels, data.tasks[1].labels)
    func product(_ a: [Float], _ b: [Float]) -> Double {
      zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let found = product(one, other) / (product(one, one) * product(other, other)).squareRoot()
    #expect(abs(found - correlation) < 0.06)
    #expect(abs(product(one, one) / 4_000 - 1) < 0.1)
  }

  @Test func `the optimum of weighted linear tasks has no gradient`() {
    let problem = LinearConflict(tasks: 3, degrees: 100).problem(seeds: Seeds(root: 5))
    let weights = [0.2, 0.5, 0.3]
    let gradients = problem.gradients(at: problem.optimum(weights: weights))
    for index in 0..<problem.parameterCount {
      #expect(abs((0..<3).reduce(0) { $0 + weights[$1] * gradients[$1][index] }) < 1e-10)
    }
  }

  @Test func `gradients of tasks without spread stand at the angle`() {
    let problem = LinearConflict(degrees: 120, spread: 0, distance: 2)
      .problem(seeds: Seeds(root: 5))
    let gradients = problem.gradients(at: [Double](repeating: 0, count: 10))
    let product = zip(gradients[0], gradients[1]).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(product / 4 + 0.5) < 1e-12)
    // The front runs from (0, d²/2) to (d²/2, 0), with d² = 12 between the targets.
    let front = problem.front(points: 3)
    #expect(abs(front[0][1]) > 5.999 && abs(front[0][0]) < 1e-12)
    #expect(abs(front[1][0] - 1.5) < 1e-12 && abs(front[1][1] - 1.5) < 1e-12)
  }

  @Test func `linear tasks as rows have the same losses`() {
    let problem = LinearConflict().problem(seeds: Seeds(root: 5))
    let (data, theta) = (problem.dataset(), (0..<10).map { Double($0) / 10 })
    let losses = problem.losses(at: theta)
    for task in 0..<2 {
      let outputs = (0..<20).map { row in
        Float((0..<10).reduce(0) { $0 + theta[$1] * Double(data.inputs[row * 10 + $1]) })
      }
      let error = TaskScorer(kind: .regression(width: 1), scores: [.meanSquaredError])
        .evaluate(outputs: outputs, labels: data.tasks[task].labels)[0]
      #expect(abs(error * 10 / 2 - losses[task]) < 1e-5)
    }
    #expect(data.owners() == (0..<20).map { $0 / 10 })
  }

  @Test func `rows can be shared out between tasks`() {
    let data = MMoESynthetic(inputs: 3, count: 12).dataset(seeds: Seeds(root: 5))
    let parted = data.partitioned(by: [3, 1])
    #expect(parted.owners() == [0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0])
    #expect(parted.rowsByTask(of: Array(0..<12)).map(\.count) == [9, 3])
    for row in 0..<12 {
      let owner = row % 4 == 2 ? 1 : 0
      #expect(parted.tasks[owner].labels[row] == data.tasks[owner].labels[row])
    }
    #expect(data.partitioned(by: [1, 1]).owners() == (0..<12).map { $0 % 2 })
  }

  @Test func `drawn digits can be told apart by their nearest neighbor`() throws {
    let data = DrawnDigits(count: 500).dataset(seeds: Seeds(root: 1))
    let digits = data.tasks[0].labels
    var right = 0
    for row in 400..<500 {
      let distances = (0..<400).map { other in
        (0..<64).reduce(Float(0)) { sum, pixel in
          let step = data.inputs[row * 64 + pixel] - data.inputs[other * 64 + pixel]
          return sum + step * step
        }
      }
      let nearest = try #require(distances.indices.min { distances[$0] < distances[$1] })
      right += digits[nearest] == digits[row] ? 1 : 0
    }
    #expect(right > 75 && right < 100)
  }

  @Test(arguments: [nil, DatasetSplit(training: Array(0..<80), test: Array(80..<100))])
  func `no image stands in pairs of two parts`(given: DatasetSplit?) throws {
    // Every image is lit by a number of its own, so that a picture tells what it was made of.
    let images = Dataset(
      name: "lit", inputShape: [8, 8],
      inputs: (0..<100).flatMap { (row: Int) -> [Float] in
        Array(repeating: Float(row + 1), count: 64)
      },
      tasks: [
        TaskColumn(
          name: "digit", kind: .classification(classes: 10),
          labels: (0..<100).map { Float($0 % 10) })
      ], givenSplit: given)
    let pairs = try images.digitPairs(seeds: Seeds(root: 4))
    try pairs.validate()
    let split = try pairs.split(SplitSettings(), seeds: Seeds(root: 9))
    #expect(!split.validation.isEmpty && split.validation.count < split.test.count)
    if let given { #expect(split.test == given.test) }
    for rows in [split.training, split.validation, split.test] {
      let lights = Set(rows.map { Float($0 + 1) })
      let isWithin = rows.allSatisfy { row in
        pairs.inputs[(row * 100)..<((row + 1) * 100)].allSatisfy { $0 == 0 || lights.contains($0) }
      }
      #expect(isWithin)
    }
  }
}
