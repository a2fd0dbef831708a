import Dispatch
public import Environments
public import MultiTask
import NeuralNetworks
import Randomness
import Synchronization

/// Descents of every strategy from every start, on as many threads as are wanted.
///
/// What a descent draws depends on seed, strategy and start alone: the results are the same however
/// many threads there are, and whatever other strategies are compared.
public struct LandscapeExperiment: Sendable {
  /// What the file says.
  public let config: LandscapeConfig
  /// The problem that it describes.
  public let landscape: any Landscape
  /// What is compared, with labels that tell them apart.
  public let strategies: [(label: String, settings: StrategySettings)]

  /// What a strategy did from every start.
  public struct Result: Sendable {
    /// Its name, and the settings that are not standard.
    public var strategy: String
    /// In the order of the starts.
    public var paths: [LandscapePath]
    /// Seconds of work for all of its descents.
    public var seconds: Double

    /// How many descents ended on the front.
    public var frontCount: Int { paths.count { $0.outcome == .front } }
  }

  /// - Parameters:
  ///   - config: What is compared.
  ///   - catalogue: Holds strategies to compare beside those that come along, where the file names
  ///     none.
  /// - Throws: `ConfigError` for a problem or a strategy that cannot be made.
  public init(_ config: LandscapeConfig, catalogue: Catalogue = Catalogue([])) throws {
    self.config = config
    landscape = try config.problem.makeLandscape()
    let taskCount = landscape.taskCount
    // Static weights that nobody gave are equal ones.
    let all = catalogue.allStrategies.filter {
      $0.chosen.name != "static" && (try? $0.check(taskCount: taskCount)) != nil
    }
    strategies = (config.strategies.isEmpty ? all : config.strategies).map {
      (LandscapeConfig.label(of: $0), $0)
    }
  }

  /// Runs all of it.
  ///
  /// - Parameters:
  ///   - width: descents at the same time.
  ///   - progress: told, after each descent, how many are done; from any thread.
  public func run(
    width: Int, progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> [Result] {
    let starts = config.starts.indices
    let rules = try strategies.map { try $0.settings.make(taskCount: landscape.taskCount) }
    let total = rules.count * starts.count
    let next = Atomic<Int>(0)
    let done = Mutex<[Int: (path: LandscapePath, seconds: Double)]>([:])
    ExperimentRunner.inThreads(max(1, min(width, total))) {
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < total else { return }
        let clock = ContinuousClock()
        let began = clock.now
        let (rule, start) = index.quotientAndRemainder(dividingBy: starts.count)
        let path = path(of: rules[rule], strategies[rule].label, from: start)
        let seconds = (clock.now - began) / .seconds(1)
        let count = done.withLock { done in
          done[index] = (path, seconds)
          return done.count
        }
        progress(count, total)
      }
    }
    return done.withLock { done in
      strategies.enumerated().map { rule, strategy in
        let own = starts.compactMap { done[rule * starts.count + $0] }
        return Result(
          strategy: strategy.label, paths: own.map(\.path),
          seconds: own.reduce(0) { $0 + $1.seconds })
      }
    }
  }

  private func path(
    of strategy: any Strategy, _ label: String, from start: Int
  ) -> LandscapePath {
    var descent = LandscapeDescent(on: landscape, steps: config.steps)
    descent.optimizer = config.optimizer
    descent.stepsPerEpoch = config.stepsPerEpoch
    descent.tolerance = config.tolerance
    let random = Seeds(root: config.seed).branch(label)["start \(start)"]
    return descent.path(of: strategy, from: config.starts[start], using: random)
  }
}
