import Environments
import Randomness
import Simulators
import Testing

/// Equality with MiniGrid: levels from seeds, and all that is shown of episodes.
@Suite struct GridRecordingsTests {
  @Test(arguments: gridWorlds)
  func `a seed gives MiniGrid's levels`(id: String) throws {
    let recorded = try GridLevels.recorded.get()
    let world = try #require(recorded.levels[id])
    #expect(world.runs.count >= 20)
    try expect(world, recorded.legend, of: gridWorld(id))
  }

  private func expect<World: GridWorld>(
    _ recorded: GridLevels.World, _ legend: GridLegend, of world: World
  ) throws {
    #expect(world.ownTimeLimit == recorded.max_steps)
    for run in recorded.runs {
      var random = PCG64(seed: run.seed)
      for level in run.levels {
        let state = world.initialState(using: &random)
        try #require(state.width == recorded.width && state.height == recorded.height)
        for (index, cell) in try legend.cells(level.grid).enumerated() {
          let numbers = state[index / state.height, index % state.height].numbers
          try #require((0..<3).map { Int(numbers[$0]) } == cell)
        }
        try #require(state.agent == GridPoint(level.x, level.y))
        try #require(Int(state.heading.rawValue) == level.direction)
        try #require(world.mission(of: state) == level.mission)
        let image = try legend.numbers(level.image)
        try #require(Array(world.features(of: state).prefix(image.count)) == image)
        try #require(world.features(of: state)[image.count] == Float(level.direction))
      }
    }
  }

  @Test func `all that was recorded is in the catalogue`() throws {
    #expect(try GridLevels.recorded.get().levels.keys.sorted() == gridWorlds.sorted())
    #expect(gridWorlds.count == 46)
  }

  @Test(arguments: try GridEpisodes.recorded.get().episodes.keys.sorted())
  func `recorded episodes are reproduced`(id: String) throws {
    let recorded = try GridEpisodes.recorded.get()
    for group in try #require(recorded.episodes[id]) {
      let settings = group.settings.mapValues(SettingValue.number)
      for episode in group.episodes {
        var rollout = try catalogue[id].makeRollout(settings: settings)
        let state = try recorded.legend.state(of: episode)
        try expect(episode, recorded.legend, in: &rollout, from: state)
      }
    }
  }

  private func expect(
    _ episode: GridEpisodes.Episode, _ legend: GridLegend, in rollout: inout any Rollout,
    from state: [String: StateValue]
  ) throws {
    let first = try rollout.reset(state: .record(state))
    for (name, value) in state { #expect(first.state[name] == value) }
    let image = try legend.numbers(episode.first_image)
    #expect(Array(first.observation.prefix(image.count)) == image)
    let actions = episode.actions.compactMap { $0.wholeNumberValue }
    let directions = episode.directions.compactMap { $0.wholeNumberValue }
    for (step, action) in actions.enumerated() {
      let frame = try rollout.step(.number(Double(action)))
      let isLast = step == actions.count - 1
      let image = try legend.numbers(episode.images[step])
      try #require(Array(frame.observation.prefix(image.count)) == image)
      try #require(frame.observation[image.count] == Float(directions[step]))
      try #require(frame.reward == (isLast ? episode.reward : 0))
      try #require(frame.terminated == (isLast && episode.terminated))
      try #require(frame.truncated == (isLast && episode.truncated && !episode.terminated))
    }
  }
}
