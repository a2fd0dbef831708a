import NeuralNetworks

extension ExperimentConfig {
  /// What a result of this configuration cannot depend on is as if it had not been set.
  ///
  /// That are: words, how many seeds there are, what is kept and written when, and threads.
  private var essentials: ExperimentConfig {
    var essentials = self
    essentials.question = ""
    essentials.seeds = SeedSettings()
    essentials.environment.threads = 1
    essentials.evaluation.keepBest = false
    essentials.controls = FamilyControlSettings()
    essentials.logging = LoggingSettings()
    essentials.checkpoint = CheckpointSettings()
    return essentials
  }

  /// The first setting in which this configuration would give another result than an older one.
  ///
  /// - Returns: a clause such as `budget.steps is 200000 now and was 100000`; `nil` if both give
  ///   the same.
  func difference(from older: ExperimentConfig) throws -> String? {
    Self.difference(
      between: try ConfigEncoder.encode(essentials),
      and: try ConfigEncoder.encode(older.essentials),
      at: "")
  }

  static func difference(
    between now: ConfigNode, and then: ConfigNode, at path: String
  ) -> String? {
    guard let found = firstDifference(between: now, and: then, at: path) else { return nil }
    func text(_ node: ConfigNode?) -> String { node.map(YAMLText.inline) ?? "not set" }
    return "\(found.path) is \(text(found.now)) now and was \(text(found.then))"
  }

  /// Where two trees first differ, and what stands there in each.
  static func firstDifference(
    between now: ConfigNode, and then: ConfigNode, at path: String
  ) -> (path: String, now: ConfigNode?, then: ConfigNode?)? {
    guard let entries = now.entries, let others = then.entries else {
      return now == then ? nil : (path, now, then)
    }
    func inner(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
    for entry in entries {
      guard let other = then[entry.key] else { return (inner(entry.key), entry.value, nil) }
      if let found = firstDifference(between: entry.value, and: other, at: inner(entry.key)) {
        return found
      }
    }
    return others.first { now[$0.key] == nil }.map { (inner($0.key), nil, $0.value) }
  }

  /// Reads a configuration that a program wrote, without asking whether it could be run here.
  package static func parseRecorded(_ text: String, name: String) throws -> ExperimentConfig {
    try ConfigDecoder.decode(
      ExperimentConfig.self, from: YAMLText.parse(text, name: name),
      over: ConfigEncoder.encode(ExperimentConfig()))
  }
}
