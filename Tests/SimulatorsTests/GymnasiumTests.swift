import Environments
import Simulators
import Testing

/// Equality with Gymnasium, bit for bit: all numbers are compared with `==`.
///
/// The sines and cosines are the C library's, here as there. On a platform whose library rounds
/// some of them differently, last bits may differ.
@Suite struct GymnasiumTests {
  @Test(arguments: recordedWorlds)
  func `recorded episodes are reproduced`(name: String) throws {
    let recording = try Recording.named(name)
    #expect(recording.environment == name)
    #expect(recording.episodes.count >= 3)
    for episode in recording.episodes {
      var rollout = try catalogue[name].makeRollout()
      let first = try rollout.reset(state: episode.state)
      #expect(first.state.numbers == episode.state)
      expectFirst(first.observation, episode.first_observation, name)
      for (index, action) in episode.actions.enumerated() {
        let frame = try rollout.step(action)
        try #require(frame.observation.map(Double.init) == episode.observations[index])
        try #require(frame.reward == episode.rewards[index])
        try #require(frame.terminated == episode.terminated[index])
        try #require(frame.truncated == episode.truncated[index])
      }
    }
  }

  @Test(arguments: recordedWorlds)
  func `a seed gives the same run`(name: String) throws {
    let runs = try SeededRuns.of(name)
    #expect(runs.count >= 20)
    for run in runs {
      var rollout = try catalogue[name].makeRollout()
      #expect(rollout.reset(seed: run.seed).state.numbers == run.first_state)
      let frames = try run.actions.map { try rollout.step($0) }
      for moment in run.steps {
        let frame = frames[moment.step - 1]
        try #require(frame.state.numbers == moment.state)
        try #require(frame.observation.map(Double.init) == moment.observation)
        try #require(frame.reward == moment.reward)
        try #require(frame.terminated == moment.terminated)
        try #require(frame.truncated == moment.truncated)
      }
    }
  }

  /// Acrobot's first state is in single precision in Gymnasium, and so are its first sines and
  /// cosines, which come from NumPy's own routines: here they are the rounded double ones.
  private func expectFirst(_ observation: [Float], _ recorded: [Double], _ name: String) {
    guard name == "Acrobot-v1" else {
      #expect(observation.map(Double.init) == recorded)
      return
    }
    for (shown, recorded) in zip(observation, recorded) {
      #expect(abs(Double(shown) - recorded) <= 0x1p-24)
    }
  }
}
