import Datasets
import Testing

/// Values of numpy 2.4 and scipy's `rankdata`, in double precision.
@Suite struct ScoreTests {
  private func scores(
    _ kind: TaskKind, _ wanted: [Score], _ outputs: [Float], _ labels: [Float]
  ) -> [Double] {
    TaskScorer(kind: kind, scores: wanted).evaluate(outputs: outputs, labels: labels)
  }

  private func areClose(_ found: [Double], _ expected: [Double], within: Double = 1e-7) -> Bool {
    found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < within }
  }

  private let logits: [Float] = [-2, 0.5, 0.5, 1.5, -0.25, 0, 3, -1, 0.5, 2]
  private let truth: [Float] = [0, 1, 0, 1, 1, 0, 1, 0, 1, 0]

  @Test func `a regression is scored by its errors, their spread and that of the labels`() {
    let found = scores(
      .regression(width: 1),
      [
        .meanSquaredError, .normalizedMeanSquaredError, .meanAbsoluteError, .explainedVariance,
      ], [2.5, 0, 2, 8, 4], [3, -0.5, 2, 7, 4.25])
    #expect(areClose(found, [0.3125, 0.0508957654723127, 0.45, 0.9527687296416938]))
  }

  @Test func `rows without a label are passed over`() {
    let some = scores(
      .regression(width: 1), [.meanSquaredError], [1, 100, 3, 5], [2, .nan, 3, 5])
    #expect(areClose(some, [1.0 / 3]))
    let auc = scores(
      .binary, [.auc, .accuracy], logits + [9, -9], truth + [.nan, .nan])
    #expect(areClose(auc, [0.72, 0.7]))
    let classes = scores(
      .classification(classes: 2), [.error], [1, 0, 1, 0, 0, 1], [0, .nan, 0])
    #expect(areClose(classes, [0.5]))
  }

  @Test func `a task of several numbers is scored by the mean over its numbers`() {
    let found = scores(
      .regression(width: 2), [.meanSquaredError, .normalizedMeanSquaredError],
      [1, 10, 3, 30], [0, 10, 2, 50])
    // By number: 1 and 200; variances of the labels 1 and 400.
    #expect(areClose(found, [100.5, 0.75]))
  }

  @Test func `a binary task is scored by ranks, thresholds and probabilities`() {
    let found = scores(.binary, [.auc, .accuracy, .f1, .logLoss, .error], logits, truth)
    #expect(areClose(found, [0.72, 0.7, 0.7272727272727273, 0.625843589213977, 0.3]))
  }

  @Test func `ties count one half in the area under the curve`() {
    #expect(scores(.binary, [.auc], [1, 1, 1, 1], [0, 1, 0, 1]) == [0.5])
    #expect(scores(.binary, [.auc], [1, 1, 2, 0], [0, 1, 1, 0]) == [0.875])
    #expect(scores(.binary, [.auc], [-.infinity, .infinity], [0, 1]) == [1])
  }

  @Test func `several classes are scored by the largest logit`() {
    let logits: [Float] = [
      2.04, -2.56, 0.42, -0.57, -0.45, -0.22, -2.02, -0.23, -0.87, 3.32, 0.23, -0.35, -0.28,
      -0.67, -1.06, -0.39, 0.48, -0.24, 0.96, -0.2, 0.02, 1.55, 0.55, -0.51, -0.18, 0.54, 1.94,
      -0.27, -0.24, 1, -0.89, -0.29,
    ]
    let found = scores(
      .classification(classes: 4), [.accuracy, .error, .macroF1, .logLoss], logits,
      [0, 1, 2, 2, 0, 1, 1, 0])
    #expect(areClose(found, [0.375, 0.625, 0.3238095238095238, 1.4727408091563943]))
  }

  @Test func `large logits do not overflow`() {
    #expect(scores(.binary, [.logLoss], [1000, -1000], [0, 1]) == [1000])
    #expect(scores(.classification(classes: 2), [.logLoss], [1000, -1000], [1]) == [2000])
  }

  @Test func `what is not defined is not a number`() {
    #expect(scores(.binary, [.auc], [1, 2], [1, 1])[0].isNaN)
    #expect(scores(.binary, [.f1], [-1, -2], [0, 0])[0].isNaN)
    #expect(scores(.binary, [.accuracy, .logLoss], [1], [.nan]).allSatisfy { $0.isNaN })
    #expect(
      scores(.regression(width: 1), [.normalizedMeanSquaredError], [1, 2], [3, 3])[0].isNaN)
    #expect(
      scores(.classification(classes: 2), [.error, .macroF1], [], []).allSatisfy { $0.isNaN })
  }

  @Test func `predictions that are not numbers never look good`() {
    #expect(scores(.regression(width: 1), [.meanSquaredError], [.nan], [1]) == [.infinity])
    #expect(
      scores(.classification(classes: 2), [.error, .logLoss], [.nan, 1], [1]) == [1, .infinity])
    #expect(scores(.binary, [.auc], [.nan, 1], [0, 1])[0].isNaN)
  }

  @Test func `knowing nothing gives the training mean and the majority class`() {
    let regression = TaskColumn(
      name: "r", kind: .regression(width: 1), labels: [1, 3, .nan, 10])
    let mean = TrivialPrediction(regression, training: [0, 1, 2])
    #expect(mean.outputs == [2])
    let scorer = TaskScorer(kind: regression.kind, scores: [.meanSquaredError])
    #expect(scorer.trivial(mean, labels: [2, 4]) == [2])
    let classes = TaskColumn(
      name: "c", kind: .classification(classes: 3), labels: [0, 2, 2, 2])
    let majority = TrivialPrediction(classes, training: [0, 1, 2, 3])
    let found = TaskScorer(kind: classes.kind, scores: [.accuracy, .logLoss])
      .trivial(majority, labels: [2, 2, 0, 0])
    #expect(areClose(found, [0.5, 0.8369882], within: 1e-5))
    let binary = TaskColumn(name: "b", kind: .binary, labels: [1, 0, 0, 0])
    let share = TrivialPrediction(binary, training: [0, 1, 2, 3])
    let values = TaskScorer(kind: .binary, scores: [.auc, .accuracy, .logLoss])
      .trivial(share, labels: [0, 1])
    #expect(areClose(values, [0.5, 0.5, 0.8369882], within: 1e-5))
  }

  @Test func `every kind has scores, with directions and units`() {
    #expect(Score.scores(of: .regression(width: 1))[0].higherIsBetter == false)
    #expect(Score.scores(of: .binary)[0] == .auc)
    #expect(Score.scores(of: .classification(classes: 3))[0] == .error)
    #expect(Score.meanSquaredError.unit(ofLabels: "N m") == "(N m)²")
    #expect(Score.meanAbsoluteError.unit(ofLabels: "s") == "s")
    #expect(Score.auc.unit(ofLabels: "s").isEmpty)
  }
}
