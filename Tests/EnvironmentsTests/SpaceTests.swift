import Environments
import Testing

@Suite struct SpaceTests {
  @Test func `a choice contains its numbers`() {
    let space = Discrete(3)
    #expect([-1, 0, 2, 3].map(space.contains) == [false, true, true, false])
    #expect(space.erased == .discrete(count: 3) && space.width == 1)
  }

  @Test func `an interval and a box contain what lies between their bounds`() {
    #expect(
      [-2.1, -2, 0, 2, .nan].map(Interval(-2...2).contains) == [false, true, true, true, false])
    let box = Box(low: [0, -.infinity], high: [1, .infinity])
    #expect(box.contains(ContinuousAction([1, 1e30])))
    #expect(!box.contains(ContinuousAction([1.1, 0])))
    #expect(!box.contains(ContinuousAction([.nan, 0])))
    #expect(!box.contains(ContinuousAction([1])))
    #expect(box.erased == .continuous(low: [0, -.infinity], high: [1, .infinity]))
  }

  @Test func `an action keeps up to 32 numbers in place`() {
    let action = ContinuousAction((0..<32).map(Float.init))
    #expect(action.count == 32 && (0..<32).allSatisfy { action[$0] == Float($0) })
    #expect(ContinuousAction([]).count == 0)
  }

  @Test func `several choices contain rows of their numbers`() {
    let space = MultiDiscrete([3, 2])
    #expect(space.contains(MultiDiscreteAction([2, 1])))
    for row in [[3, 1], [2, 2], [-1, 0], [2], [2, 1, 0]] {
      #expect(!space.contains(MultiDiscreteAction(row)))
    }
    #expect(space.erased == .multiDiscrete(counts: [3, 2]) && space.width == 2)
    #expect(space.erased.choices == [3, 2] && space.erased.maskSize == 5)
    let most = MultiDiscreteAction(Array(0..<32))
    #expect(most.count == 32 && (0..<32).allSatisfy { most[$0] == $0 })
  }

  @Test func `spaces say in words what they want`() {
    #expect("\(ActionSpace.discrete(count: 4))" == "a whole number from 0 to 3")
    #expect(
      "\(ActionSpace.multiDiscrete(counts: [3, 2]))" == "2 whole numbers from 0 to [2, 1]")
    #expect("\(ActionSpace.continuous(low: [-2], high: [2]))" == "a number from -2.0 to 2.0")
    #expect(
      "\(ActionSpace.continuous(low: [0, -1], high: [1, 1]))"
        == "2 numbers from [0.0, -1.0] to [1.0, 1.0]")
  }
}
