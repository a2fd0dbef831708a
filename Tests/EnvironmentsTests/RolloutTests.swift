import Environments
import Foundation
import Testing

@Suite struct RolloutTests {
  private let corridor = EnvironmentEntry(
    "Corridor", Corridor(), summary: "walk to the end", maximumSteps: 5)
  private let drift = EnvironmentEntry("Drift", Drift(), summary: "stay", maximumSteps: 5)
  private let lamps = EnvironmentEntry("Lamps", Lamps(), summary: "light", maximumSteps: nil)

  @Test func `a rollout shows observation, reward, ending and state`() throws {
    var rollout = try corridor.makeRollout()
    #expect(
      rollout.reset(seed: 0)
        == Frame(
          observation: [0, 1], reward: 0, terminated: false, truncated: false, state: [0]))
    _ = try rollout.step(.number(1))
    _ = try rollout.step(.numbers([1]))
    #expect(
      try rollout.step(.number(1))
        == Frame(
          observation: [1, 1], reward: -1, terminated: true, truncated: false, state: [3]))
    #expect(
      throws: EnvironmentError.episodeOver(environment: "Corridor", steps: 3, ending: .terminated)
    ) { try rollout.step(.number(1)) }
    _ = rollout.reset(seed: 0)
    for _ in 0..<4 { _ = try rollout.step(.number(0)) }
    let last = try rollout.step(.number(0))
    #expect(last.truncated && !last.terminated)
  }

  @Test func `a rollout begins in a given state`() throws {
    var rollout = try corridor.makeRollout()
    #expect(try rollout.reset(state: [2]).state == [2])
    #expect(try rollout.step(.number(1)).terminated)
  }

  @Test(arguments: [
    (ActionValue.number(2), "2"), (.number(-1), "-1"), (.number(0.5), "0.5"),
    (.number(.nan), "nan"),
    (.number(1e30), "1e+30"), (.numbers([1, 1]), "[1, 1]"), (.numbers([]), "[]"),
  ])
  func `a choice that does not exist is refused`(action: ActionValue, text: String) throws {
    var rollout = try corridor.makeRollout()
    _ = rollout.reset(seed: 0)
    let error = #expect(throws: EnvironmentError.self) { try rollout.step(action) }
    #expect(
      "\(error, default: "")"
        == "Corridor cannot take action \(text) at step 1: give a whole number from 0 to 1")
  }

  @Test func `several choices are a list of numbers, each of which must exist`() throws {
    var rollout = try EnvironmentEntry("Gears", Gears(), summary: "", maximumSteps: nil)
      .makeRollout()
    _ = rollout.reset(seed: 0)
    let frame = try rollout.step(.numbers([2, 1]))
    #expect(Int(frame.observation[0]) / 10 == 12 && frame.reward == 1)
    for action in [
      ActionValue.number(1), .numbers([3, 0]), .numbers([0, 0.5]), .numbers([1, 1, 1]),
    ] {
      let error = #expect(throws: EnvironmentError.self) { try rollout.step(action) }
      #expect("\(error, default: "")".hasSuffix("give 2 whole numbers from 0 to [2, 1]"))
    }
  }

  @Test(arguments: [
    ActionValue.number(0.5), .numbers([0, 0]), .numbers([0, 0, 0, 0]), .numbers([0, .nan, 0]),
    .numbers([0, 0, .infinity]),
  ])
  func `numbers that are no action are refused`(action: ActionValue) throws {
    var rollout = try drift.makeRollout()
    _ = rollout.reset(seed: 0)
    #expect(throws: EnvironmentError.self) { try rollout.step(action) }
    _ = try rollout.step(.numbers([0, 0.25, -1]))
    _ = try rollout.step(.numbers([7, 0, 0]))  // beyond the bounds: for the environment to clip
  }

  @Test func `states that do not exist are refused`() throws {
    var rollout = try corridor.makeRollout()
    func message(_ numbers: [Double]) -> String {
      let error = #expect(throws: EnvironmentError.self) { try rollout.reset(state: numbers) }
      return "\(error, default: "")"
    }
    #expect(message([1, 2]) == "this is no state of Corridor: it has 1 numbers, not 2")
    #expect(message([.nan]) == "this is no state of Corridor: number 0 is nan")
    #expect(message([3]).contains("its position must be from 0 to 2"))
    var other = try drift.makeRollout()
    let error = #expect(throws: EnvironmentError.self) { try other.reset(state: [1, 2, 3]) }
    #expect("\(error, default: "")".contains("does not say how to make a state from numbers"))
  }

  @Test func `a rollout must be reset first`() throws {
    var rollout = try corridor.makeRollout()
    #expect(throws: EnvironmentError.notStarted(environment: "Corridor")) {
      try rollout.step(.number(1))
    }
  }

  @Test func `a frame shows the mask and encodes single precision exactly`() throws {
    var rollout = try lamps.makeRollout()
    let frame = rollout.reset(seed: 0)
    #expect(frame.actionMask?.count == 4 && frame.actionMask?.count { $0 == 0 } == 1)
    let shown = Frame(
      observation: [0.1], reward: 0.1, terminated: true, truncated: false, state: [0.1])
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(
      String(decoding: try encoder.encode(shown), as: UTF8.self)
        == #"{"observation":[0.10000000149011612],"reward":0.1,"state":[0.1],"#
        + #""terminated":true,"truncated":false}"#
    )
  }

  @Test func `actions are read from numbers and lists`() throws {
    let json = Data("[1, [0.5, -2], 2.5]".utf8)
    #expect(
      try JSONDecoder().decode([ActionValue].self, from: json) == [
        .number(1), .numbers([0.5, -2]), .number(2.5),
      ])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([ActionValue].self, from: Data(#"["left"]"#.utf8))
    }
  }
}
