import Datasets
import Testing

@Suite struct `A dataset` {
  private let good = Dataset(
    name: "good", inputShape: [2], inputs: [1, 2, 3, 4],
    tasks: [TaskColumn(name: "y", kind: .regression(width: 1), labels: [1, 2])])

  @Test func `counts its examples by the size of an input`() {
    let data = Dataset(
      name: "two", inputShape: [2, 2], inputs: Array(repeating: 0, count: 8),
      tasks: [TaskColumn(name: "digit", kind: .classification(classes: 10), labels: [3, .nan])])
    #expect(data.count == 2)
    #expect(data.tasks[0].kind.outputWidth == 10)
    #expect(data.tasks[0].labeledCount == 1)
  }

  /// What is wrong after a change.
  private func flaw(_ change: (inout Dataset) -> Void) -> String {
    var data = good
    change(&data)
    do {
      try data.validate()
      return ""
    } catch { return error.description }
  }

  @Test func `is fine if nothing is wrong`() { #expect(flaw { _ in } == "") }

  @Test func `cannot have inputs that are not finite or do not fit`() {
    #expect(flaw { $0.inputs[3] = .nan }.contains("input 1 of row 1 is nan"))
    #expect(
      flaw {
        $0.inputNames = ["a", "b"]
        $0.inputs[2] = .infinity
      }.contains("input 'a' of row 1 is inf"))
    #expect(flaw { $0.inputs.removeLast() }.contains("3 numbers are not rows of 2"))
    #expect(flaw { $0.inputs = [] }.contains("0 numbers"))
    #expect(flaw { $0.inputShape = [2, 0] }.contains("shape [2, 0]"))
    #expect(flaw { $0.inputShape = [Int.max, 4] }.contains("shape"))
    #expect(flaw { $0.inputNames = ["a"] }.contains("1 names for 2 inputs"))
  }

  @Test func `cannot have tasks of which nothing is to be learned`() {
    #expect(flaw { $0.tasks = [] }.contains("no task"))
    #expect(flaw { $0.tasks[0].labels = [.nan, .nan] }.contains("no row has a label"))
    #expect(flaw { $0.tasks[0].labels = [2, .nan] }.contains("all labels are 2.0"))
    #expect(flaw { $0.tasks[0].labels = [2] }.contains("1 labels for 2 rows"))
    #expect(flaw { $0.tasks[0].labels = [2, .infinity] }.contains("row 1 is infinite"))
    #expect(
      flaw {
        $0.tasks[0].kind = .regression(width: 2)
        $0.tasks[0].labels = [1, 2, 3, .nan]
      }.contains("row 1 is there in part only"))
  }

  @Test func `cannot have labels outside the classes`() {
    func flaw(_ kind: TaskKind, _ labels: [Float]) -> String {
      self.flaw { $0.tasks[0] = TaskColumn(name: "y", kind: kind, labels: labels) }
    }
    #expect(flaw(.binary, [0, 2]).contains("none of the classes 0 to 1"))
    #expect(flaw(.classification(classes: 3), [0, 3]).contains("classes 0 to 2"))
    #expect(flaw(.classification(classes: 3), [0, -1]).contains("classes 0 to 2"))
    #expect(flaw(.classification(classes: 3), [0, 0.5]).contains("classes 0 to 2"))
    #expect(flaw(.classification(classes: 1), [0, 0]).contains("1 classes"))
    #expect(flaw(.classification(classes: .min), [0, 0]).contains("classes"))
    #expect(flaw(.regression(width: 0), []).contains("0 numbers"))
    #expect(flaw(.regression(width: .max), []).contains("labels"))
  }

  @Test(arguments: ["", "a/b", ".", "..", "a b", "é", String(repeating: "x", count: 101)])
  func `cannot have tasks whose names are no names`(_ name: String) {
    #expect(flaw { $0.tasks[0].name = name }.contains("name of a task"))
  }

  @Test func `cannot have two tasks of one name`() {
    #expect(flaw { $0.tasks.append($0.tasks[0]) }.contains("two tasks 'y'"))
    #expect(throws: DatasetError.self) { try good.task(named: "z") }
  }

  @Test func `cannot have rows in two parts, or parts of other rows`() {
    #expect(
      flaw { $0.givenSplit = DatasetSplit(training: [0, 1], test: [1]) }.contains("in two parts"))
    #expect(flaw { $0.givenSplit = DatasetSplit(training: [0, 2]) }.contains("no row 2"))
    #expect(flaw { $0.givenSplit = DatasetSplit(training: [], test: [0]) }.contains("is empty"))
  }

  @Test func `belongs to tasks only if every row has one label`() {
    #expect(good.owners() == nil)
    var data = good
    data.tasks = [
      TaskColumn(name: "a", kind: .binary, labels: [1, .nan]),
      TaskColumn(name: "b", kind: .binary, labels: [.nan, 0]),
    ]
    #expect(data.owners() == [0, 1])
    #expect(data.rowsByTask(of: [0, 1]) == [[0], [1]])
    data.tasks[1].labels[0] = 1
    #expect(data.owners() == nil)
  }
}
