/// An experiment of the diagnostic suite: a world, where it is run, and how its runs are scored.
public struct DiagnosticExperiment: Sendable {
  /// bsuite's name for it, such as `deep_sea`.
  public let name: String
  /// The world's name in the catalogue.
  public let environment: String
  /// What the experiment says something about; bsuite's tags.
  public let tags: [DiagnosticTag]
  /// How long an episode is.
  public let length: EpisodeLength
  /// How a score is made of the runs.
  public let scoring: DiagnosticScoring
  /// bsuite's points and number of episodes.
  public let full: Sweep
  /// Fewer of both, for a first look within minutes.
  public let quick: Sweep

  init(
    _ name: String, in environment: String, _ tags: DiagnosticTag..., length: EpisodeLength,
    scoring: DiagnosticScoring, full: Sweep, quick: Sweep
  ) {
    self.name = name
    self.environment = environment
    self.tags = tags
    self.length = length
    self.scoring = scoring
    self.full = full
    self.quick = quick
  }

  /// What is run of an experiment.
  public struct Sweep: Sendable {
    /// Episodes of each run.
    public let episodes: Int
    /// The settings of each run.
    public let points: [Point]

    init(_ episodes: Int, _ points: [Point]) {
      self.episodes = episodes
      self.points = points
    }
  }

  /// One run of a sweep.
  public struct Point: Hashable, Sendable {
    /// What tells it from the others: the name of its folder.
    public let label: String
    /// The world's settings.
    public let settings: [String: Double]
  }

  /// Steps in an episode.
  public enum EpisodeLength: Sendable {
    /// Always the same number.
    case steps(Int)
    /// A setting's number, or some more.
    case setting(String, plus: Int = 0)
    /// Depends on the actions, but is never more than this.
    case atMost(Int)

    /// The steps after which so many episodes are over for certain.
    public func steps(for episodes: Int, _ settings: [String: Double]) -> Int {
      switch self {
      case .steps(let steps), .atMost(let steps): episodes * steps
      case .setting(let name, let more): episodes * (Int(settings[name] ?? 1) + more)
      }
    }
  }
}

/// An ability that experiments say something about.
public enum DiagnosticTag: String, CaseIterable, Codable, Sendable {
  /// Whether it learns at all.
  case basic
  /// Noise on rewards.
  case noise
  /// Rewards of other scales.
  case scale
  /// Finding what is rarely rewarded.
  case exploration
  /// Finding which of many actions earned a reward.
  case creditAssignment = "credit_assignment"
  /// Remembering what was seen.
  case memory
  /// Doing as well in worlds that differ a little.
  case generalization
}

extension [DiagnosticExperiment.Point] {
  /// Runs that differ in nothing but chance.
  static func repeated(_ count: Int) -> Self {
    (0..<count).map { .init(label: "run-\($0)", settings: [:]) }
  }

  /// A run for each value of a setting; `others` stay the same.
  static func over(
    _ name: String, _ values: some Sequence<Double>, with others: [String: Double] = [:]
  ) -> Self {
    values.map { value in
      .init(
        label: "\(name)-\(text(value))", settings: others.merging([name: value]) { $1 })
    }
  }

  /// Several runs for each value of a setting, with rewards mapped differently where there is a map.
  static func levels(
    _ name: String, _ values: [Double], each count: Int, mapped: Bool = false
  ) -> Self {
    values.flatMap { value in
      (0..<count).map { run in
        let mapping = mapped ? ["mappingSeed": Double(run)] : [:]
        return .init(
          label: "\(name)-\(text(value))-run-\(run)",
          settings: mapping.merging([name: value]) { $1 })
      }
    }
  }

  private static func text(_ value: Double) -> String {
    Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }
}
