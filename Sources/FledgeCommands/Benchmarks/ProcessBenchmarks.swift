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
        values.append(try time(["list", "environments"]) * 1e3)
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
      return Measurement(values: [try peakMemory(["run", file, "--output", folder, "--quiet"])])
    },
  ]

  /// Runs this program with other arguments, waits for it, and says how many seconds it took.
  static func time(_ arguments: [String]) throws -> Double {
    let clock = ContinuousClock()
    let begin = clock.now
    try finish(start(arguments), arguments)
    return (clock.now - begin) / .seconds(1)
  }

  /// Runs this program with other arguments and watches the most memory that it ever held, in MiB.
  ///
  /// What `wait4` says of a child would not do: it counts this process's memory before the child
  /// became a program of its own.
  private static func peakMemory(_ arguments: [String]) throws -> Double {
    let child = try start(arguments)
    var kibibytes = 0
    var info = siginfo_t()
    repeat {
      usleep(1000)
      if let status = try? String(contentsOfFile: "/proc/\(child)/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
        let number = line.split(separator: " ").dropLast().last.flatMap({ Int($0) })
      {
        kibibytes = max(kibibytes, number)
      }
      info.si_signo = 0
      waitid(P_PID, id_t(child), &info, WEXITED | WNOHANG | WNOWAIT)
    } while info.si_signo == 0
    try finish(child, arguments)
    return Double(kibibytes) / 1024
  }

  private static func start(_ arguments: [String]) throws -> pid_t {
    guard let program = Bundle.main.executablePath else {
      throw CommandFailure("this program cannot find its own file to measure it")
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var child = pid_t()
    guard posix_spawn(&child, program, &actions, nil, &words, environ) == 0 else {
      throw CommandFailure("cannot start \(program) to measure it")
    }
    return child
  }

  private static func finish(_ child: pid_t, _ arguments: [String]) throws {
    var status: Int32 = 0
    guard waitpid(child, &status, 0) == child, status == 0 else {
      throw CommandFailure("`fledge \(arguments.joined(separator: " "))` failed while measured")
    }
  }
}

extension Benchmark {
  /// Every figure, in the order in which they are shown.
  static let all =
    engine + multitask + taskAgents + learning + actors + onPolicyRuns + stepping + wrapping
    + processes
    + tracking + solvers + samplers + comparisons
}
