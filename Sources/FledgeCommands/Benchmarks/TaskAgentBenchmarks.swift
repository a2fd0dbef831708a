import Experiments
import Foundation
import Simulators

/// Agents with a head for each task, held against the same agent without tasks.
///
/// Both act in as many CartPoles and learn from as many rows; the tasks differ in nothing. The ratio
/// is what telling tasks apart costs, of a whole run with its file.
extension Benchmark {
  static let taskAgents: [Benchmark] = [
    ratio("ppo", tasks: 1, goal: 90), ratio("ppo", tasks: 4, goal: 65),
    ratio("dqn", tasks: 1, goal: 90), ratio("dqn", tasks: 4, goal: 80),
  ]

  private static let agents = [
    "ppo": "agent: {ppo: {%@}}\nbudget: {steps: 50_000}",
    "dqn": "agent: {dqn: {trainFrequency: 4, replay: {learningStarts: 1000}, %@}}\n"
      + "budget: {steps: 25_000}",
  ]

  private static func ratio(_ agent: String, tasks: Int, goal: Double) -> Benchmark {
    Benchmark(
      name: "multitask/\(agent)-\(tasks)",
      summary: "\(agent.uppercased()) on \(tasks) CartPole task\(tasks == 1 ? "" : "s"), a head "
        + "each: its speed beside the plain agent's on as many rows.",
      unit: .percentOfSpeed, goal: goal
    ) { effort in
      let (several, plain) = (try config(agent, tasks: tasks), try config(agent, tasks: 0))
      var once = effort
      once.repeats = 1
      var measurement = Measurement(values: [])
      // Side by side, so that both meet the same machine.
      for _ in 0..<max(3, effort.repeats / 2) {
        let with = try stepsPerSecond(of: several, once).median
        let without = try stepsPerSecond(of: plain, once).median
        measurement.values.append(100 * with / without)
      }
      return measurement
    }
  }

  private static func config(_ agent: String, tasks: Int) throws -> ExperimentConfig {
    let family = (0..<tasks).map { "{name: task\($0)}" }.joined(separator: ", ")
    let environment =
      tasks == 0 ? "" : ", showsTask: false, tasks: [\(family)]"
    let text =
      "name: bench\nenvironment: {id: CartPole-v1, copies: 4\(environment)}\n"
      + (agents[agent] ?? "").replacingOccurrences(of: "%@", with: tasks == 0 ? "" : "tasks: {}")
      + "\nevaluation: {finalEpisodes: 1}\n"
    return try ExperimentConfig.parse(text, name: "bench", catalogue: Simulators.catalogue)
  }
}
