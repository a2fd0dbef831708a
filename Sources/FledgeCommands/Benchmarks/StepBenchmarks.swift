import Environments
import Glibc
import Randomness
import Simulators

/// Steps per second of environments: random actions drawn beforehand, observations written.
extension Benchmark {
  static let stepping: [Benchmark] =
    [
      ("CartPole-v1", 60e6), ("Pendulum-v1", 25e6), ("MountainCar-v0", 25e6),
      ("MountainCarContinuous-v0", 25e6), ("Acrobot-v1", 4e6), ("FrozenLake-v1", 40e6),
      ("CliffWalking-v1", 40e6), ("MiniGrid-DoorKey-8x8-v0", 2e6),
    ].map { id, goal in
      Benchmark(
        name: "stepping/\(id)", summary: "Batch 64, one thread.", unit: .stepsPerSecond,
        goal: goal
      ) { effort in
        effort.speeds(of: try Simulators.catalogue[id].makeBatch(count: 64))
      }
    } + [
      Benchmark(
        name: "stepping/CartPole-v1/1024x2threads",
        summary: "Batch 1,024, two threads; limit: one thread.", unit: .stepsPerSecond, goal: 108e6
      ) { effort in
        let entry = try Simulators.catalogue["CartPole-v1"]
        return effort.speeds(
          of: try entry.makeBatch(count: 1024, threads: 2),
          limit: try entry.makeBatch(count: 1024))
      },
      Benchmark(
        name: "stepping/own",
        summary: "Batch 64 of an environment from outside the catalogue's module; limit: the "
          + "same world in it.",
        unit: .stepsPerSecond, goal: 25e6
      ) { effort in
        let own = EnvironmentEntry(
          "OwnMountainCar-v0", OwnMountainCar(), summary: "as a user would write it",
          maximumSteps: 200)
        return effort.speeds(
          of: try own.makeBatch(count: 64),
          limit: try Simulators.catalogue["MountainCar-v0"].makeBatch(count: 64))
      },
    ]
}

extension Effort {
  /// Measures a batch and what it is held against alternately, so that both meet the same machine.
  fileprivate func speeds(
    of batch: any BatchedEnvironment, limit: (any BatchedEnvironment)? = nil
  ) -> Measurement {
    var measurement = Measurement(values: [])
    for _ in 0..<repeats {
      measurement.values.append(batch.measureSpeed(runs: 1, of: .seconds(seconds)).median)
      if let limit {
        measurement.limits.append(limit.measureSpeed(runs: 1, of: .seconds(seconds)).median)
      }
    }
    return measurement
  }
}

/// Mountain car once more, without anything that its author would have to know of speed.
private struct OwnMountainCar: Environment {
  struct State: Codable, Sendable {
    var position: Double
    var velocity: Double
  }

  var actions: Discrete { Discrete(3) }
  var observations: Box { Box(low: [-1.2, -0.07], high: [0.6, 0.07]) }

  func initialState(using random: inout PCG64) -> State {
    State(position: random.uniform(in: -0.6 ... -0.4), velocity: 0)
  }

  func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
    let pull = 0.001 * Double(action - 1) - 0.0025 * cos(3 * state.position)
    var velocity = min(max(state.velocity + pull, -0.07), 0.07)
    let position = min(max(state.position + velocity, -1.2), 0.6)
    if position == -1.2 && velocity < 0 { velocity = 0 }
    let next = State(position: position, velocity: velocity)
    return position >= 0.5
      ? .termination(at: next, reward: -1) : .transition(to: next, reward: -1)
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.position))
    features.append(Float(state.velocity))
  }
}
