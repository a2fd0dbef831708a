/// What every environment promises.
public enum Law: String, CaseIterable, Sendable {
  /// Chance comes from the generator alone.
  case sameStreamSameEpisode = "the same stream gives the same episode"
  /// Worlds and states are values.
  case unchangedByStepping = "stepping changes neither the environment nor the state it starts from"
  /// Snapshots and checkpoints can be made of it.
  case stateSurvivesEncoding = "a state survives encoding and goes on identically"
  /// What it shows has the size that it says.
  case observationSize = "an observation has as many features as it has bounds"
  /// What it shows lies where it says.
  case observationInBounds = "observations are finite and inside their bounds"
  /// What it gives can be added up.
  case rewardFinite = "rewards are finite"
  /// What is forbidden leaves something to do.
  case masksConsistent = "a mask has one entry per action, 0 or 1, and allows at least one"
  /// A state can be given by hand.
  case numbersMakeStates = "a state's numbers make a state with these numbers"
  /// The world itself never ends an episode by truncation.
  case onlyLimitTruncates = "only the time limit truncates, and it does so at its last step"
  /// What a batch says of its episodes is what happened in them.
  case episodesAddUp = "lengths and returns of episodes add up to the steps and rewards"
}

/// The outcome of checking an environment's laws, readable as text.
public struct LawReport: Sendable {
  /// A law that is broken, and where that was first seen.
  public struct Finding: Hashable, Sendable, CustomStringConvertible {
    /// The law.
    public var law: Law
    /// What happened instead, in words, with the place and the number.
    public var evidence: String

    public var description: String { "it should be that \(law.rawValue), but \(evidence)" }
  }

  /// The environment's name.
  public var environment: String
  /// At most one finding per law, in the order of the laws.
  public var findings: [Finding]
  /// The episodes that were run, each at least twice.
  public var episodes: Int
  /// Their steps.
  public var steps: Int
  /// How fast a batch of it runs, if that was measured.
  public var speed: StepSpeed?

  /// Whether no law was seen broken.
  public var isLawful: Bool { findings.isEmpty }
}

extension LawReport: CustomStringConvertible {
  public var description: String {
    let laws = Law.allCases.count
    var lines: [String]
    if isLawful {
      lines = ["\(environment) obeys all \(laws) laws (\(episodes) episodes, \(steps) steps)"]
    } else {
      lines = ["\(environment) breaks \(findings.count) of \(laws) laws:"]
      lines += findings.map { "  \($0)" }
    }
    if let speed {
      let millions = (speed.median / 1e4).rounded() / 100
      lines.append(
        "speed: \(millions) million steps per second in batches of \(speed.batch), on one core")
    }
    return lines.joined(separator: "\n")
  }
}
