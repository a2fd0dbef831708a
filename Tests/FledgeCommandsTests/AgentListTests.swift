import Testing

@Suite struct AgentListTests {
  @Test func `one agent is told of in full, with its settings`() throws {
    let one = try CommandLineTool.run("list", "agents", "dqn")
    #expect(one.status == 0, "\(one)")
    for word in [
      "Deep Q-learning", "discrete", "replay.batchSize", "128", "1 or more",
      "an exploration schedule",
    ] {
      #expect(one.output.contains(word), "\(word): \(one)")
    }
    #expect(!one.output.contains("`replay"), "\(one)")
    let names = try CommandLineTool.run("list", "agents", "--json").objects()
      .compactMap { $0["id"] as? String }
    for name in names {
      let agent = try #require(
        try CommandLineTool.run("list", "agents", name, "--json").objects().first)
      let settings = try #require(agent["settings"] as? [[String: Any]])
      #expect(settings.isEmpty == (name == "random"), "\(name)")
    }
    expectRefusal(
      try CommandLineTool.run("list", "agents", "dqm"), saying: "did you mean 'dqn'?")
  }
}
