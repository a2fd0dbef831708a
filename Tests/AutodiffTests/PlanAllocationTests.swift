#if canImport(CAllocationCounter)
import Autodiff
import CAllocationCounter
import Kernels
import TestSupport
import Testing

@Suite struct PlanAllocationTests {
  @Test func `the counter counts`() {
    let before = allocation_count()
    let array = [Float](repeating: 1, count: Int(before % 7) + 100)
    #expect(array.count >= 100)
    #expect(allocation_count() > before)
  }

  @Test func `running a plan allocates nothing`() {
    let variables = Variables(PlanTrainingTests.Learner(sizes: [3, 40, 40, 2]))
    let batch = [Tensor.zeros([32, 3]), Tensor.zeros([32, 2])]
    let train = Plan(updating: variables, inputs: batch) { learner, batch in
      learner.learn(batch[0], batch[1])
    }
    let before = allocation_count()
    for _ in 0..<10 { train.run() }
    #expect(allocation_count() == before)
  }

  @Test(arguments: OpCase.all)
  func `running an operation allocates nothing`(_ operation: OpCase) {
    let plan = Plan(inputs: operation.inputs.map { Tensor($0.rounded) }) { operation.body($0) }
    let before = allocation_count()
    plan.run()
    #expect(allocation_count() == before)
  }
}
#endif
