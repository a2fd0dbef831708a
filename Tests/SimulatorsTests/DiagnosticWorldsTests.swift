import Environments
import Foundation
import Randomness
import Simulators
import Testing

/// The diagnostic worlds against bsuite's own, from states and with actions that were recorded.
@Suite struct DiagnosticWorldsTests {
  private struct BsuiteEpisodes: Decodable {
    struct Episode: Decodable {
      var environment: String
      var settings: [String: Double]
      var state: [Double]
      var first_observation: [Double]
      var actions: [Double]
      var observations: [[Double]]
      var rewards: [Double]
      var terminated: [Bool]
    }
    var episodes: [Episode]
  }

  private static let worlds = [
    "Catch-v0", "DeepSea-v0", "MemoryChain-v0", "DiscountingChain-v0", "UmbrellaChain-v0",
    "BsuiteCartPole-v0", "CartPoleSwingUp-v0", "BsuiteMountainCar-v0",
  ]

  @Test(arguments: worlds)
  func `bsuite's episodes are reproduced`(id: String) throws {
    let url = try #require(
      Bundle.module.url(forResource: "bsuite", withExtension: "json", subdirectory: "Recorded"))
    let recorded = try JSONDecoder().decode(BsuiteEpisodes.self, from: Data(contentsOf: url))
    let episodes = recorded.episodes.filter { $0.environment == id }
    #expect(episodes.count >= 3)
    for episode in episodes {
      var rollout = try catalogue[id].makeRollout(
        settings: episode.settings.mapValues(SettingValue.number))
      let first = try rollout.reset(state: episode.state)
      expectClose(first.observation, episode.first_observation)
      for (step, action) in episode.actions.enumerated() {
        let frame = try rollout.step(.number(action))
        expectClose(frame.observation, episode.observations[step])
        try #require(frame.terminated == episode.terminated[step])
        // Umbrella: what comes before the last step is chance.
        if id != "UmbrellaChain-v0" || frame.terminated {
          try #require(abs(frame.reward - episode.rewards[step]) < 1e-12)
        }
      }
    }
  }

  /// In single precision to the last bit but one: bsuite squares by `pow`.
  private func expectClose(_ shown: [Float], _ recorded: [Double]) {
    #expect(shown.count == recorded.count)
    for (shown, recorded) in zip(shown, recorded) {
      #expect(abs(Double(shown) - recorded) <= 1e-6 * max(1, abs(recorded)))
    }
  }

  @Test func `a bandit's arms pay all the payments, in an order of the seed`() {
    var bandit = Bandit()
    let first = bandit.payments
    #expect(first.sorted() == (0...10).map { Double($0) / 10 })
    bandit.mappingSeed = 1
    #expect(bandit.payments != first)
    #expect(bandit.payments.sorted() == first.sorted())
  }

  @Test func `optimal returns are the closed forms`() throws {
    func optimum(_ world: some TabularEnvironment, _ horizon: Int) throws -> Double {
      try TransitionTable(world).bestReturn(within: horizon)
    }
    #expect(abs(try optimum(Bandit(), 1) - 1) < 1e-12)
    #expect(abs(try optimum(Catch(), 9) - 1) < 1e-12)
    #expect(abs(try optimum(DiscountingChain(), 100) - 1.1) < 1e-12)
    var sea = DeepSea()
    #expect(abs(try optimum(sea, 10) - 0.99) < 1e-12)
    sea.size = 25
    #expect(abs(try optimum(sea, 25) - 0.99) < 1e-12)
    sea.stochastic = true
    // The treasure is reached unless one of 24 moves fails; moves after a failure are not paid for.
    let reached = Array(repeating: 0.96, count: 24).reduce(1, *)
    let best = try optimum(sea, 25)
    #expect(best >= reached - 0.01 && best < reached)
  }

  @Test func `tables say what steps do`() throws {
    try compare(Catch())
    try compare(DeepSea())
    try compare(DiscountingChain())
    try compare(Bandit())
  }

  private func compare<World: TabularEnvironment>(_ world: World) throws {
    var random = PCG64(seed: 7)
    for _ in 0..<20 {
      var state = world.initialState(using: &random)
      while true {
        let action = random.integer(below: world.actions.count)
        let following = world.transitions(from: world.index(of: state), taking: action)
        let step = world.step(from: state, taking: action, using: &random)
        try #require(
          following == [
            Transition(
              probability: 1, nextState: world.index(of: step.state), reward: step.reward,
              terminated: step.ending != nil)
          ])
        state = step.state
        if step.ending != nil { break }
      }
    }
  }

  @Test func `the wind blows as often as it should, and the table knows`() throws {
    var sea = DeepSea()
    sea.stochastic = true
    var random = PCG64(seed: 1)
    let place = try sea.state(from: [3, 3])
    let moved = (0..<10_000).count { (_: Int) -> Bool in
      sea.step(from: place, taking: sea.rightAction(at: place), using: &random).state.column == 4
    }
    #expect(abs(Double(moved) - 9000) < 150)  // five standard deviations
    let following = sea.transitions(from: sea.index(of: place), taking: sea.rightAction(at: place))
    #expect(following.map(\.probability) == [0.9, 0.1])
    #expect(following.map(\.nextState) == [4 * 10 + 4, 4 * 10 + 3])
  }

  @Test func `rewards arrive scaled and under noise of the given size`() throws {
    var bandit = Bandit()
    bandit.signal.scale = 30
    var random = PCG64(seed: 2)
    let best = bandit.payments.firstIndex(of: 1.0) ?? 0
    let start = try bandit.state(from: [0])
    #expect(bandit.step(from: start, taking: best, using: &random).reward == 30)
    bandit.signal = RewardSignal()
    bandit.signal.noise = 3
    let rewards = (0..<20_000).map { (_: Int) -> Double in
      bandit.step(from: start, taking: best, using: &random).reward
    }
    let mean = rewards.reduce(0, +) / 20_000
    let variance = rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(abs(mean - 1) < 0.1)
    #expect(abs(variance.squareRoot() - 3) < 0.08)
  }

  @Test func `a return less its luck is what the actions earned`() throws {
    var bandit = Bandit()
    bandit.signal.noise = 10
    try expectEarned(bandit) { earned in earned >= 0 && earned <= 1 }
    var board = Catch()
    board.signal.noise = 10
    try expectEarned(board) { earned in abs(earned) == 1 }
    var umbrella = UmbrellaChain()
    umbrella.distractors = 100
    try expectEarned(umbrella) { earned in abs(earned) == 1 }
    umbrella.signal.noise = 0.5
    try expectEarned(umbrella) { earned in abs(earned) == 1 }
    var memory = MemoryChain()
    memory.bits = 17
    memory.signal.noise = 1
    try expectEarned(memory) { earned in abs(earned) == 1 }
    var sea = DeepSea()
    sea.stochastic = true
    try expectEarned(sea, playing: sea.rightAction(at:)) { earned in abs(earned - 0.99) < 1e-9 }
  }

  /// Plays telling episodes with random (or the given) actions and checks what remains of returns.
  private func expectEarned<World: DiagnosticWorld>(
    _ world: World, playing policy: ((World.State) -> Int)? = nil, is isPossible: (Double) -> Bool
  ) throws where World.Actions == Discrete {
    var random = PCG64(seed: 3)
    var ahead = random
    var actions = PCG64(seed: 4)
    var told = 0
    for _ in 0..<200 {
      let luck = try #require(world.drawLuck(using: &ahead))
      var (state, total) = (world.initialState(using: &random), 0.0)
      while true {
        let action = policy?(state) ?? actions.integer(below: world.actions.count)
        let step = world.step(from: state, taking: action, using: &random)
        total += step.reward
        state = step.state
        if step.ending != nil { break }
      }
      try #require(ahead == random)
      guard luck.isTelling else { continue }
      told += 1
      let earned = ((total - luck.reward) * 1e9).rounded() / 1e9
      try #require(isPossible(earned), "\(World.self) earned \(earned)")
    }
    #expect(told > 40)
  }

  @Test func `pictures show something, and states that cannot be are refused`() throws {
    for id in Self.worlds + ["Bandit-v0"] {
      var rollout = try catalogue[id].makeRollout()
      _ = rollout.reset(seed: 1)
      let picture = try #require(rollout.picture)
      #expect(!picture.shapes.isEmpty && picture.width > 0 && picture.height > 0)
    }
    var rollout = try catalogue["DeepSea-v0"].makeRollout()
    let refusal = #expect(throws: EnvironmentError.self) { try rollout.reset(state: [3, 10]) }
    #expect(
      refusal?.description
        == "this is no state of DeepSea-v0: its column is 10.0, not a whole number from 0 to 9")
  }

  @Test func `settings reach the dynamics`() throws {
    for (id, settings) in [
      ("Bandit-v0", ["arms": 3, "mappingSeed": 4]), ("Catch-v0", ["rows": 5, "columns": 3]),
      ("DeepSea-v0", ["size": 5, "stochastic": 1]), ("MemoryChain-v0", ["memoryLength": 7]),
      ("DiscountingChain-v0", ["horizon": 150]), ("UmbrellaChain-v0", ["chainLength": 3]),
      ("BsuiteCartPole-v0", ["maximumTime": 0.1]), ("CartPoleSwingUp-v0", ["maximumTime": 0.1]),
      ("BsuiteMountainCar-v0", ["maximumSteps": 7]),
    ] as [(String, [String: SettingValue])] {
      let entry = try catalogue[id]
      #expect(try entry.checkLaws(settings: settings).findings == [])
      #expect(try episodeLength(entry, settings) != episodeLength(entry, [:]) || id == "Bandit-v0")
    }
    #expect(try catalogue["BsuiteMountainCar-v0"].maximumSteps == 1000)
  }

  private func episodeLength(
    _ entry: EnvironmentEntry, _ settings: [String: SettingValue]
  ) throws -> Int {
    var rollout = try entry.makeRollout(settings: settings)
    var frame = rollout.reset(seed: 5)
    var steps = 0
    while !frame.terminated && !frame.truncated {
      frame = try rollout.step(.number(0))
      steps += 1
    }
    return steps
  }
}

extension TransitionTable {
  /// The expected return of the best policy for so many steps, by dynamic programming.
  func bestReturn(within horizon: Int) -> Double {
    var values = Array(repeating: 0.0, count: stateCount)
    for _ in 0..<horizon {
      values = (0..<stateCount).map { state in
        (0..<actionCount).map { action in
          self[state, action].reduce(0) {
            $0 + $1.probability * ($1.reward + ($1.terminated ? 0 : values[$1.nextState]))
          }
        }.max() ?? 0
      }
    }
    return zip(initialDistribution, values).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
