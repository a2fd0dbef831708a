import Foundation
import Glibc

/// Figures of this program as a whole process: how fast it answers, how much memory it takes.
extension Benchmark {
  static let processes: [Benchmark] = [
    Benchmark(
      name: "startup/list", summary: "`fledge list environments`, the whole process.",
      unit: .milliseconds, goal: 50
    ) { effort in
      var values: [Double] = []
      for _ in 0..<(effort.repeats + 1) {
        values.append(try run(["list", "environments"]).seconds * 1e3)
      }
      return Measurement(values: Array(values.dropFirst()))
    },
    Benchmark(
      name: "memory/dqn-cartpole",
      summary: "Peak memory of a DQN run: CartPole-v1, CleanRL's settings, 50,000 steps.",
      unit: .mebibytes, goal: 60
    ) { effort in
      let folder = FileManager.default.temporaryDirectory.appending(path: "fledge-\(UUID())").path
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      let file = folder + "/bench.yaml"
      // Every default is CleanRL's.
      try "name: bench\nseeds: {runs: 1}\n".write(toFile: file, atomically: true, encoding: .utf8)
      let used = try run(["run", file, "--output", folder, "--quiet"])
      return Measurement(values: [used.peakMebibytes])
    },
  ]

  /// Runs this program with other arguments, and waits for it.
  private static func run(_ arguments: [String]) throws -> (seconds: Double, peakMebibytes: Double)
  {
    guard let program = Bundle.main.executablePath else {
      throw CommandFailure("this program cannot find its own file to measure it")
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }

    let clock = ContinuousClock()
    let start = clock.now
    var child = pid_t()
    guard posix_spawn(&child, program, &actions, nil, &words, environ) == 0 else {
      throw CommandFailure("cannot start \(program) to measure it")
    }
    var status: Int32 = 0
    var usage = rusage()
    guard wait4(child, &status, 0, &usage) == child, status == 0 else {
      throw CommandFailure("`fledge \(arguments.joined(separator: " "))` failed while measured")
    }
    return ((clock.now - start) / .seconds(1), Double(usage.ru_maxrss) / 1024)
  }
}

extension Benchmark {
  /// Every figure, in the order in which they are shown.
  static let all = engine + learning + processes
}
