import Spelling
import Testing

@Suite struct NearestNameTests {
  private let known = ["CartPole-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Acrobot-v1"]

  @Test(arguments: [
    ("cartpole-v1", "CartPole-v1"), ("CartPole", "CartPole-v1"), ("cart_pole_v1", "CartPole-v1"),
    ("CratPole-v1", "CartPole-v1"), ("CartPole-v0", "CartPole-v1"), ("Acrobt", "Acrobot-v1"),
    ("mountaincarcont", "MountainCarContinuous-v0"), ("MountianCar-v0", "MountainCar-v0"),
  ])
  func `a slip of the pen is understood`(name: String, expected: String) {
    #expect(nearestName(to: name, among: known) == expected)
  }

  @Test(arguments: ["", "-", "x", "Pong", "Mountain", "LunarLander-v3"])
  func `what is far from all names, or near to several, is not guessed`(name: String) {
    #expect(nearestName(to: name, among: known) == nil)
  }

  @Test func `nothing is near in an empty list`() {
    #expect(nearestName(to: "CartPole", among: []) == nil)
  }
}
