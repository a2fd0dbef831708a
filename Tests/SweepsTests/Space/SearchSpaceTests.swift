import Randomness
import Sweeps
import Testing

@Suite struct SearchSpaceTests {
  private func problem(_ range: ParameterRange) -> String? {
    do {
      try SearchSpace([SearchParameter("agent.rate", range)]).validate()
      return nil
    } catch {
      return error.description
    }
  }

  @Test func `impossible ranges are refused in a sentence that begins with the parameter`() {
    let refused: [(ParameterRange, String)] = [
      (.real(lowest: 3, highest: 1), "agent.rate has a lowest value 3.0 above its highest 1.0"),
      (
        .real(lowest: 0, highest: 1, scale: .logarithmic),
        "agent.rate is on a logarithmic scale, so its lowest value must be positive, but is 0.0"
      ),
      (.real(lowest: 0, highest: 1, step: 0), "agent.rate needs a positive step, but it is 0.0"),
      (
        .real(lowest: 0, highest: .infinity),
        "agent.rate needs finite limits, but ranges from 0.0 to inf"
      ),
      (
        .integer(lowest: 1, highest: 3, step: 5),
        "agent.rate has a step of 5, larger than the range from 1 to 3"
      ),
      (
        .integer(lowest: .min, highest: .max),
        "agent.rate has a range from \(Int.min) to \(Int.max), too wide to count"
      ),
      (.choice([]), "agent.rate has no values to choose from"),
      (
        .choice([.integer(1), .integer(1)]),
        "agent.rate lists a value twice; keep each value once"
      ),
      (
        .choice([.integer(1), .integer(2)], probabilities: [0.5]),
        "agent.rate has 2 values but 1 probabilities"
      ),
      (
        .choice([.integer(1), .integer(2)], probabilities: [0.5, 0.2]),
        "agent.rate has probabilities that sum to 0.7 instead of 1"
      ),
      (.normal(mean: 0, deviation: 0), "agent.rate needs a positive deviation, but it is 0.0"),
      (.constant(.number(.nan)), "agent.rate must be finite, but is .nan"),
    ]
    for (range, sentence) in refused { #expect(problem(range) == sentence) }
  }

  @Test func `a space needs parameters, each named once`() {
    #expect(throws: SearchError.self) { try SearchSpace([]).validate() }
    let range = ParameterRange.integer(lowest: 1, highest: 2)
    #expect(throws: SearchError(path: "a", problem: "is named twice; give it one range")) {
      try SearchSpace([SearchParameter("a", range), SearchParameter("a", range)]).validate()
    }
  }

  static let ranges: [ParameterRange] = [
    .real(lowest: -3, highest: 5), .real(lowest: 1e-5, highest: 1, scale: .logarithmic),
    .real(lowest: 0, highest: 1, step: 0.1),
    .real(lowest: 0.5, highest: 8, scale: .logarithmic, step: 0.5),
    .integer(lowest: -2, highest: 9), .integer(lowest: 1, highest: 1000, scale: .logarithmic),
    .integer(lowest: 10, highest: 31, step: 7), .normal(mean: 2, deviation: 3),
    .normal(mean: -2, deviation: 1, scale: .logarithmic),
    .choice([.text("a"), .integer(2), .boolean(true)]),
  ]

  @Test(arguments: ranges)
  func `every value comes back from its coordinate`(_ range: ParameterRange) throws {
    let axis = Axis(range)
    var stream = Seeds(root: 1)["test"]
    for _ in 0..<200 {
      let uniform: Double = stream.uniform()
      let value = axis.value(at: axis.drawn(uniform))
      let coordinate = try #require(axis.coordinate(of: value))
      let again = axis.value(at: coordinate)
      switch (value, again) {
      case (.number(let left), .number(let right)):
        #expect(abs(left - right) <= 1e-9 * max(1, abs(left)))
      default: #expect(value == again)
      }
      if let cell = axis.cell(around: coordinate) {
        #expect(cell.low <= coordinate && coordinate <= cell.high)
        #expect(axis.value(at: cell.low + 1e-9) == value || cell.low == 0)
        #expect(axis.value(at: cell.high - 1e-9) == value)
      }
    }
  }

