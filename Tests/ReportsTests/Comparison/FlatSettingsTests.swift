import Reports
import Testing

@Suite struct `Flat settings` {
  @Test func `blocks, braces, lists and quotes become keys with dots`() {
    let settings = FlatSettings(
      yaml: """
        name: a
        question: "Does it: work?"
        seeds:
          root: 1
        # a remark
        environment:
          id: CartPole-v1
          settings: {}
          tasks:
          - name: short
            settings: {halfLength: 0.25}
          - name: long
          wrappers: [{frameStack: {count: 4}}, clip]
        agent:
          dqn:
            network: {hidden: [256, 256], activation: relu}
            steps:
            - 1
            - 2
        """)
    #expect(settings["question"] == "Does it: work?")
    #expect(settings["environment.tasks.0.settings.halfLength"] == "0.25")
    #expect(settings["environment.tasks.1.name"] == "long")
    #expect(settings["environment.wrappers.0.frameStack.count"] == "4")
    #expect(settings["agent.dqn.network.hidden"] == "[256, 256]")
    #expect(settings["agent.dqn.steps"] == "[1, 2]")
    #expect(settings["environment.settings"] == "{}")
    #expect(settings.agentKind == "dqn")
    #expect(settings.taskNames == ["short", "long"])
  }

  @Test func `the only task is the one that there are copies of`() {
    func settings(_ only: String) -> FlatSettings {
      FlatSettings(
        yaml: """
          environment:
            tasks:
            - name: short
            - name: long
            only: \(only)
          """)
    }
    #expect(settings("long").taskNames == ["long"] && settings("long").familySize == 2)
    #expect(settings("null").taskNames == ["short", "long"])
    #expect(FlatSettings(yaml: "environment: {only: long}\n").taskNames == [""])
  }

  @Test(arguments: ["", ":", "- - -", "a:\n    b\n  c", "{", "x: [", "x: {a: }", "- {a: 1", "\t\0"])
  func `no text makes it fail`(text: String) {
    #expect(FlatSettings(yaml: text).entries.count < 5)
  }

  @Test func `an agent without settings is known by its name`() {
    #expect(FlatSettings(yaml: "agent: random\n").agentKind == "random")
    #expect(FlatSettings(yaml: "agent: {random: {}}\n").agentKind == "random")
    #expect(FlatSettings(yaml: "").agentKind == nil)
    #expect(FlatSettings(yaml: "").taskNames == [""])
  }
}
