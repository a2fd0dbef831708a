// The texts of the package's files, as they will be read.
extension EnvironmentTemplate {
  static let manifest = """
    // swift-tools-version: 6.2
    import PackageDescription

    let package = Package(
      name: "lattice-program",
      dependencies: [.package(name: "fledge", path: "/path/to/fledge")],
      targets: [
        .executableTarget(
          name: "lattice-program",
          dependencies: [
            .product(name: "Environments", package: "fledge"),
            .product(name: "Experiments", package: "fledge"),
            .product(name: "FledgeCommands", package: "fledge"),
            .product(name: "Randomness", package: "fledge"),
          ]),
        .testTarget(
          name: "LatticeTests", dependencies: ["lattice-program"], path: "Tests"),
      ]
    )

    """

  static let world = #"""
    import Environments
    import Randomness

    /// A walk to the goal at the right end of a line, with a wind that blows against it.
    struct Lattice: Environment {
      /// How many places the line has.
      var places = 10
      /// How likely the wind is, in each step, to blow one place back.
      var wind = 0.1

      /// All that changes during an episode. A copy of it is a snapshot.
      struct State: Codable, Sendable {
        var place = 0
      }

      /// 0 goes left, 1 goes right. Numbers instead of choices: `Interval(-1...1)` or a `Box`.
      var actions: Discrete { Discrete(2) }

      /// What an agent sees: one feature, the place, from 0 to 1.
      var observations: Box { Box(low: [0], high: [1]) }

      func initialState(using random: inout PCG64) -> State { State() }

      /// All chance has to come from `random`, so that a seed tells the whole episode.
      func step(
        from state: State, taking action: Int, using random: inout PCG64
      ) -> Step<State> {
        let blown = random.uniform() < wind ? 1 : 0
        let place = state.place + (action == 1 ? 1 : -1) - blown
        let next = State(place: min(max(place, 0), places - 1))
        return next.place == places - 1
          ? .termination(at: next, reward: 1) : .transition(to: next, reward: -0.01)
      }

      func observe(_ state: State, into features: inout OutputSpan<Float>) {
        features.append(Float(state.place) / Float(places - 1))
      }

      // What follows may be left out.

      /// What an experiment file or `--set` may change.
      static var settings: [Setting<Self>] {
        [
          Setting("places", \.places, 2...1000),
          Setting("wind", \.wind, .within(0...1)),
        ]
      }

      /// The keys of `play` and what the screen says.
      static var actionNames: [String] { ["left", "right"] }

      /// What `play` shows: shapes in any unit, `y` downwards.
      func picture(of state: State) -> Picture? {
        var picture = Picture(width: Double(places), height: 2)
        picture.rectangle(
          x: 0, y: 1.5, width: Double(places), height: 0.5, .init(hex: 0x8A6F4D))
        picture.rectangle(
          x: Double(places) - 0.9, y: 0.3, width: 0.8, height: 1.2, .init(hex: 0x2E9E5B))
        picture.disc(
          center: .init(Double(state.place) + 0.5, 1.1), radius: 0.4, .init(hex: 0xD55E00))
        return picture
      }

      /// The state that `rollout` prints, as numbers, and back.
      func numbers(of state: State) -> [Double] { [Double(state.place)] }

      func state(from numbers: [Double]) throws -> State {
        guard let place = Int(exactly: numbers[0]), (0..<places).contains(place) else {
          throw EnvironmentError.invalidState(
            environment: "Lattice", reason: "its place is not a whole number below \(places)")
        }
        return State(place: place)
      }
    }

    """#

  static let main = """
    import Environments
    import FledgeCommands

    // `hooks: [HookEntry("name", YourHook(), summary: "…")]` adds what watches the training; a hook is
    // a TrainingHook of `import Experiments`.
    Fledge.main(with: [
      EnvironmentEntry(
        "Lattice-v0", Lattice(), summary: "walk to the right end, against the wind",
        maximumSteps: 100)
    ])

    """

  static let test = """
    import Environments
    import Randomness
    import Testing

    @testable import lattice_module

    @Test func `the world obeys the laws of an environment`() {
      let report = EnvironmentLaws(Lattice(), name: "Lattice").check()
      #expect(report.isLawful, "\\(report)")
    }

    @Test func `the goal ends the episode with a reward`() {
      var random = PCG64(seed: 1)
      let world = Lattice(places: 3, wind: 0)
      let step = world.step(from: .init(place: 1), taking: 1, using: &random)
      #expect(step.reward == 1 && step.ending == .terminated)
    }

    """

  static let experiment = """
    name: lattice-program-dqn
    question: Does DQN find the way through Lattice-v0, on every seed?

    seeds: {root: 1, runs: 3}
    environment: {id: Lattice-v0}
    agent:
      dqn:
        network: {hidden: [64]}
        optimizer: {adam: {learningRate: 1e-3}}
        replay: {capacity: 10_000, batchSize: 64, learningStarts: 500}   # transitions
        trainFrequency: 1                                 # environment steps between updates
        targetUpdate: {hard: {every: 100}}                # environment steps
    budget: {steps: 10_000}        # environment steps
    evaluation: {every: 1000, episodes: 10}

    """

  static let readme = """
    # Lattice

    An environment for [Fledge](/path/to/fledge), and a program with all of its commands.

    ```sh
    swift build -c release
    alias lattice-program=.build/release/lattice-program

    lattice-program check Lattice-v0                            # does it obey the laws? how fast is it?
    lattice-program rollout Lattice-v0 --seed 1                 # step it by hand
    lattice-program play Lattice-v0                             # drive it with the keys
    lattice-program run experiments/lattice-program-dqn.yaml    # train an agent on three seeds
    lattice-program report runs/lattice-program-dqn             # a page with curves
    lattice-program play runs/lattice-program-dqn/main/1 --output agent.gif
    ```

    The world is `Sources/lattice-program/Lattice.swift`: parameters, a `State`, and three functions. `swift test`
    checks its laws.

    """
}