  @Test func `a logarithmic range is even in the logarithm`() {
    let axis = Axis(.real(lowest: 1e-4, highest: 1, scale: .logarithmic))
    guard case .number(let middle) = axis.value(at: 0.5) else {
      Issue.record("not a number")
      return
    }
    #expect(abs(middle - 1e-2) < 1e-12)
  }

  @Test func `whole numbers are drawn equally often, both ends included`() throws {
    let space = SearchSpace([SearchParameter("n", .integer(lowest: 3, highest: 7))])
    var counts: [ParameterValue: Int] = [:]
    for number in 0..<2000 {
      let values = try #require(
        try RandomSampler().values(
          forTrial: number, of: Study(space: space, goal: .minimize), seeds: Seeds(root: 5)))
      counts[values[0], default: 0] += 1
    }
    #expect(Set(counts.keys) == Set((3...7).map(ParameterValue.integer)))
    #expect(counts.values.allSatisfy { abs($0 - 400) < 80 })
  }

  @Test func `steps give round numbers`() throws {
    let values = try ParameterRange.real(lowest: 0.1, highest: 0.5, step: 0.1).gridValues()
    #expect(values == [0.1, 0.2, 0.3, 0.4, 0.5].map(ParameterValue.number))
  }

  @Test func `a value outside the range has no coordinate`() {
    #expect(Axis(.real(lowest: 0, highest: 1)).coordinate(of: .number(2)) == nil)
    #expect(Axis(.integer(lowest: 0, highest: 9, step: 3)).coordinate(of: .integer(4)) == nil)
    #expect(Axis(.choice([.text("a"), .text("b")])).coordinate(of: .text("c")) == nil)
    #expect(Axis(.real(lowest: 0, highest: 1)).coordinate(of: .text("0.5")) == nil)
    #expect(Axis(.choice([.number(0.5), .number(1)])).coordinate(of: .integer(1)) == 1)
  }

  @Test func `probabilities of a choice are those of its draws`() throws {
    let range = ParameterRange.choice(
      [.text("a"), .text("b"), .text("c")], probabilities: [0.2, 0, 0.8])
    let study = Study(space: SearchSpace([SearchParameter("x", range)]), goal: .minimize)
    let drawn = try (0..<1000).compactMap {
      try RandomSampler().values(forTrial: $0, of: study, seeds: Seeds(root: 2))?.first
    }
    #expect(drawn.count { $0 == .text("b") } == 0)
    #expect(abs(drawn.count { $0 == .text("a") } - 200) < 50)
  }

  @Test func `values are written as the YAML that a setting takes`() {
    #expect(ParameterValue.number(0.0003).yaml == "0.0003")
    #expect(ParameterValue.number(1).yaml == "1.0")
    #expect(ParameterValue.integer(-4).yaml == "-4")
    #expect(ParameterValue.boolean(true).yaml == "true")
    #expect(ParameterValue.text("[64, 64]").yaml == "[64, 64]")
    #expect(ParameterValue.text("").yaml == "''")
    #expect(Double(ParameterValue.number(1.0 / 3).yaml) == 1.0 / 3)
  }

  @Test func `neighbors differ in one coordinate by one step`() throws {
    let space = try UnitSpace(
      SearchSpace([
        SearchParameter("n", .integer(lowest: 1, highest: 3)),
        SearchParameter("c", .choice([.text("a"), .text("b"), .text("c")])),
      ]))
    let point = try #require(space.point(of: [.integer(2), .text("b")]))
    let neighbors = Set(space.neighbors(of: point).map(space.values(at:)))
    #expect(
      neighbors == [
        [.integer(1), .text("b")], [.integer(3), .text("b")], [.integer(2), .text("a")],
        [.integer(2), .text("c")],
      ])
  }
}
