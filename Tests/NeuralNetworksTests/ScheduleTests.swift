import Foundation
import NeuralNetworks
import Testing

@Suite struct ScheduleTests {
  static let ramps: [Schedule] = [
    .linear(from: 0.3, to: 0.1, steps: 1000),
    .cosine(from: 0.3, to: 0.1, steps: 1000),
    .exponential(from: 0.3, to: 0.1, steps: 1000),
  ]

  @Test(arguments: ramps)
  func `a ramp is exact at its ends, stays there and never turns back`(ramp: Schedule) {
    #expect(ramp(0) == 0.3)
    #expect(ramp(-5) == 0.3)
    #expect(ramp(1000) == 0.1)
    #expect(ramp(1_000_000_000) == 0.1)
    for step in 0..<1000 { #expect(ramp(step) > ramp(step + 1)) }
  }

  @Test(arguments: ramps)
  func `a ramp backwards is the same way back`(ramp: Schedule) {
    switch ramp {
    case .linear, .cosine:
      for step in stride(from: 0, through: 1000, by: 50) {
        #expect(abs(ramp(step) + ramp(1000 - step) - 0.4) < 1e-15)
      }
    default:
      for step in stride(from: 0, through: 1000, by: 50) {
        #expect(abs(ramp(step) * ramp(1000 - step) - 0.03) < 1e-15)
      }
    }
  }

  @Test func `the middle of a ramp`() {
    #expect(Schedule.linear(from: 1, to: 0, steps: 4)(1) == 0.75)
    let cosine = Schedule.cosine(from: 1, to: 0, steps: 4)
    #expect(abs(cosine(1) - 0.8535533905932737) < 1e-15)
    #expect(abs(Schedule.exponential(from: 1, to: 0.0001, steps: 4)(1) - 0.1) < 1e-15)
  }

  @Test func `a constant stays`() {
    for step in [-1, 0, 1, Int.max] { #expect(Schedule.constant(0.25)(step) == 0.25) }
  }

  @Test func `a warm-up leads to the start of what follows`() {
    let schedule = Schedule.warmUp(
      from: 0, steps: 10, then: .linear(from: 1, to: 0, steps: 100))
    #expect(schedule(-1) == 0)
    #expect(schedule(0) == 0)
    #expect(schedule(5) == 0.5)
    #expect(schedule(10) == 1)
    #expect(schedule(60) == 0.5)
    #expect(schedule(110) == 0)
    #expect(schedule.range == 0...1)
  }

  @Test(arguments: ramps + [.warmUp(from: 0.5, steps: 7, then: ramps[1])])
  func `all values lie in the range, which is as narrow as it can be`(schedule: Schedule) {
    let values = (0...2000).map { schedule($0) }
    #expect(values.min() == schedule.range.lowerBound)
    #expect(values.max() == schedule.range.upperBound)
  }

  // MARK: As settings

  private func decode(_ json: String) throws -> Schedule {
    try JSONDecoder().decode(Schedule.self, from: Data(json.utf8))
  }

  @Test func `a bare number is a constant`() throws {
    #expect(try decode("3e-4") == .constant(0.0003))
    #expect(try decode(#"{"constant": {"value": 2}}"#) == .constant(2))
    #expect(try String(decoding: JSONEncoder().encode(Schedule.constant(2)), as: UTF8.self) == "2")
  }

  @Test func `schedules nest in their settings`() throws {
    let schedule = try decode(
      """
      {"warmUp": {"from": 0, "steps": 100,
                  "then": {"cosine": {"from": 0.1, "to": 0.01, "steps": 900}}}}
      """)
    #expect(
      schedule == .warmUp(from: 0, steps: 100, then: .cosine(from: 0.1, to: 0.01, steps: 900)))
    #expect(
      try JSONDecoder().decode(Schedule.self, from: JSONEncoder().encode(schedule)) == schedule)
  }

  private func refusal(_ schedule: Schedule) -> String? {
    do throws(SettingsError) { try schedule.validate() } catch { return error.description }
    return nil
  }

  @Test func `values without meaning are refused with a sentence that names the key`() {
    for schedule in Self.ramps { #expect(refusal(schedule) == nil) }
    #expect(
      refusal(.linear(from: 1, to: 0, steps: 0)) == "linear.steps must be 1 or more, but is 0")
    #expect(
      refusal(.cosine(from: .nan, to: 0, steps: 1)) == "cosine.from must be finite, but is nan")
    #expect(
      refusal(.exponential(from: 1, to: 0, steps: 9))
        == "exponential.to must be finite and above 0, but is 0.0")
    #expect(
      refusal(.warmUp(from: 0, steps: 5, then: .linear(from: 1, to: .infinity, steps: 1)))
        == "warmUp.then.linear.to must be finite, but is inf")
  }

  @Test func `even an impossible number of steps gives a value`() {
    #expect(Schedule.linear(from: 1, to: 0, steps: 0)(0) == 0)
    #expect(Schedule.warmUp(from: 1, steps: -3, then: .constant(2))(0) == 2)
  }
}
