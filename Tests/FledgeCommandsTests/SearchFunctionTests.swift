import FledgeCommands
import Sweeps
import Testing

/// The functions of `fledge bench --search` are those of `experiments/benchmarks/optuna.py`.
@Suite struct SearchFunctionTests {
  /// What `optuna.py --values` prints, at two points of each function.
  private static let recorded: [(SearchFunction, [([ParameterValue], Double)])] = [
    (.sphere, [(same(0.3, 5), 20.36), (rising(5), 19.16)]),
    (.rosenbrock, [(same(0.3, 4), 14.7), (rising(4), 47.02)]),
    (
      .branin,
      [
        ([.number(2.5), .number(7.25)], 21.856729216048514),
        ([.number(-3), .number(12)], 0.4979107097873232),
      ]
    ),
    (.hartmann, [(same(0.3, 6), -1.0188180556734787), (rising(6), -0.021918497352192163)]),
    (.ackley, [(same(0.3, 5), 12.958317880802209), (rising(5), 12.911850857108748)]),
    (.rastrigin, [(same(0.3, 3), 54.99504559769214), (rising(3), 55.895521998295216)]),
    (.levy, [(same(0.3, 4), 0.5937999157818133), (rising(4), 0.6765893874791585)]),
    (.styblinskiTang, [(same(0.3, 4), 0.1362), (rising(4), -2.5646)]),
    (
      .mixed,
      [
        ([.integer(2), .integer(64), .text("tanh"), .number(0.3), .number(0.001)], 2.5475),
        ([.integer(6), .integer(300), .text("gelu"), .number(0), .number(0.02)], 4.6188008331542),
      ]
    ),
    (
      .learningRate,
      [
        ([.number(0.001), .integer(64), .number(0.02), .number(0.1)], 0.10300602214960271),
        ([.number(0.1), .integer(512), .number(0.005), .number(0.3)], 4.265620976812798),
      ]
    ),
  ]

  private static func same(_ value: Double, _ axes: Int) -> [ParameterValue] {
    Array(repeating: .number(value), count: axes)
  }

  private static func rising(_ axes: Int) -> [ParameterValue] {
    (0..<axes).map { .number(0.1 + 0.2 * Double($0)) }
  }

  @Test func `each function has the values that Python recorded`() {
    #expect(Self.recorded.map(\.0.name) == SearchFunction.all.map(\.name))
    for (function, cases) in Self.recorded {
      for (values, expected) in cases {
        #expect(abs(function.value(values) - expected) < 1e-9, "\(function.name)")
        #expect(function.value(values) >= function.minimum)
      }
    }
  }

  @Test func `noise is the same in both languages`() {
    #expect(abs(SearchFunction.learningRate.noise(seed: 3, trial: 7) + 0.12608534815027794) < 1e-12)
    #expect(SearchFunction.sphere.noise(seed: 3, trial: 7) == 0)
  }

  @Test func `a search is repeatable and better than chance`() throws {
    let settings = SamplerSettings.tpe(TPESettings())
    let function = SearchFunction.branin
    let first = try function.search(with: settings, seed: 1, trials: 30)
    #expect(try function.search(with: settings, seed: 1, trials: 30).best == first.best)
    #expect(first.best - function.minimum < 3)
  }
}
