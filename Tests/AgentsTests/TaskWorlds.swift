import Environments

/// Two worlds of choices as tasks, which look different and have 3 and 2 choices.
///
/// - Parameters:
///   - copies: Of each.
///   - task: The only one that there are copies of.
func noiseAndChain(copies: Int = 2, only task: Int? = nil) throws -> any BatchedEnvironment {
  try TaskFamily(
    [
      .init("noise", EnvironmentBatch(TimeLimit(Noise(), maximumSteps: 7), count: copies)),
      .init("chain", EnvironmentBatch(TimeLimit(Chain(), maximumSteps: 9), count: copies)),
    ], showsTask: false, only: task)
}

/// Why an agent for several tasks is not made; "accepted" where it is.
func refusal(_ make: () throws -> some Any) -> String {
  do {
    _ = try make()
    return "accepted"
  } catch { return "\(error)" }
}
