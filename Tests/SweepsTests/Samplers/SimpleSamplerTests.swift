import Randomness
import Sweeps
import Testing

@Suite struct SimpleSamplerTests {
  @Test func `a grid is tried once in order and then ends`() throws {
    let study = Study(
      space: SearchSpace([
        SearchParameter("a", .choice([.text("x"), .text("y")])),
        SearchParameter("b", .constant(.boolean(true))),
        SearchParameter("c", .integer(lowest: 0, highest: 4, step: 2)),
      ]), goal: .minimize)
    var tried: [[ParameterValue]] = []
    while let values = try GridSampler().values(
      forTrial: tried.count, of: study, seeds: Seeds(root: 0))
    {
      tried.append(values)
    }
    #expect(tried.count == 6)
    #expect(Set(tried).count == 6)
    #expect(tried[1] == [.text("x"), .boolean(true), .integer(2)])
    #expect(try study.space.gridCount() == 6)
  }

  @Test func `a grid refuses a real range without a step, in words`() {
    let space = SearchSpace([SearchParameter("agent.rate", .real(lowest: 0, highest: 1))])
    let error = #expect(throws: SearchError.self) { try space.gridCount() }
    #expect(
      error?.description
        == "agent.rate is a real range without a step, which a grid cannot list; "
        + "give it a step or a list of values, or search by another method")
    let wide = SearchSpace(
      (0..<3).map { SearchParameter("p\($0)", .integer(lowest: 0, highest: 1 << 40)) })
    #expect(throws: SearchError.self) { try wide.gridCount() }
  }

  @Test func `a quasi-random sequence fills cells that chance leaves empty`() throws {
    let study = Study(
      space: SearchSpace(
        (0..<2).map { SearchParameter("x\($0)", .real(lowest: 0, highest: 1)) }), goal: .minimize)
    func emptyCells(_ sampler: some Sampler, root: UInt64) throws -> Int {
      var cells = Set<Int>()
      for number in 0..<64 {
        let values = try sampler.values(forTrial: number, of: study, seeds: Seeds(root: root))
        let place = (values ?? []).compactMap(\.numeric).map { min(Int($0 * 6), 5) }
        cells.insert(place[0] * 6 + place[1])
      }
      return 36 - cells.count
    }
    let quasi = try (0..<8).map { try emptyCells(QuasiRandomSampler(), root: $0) }
    let random = try (0..<8).map { try emptyCells(RandomSampler(), root: $0) }
    #expect(quasi.reduce(0, +) * 2 < random.reduce(0, +))
  }

  @Test func `each axis of a Halton sequence is evenly filled`() {
    let sequence = HaltonSequence(dimensions: 8, seeds: Seeds(root: 3))
    let points = (0..<343).map(sequence.point)
    for axis in 0..<8 {
      let mean = points.reduce(0) { $0 + $1[axis] } / 343
      #expect(abs(mean - 0.5) < 0.02)
      #expect(points.allSatisfy { $0[axis] >= 0 && $0[axis] < 1 })
    }
    // In base 7 each third digit's stretch of 343 points has exactly one per cell.
    #expect(Set(points.map { Int($0[3] * 343) }).count == 343)
  }
}
