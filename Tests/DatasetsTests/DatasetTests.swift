import Datasets
import Testing

@Suite struct `A dataset` {
  @Test func `counts its examples by the size of an input`() {
    let data = Dataset(
      name: "two", inputShape: [2, 2], inputs: Array(repeating: 0, count: 8),
      tasks: [TaskColumn(name: "digit", kind: .classification(classes: 10), labels: [3, .nan])])
    #expect(data.count == 2)
    #expect(data.tasks[0].kind.outputWidth == 10)
  }
}
