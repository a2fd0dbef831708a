import Foundation
import TestSupport
import Testing

/// Agents as networks and as data sets, for other people's programs.
@Suite struct NetworkExportTests {
  static func python(with modules: String) -> String? {
    let chosen = ProcessInfo.processInfo.environment["FLEDGE_PYTHON"]
    let found = [chosen, "python3"].compactMap(\.self).first { candidate in
      (try? CommandLineTool.shell("\"$1\" -c \"import $2\"", [candidate, modules]))?.status == 0
    }
    if found == nil { print("skipped: no Python with \(modules)") }
    return found
  }

  static func expectSuccess(
    _ python: String, _ script: String, _ arguments: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let answer = try RunningProcess(
      "/usr/bin/env", [python, "-c", script] + arguments, input: nil
    ).wait()
    #expect(answer.status == 0, "\(answer)", sourceLocation: sourceLocation)
  }

  /// Agents of every kind that has a network, each after a few steps of learning.
  static let agents: [(name: String, environment: String, agent: String)] = [
    ("dqn", "{id: CartPole-v1}", "{dqn: {network: {hidden: [16, 16]}}}"),
    (
      "rainbow", "{id: CartPole-v1}",
      """
      {dqn: {network: {hidden: [16, 16], dueling: true, noise: {factorized: {deviation: 0.5}}},
        distribution: {categorical: {atoms: 11, low: 0, high: 100}}, exploration: 0}}
      """
    ),
    (
      "quantiles", "{id: Acrobot-v1}",
      "{dqn: {network: {hidden: [16]}, distribution: {quantile: {quantiles: 7}}}}"
    ),
    (
      "masked", "{id: Taxi-v4, wrappers: [{oneHot: {}}]}",
      "{dqn: {network: {hidden: [16]}}}"
    ),
    ("ppo", "{id: CartPole-v1, copies: 4}", "{ppo: {segmentLength: 32, minibatchSize: 32}}"),
    (
      "ppo-numbers", "{id: Pendulum-v1, copies: 4}",
      "{ppo: {network: {sharedTrunk: true}, segmentLength: 32, minibatchSize: 32}}"
    ),
    (
      "ppo-memory", "{id: CartPole-v1, copies: 4}",
      "{ppo: {network: {recurrence: {lstm: {units: 8}}}, segmentLength: 32, minibatchSize: 32}}"
    ),
    (
      "a2c-smooth", "{id: MountainCarContinuous-v0, copies: 4}",
      "{a2c: {exploration: {stateDependent: {resampleEvery: 16}}}}"
    ),
    ("reinforce", "{id: CartPole-v1}", "{reinforce: {}}"),
    ("sac", "{id: Pendulum-v1}", "{sac: {network: {hidden: [16]}, replay: {learningStarts: 300}}}"),
    (
      "sac-smooth", "{id: Pendulum-v1}",
      "{sac: {network: {hidden: [16]}, exploration: {stateDependent: {}}, replay: {learningStarts: 300}}}"
    ),
    ("td3", "{id: Pendulum-v1}", "{td3: {network: {hidden: [16]}, replay: {learningStarts: 300}}}"),
    (
      "ddpg", "{id: MountainCarContinuous-v0}",
      "{ddpg: {network: {hidden: [16]}, replay: {learningStarts: 300}}}"
    ),
    (
      "sac-choices", "{id: CartPole-v1}",
      "{discreteSac: {network: {hidden: [16]}, replay: {learningStarts: 300}}}"
    ),
    (
      "dqn-memory", "{id: CartPole-v1}",
      """
      {recurrentDqn: {network: {hidden: [8], recurrence: {gru: {units: 8}}},
        replay: {learningStarts: 200, sequenceLength: 8, burnIn: 2}}}
      """
    ),
    (
      "tasks",
      """
      {id: CartPole-v1, copies: 4, showsTask: false, tasks: [{name: short, settings: {halfLength: 0.25}},
        {name: long, settings: {halfLength: 1}}]}
      """,
      "{ppo: {segmentLength: 32, minibatchSize: 32, tasks: {strategy: equal}}}"
    ),
    (
      "dqn-tasks",
      """
      {id: CartPole-v1, copies: 4, showsTask: false, tasks: [{name: short, settings: {halfLength: 0.25}},
        {name: long, settings: {halfLength: 1}}]}
      """,
      "{dqn: {network: {hidden: [16]}, tasks: {strategy: equal}}}"
    ),
    (
      "sac-tasks",
      "{id: Pendulum-v1, copies: 2, tasks: [{name: light}, {name: heavy, settings: {mass: 2}}]}",
      "{sac: {network: {hidden: [16]}, replay: {learningStarts: 300}, tasks: {}}}"
    ),
    (
      "ppo-by-task",
      "{id: CartPole-v1, copies: 4, tasks: [{name: pole}, {name: arms, id: Acrobot-v1}]}",
      "{ppo: {segmentLength: 32, minibatchSize: 32}}"
    ),
    (
      "memory-by-task",
      "{id: CartPole-v1, copies: 4, tasks: [{name: pole}, {name: arms, id: Acrobot-v1}]}",
      "{ppo: {network: {recurrence: {gru: {units: 8}}}, segmentLength: 32, minibatchSize: 32}}"
    ),
  ]

  /// Steps through the episodes that our own agent played and asks the model for each action.
  private static let comparison = """
    import sys, json, glob, numpy as np, onnx, onnxruntime, h5py
    onnxruntime.set_default_logger_severity(3)
    for name in sys.argv[2:]:
        path = f"{sys.argv[1]}/{name}.onnx"
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        props = {p.key: p.value for p in model.metadata_props}
        assert json.loads(props["action_space"])["type"] in ("Discrete", "Box"), props
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        inputs = {i.name: i for i in session.get_inputs()}
        outputs = [o.name for o in session.get_outputs()]
        assert inputs["observation"].shape[0] == "batch"
        with h5py.File(f"{sys.argv[1]}/{name}/data/main_data.hdf5") as file:
            for group in file.values():
                rows = group["observations"][()][:-1]
                rows = rows.reshape(len(rows), -1).astype(np.float32)
                feed = {"observation": rows}
                if "action_mask" in inputs:
                    feed["action_mask"] = group["infos/action_mask"][()][:-1].astype(bool)
                task = group.attrs.get("task")
                of = "" if "action" in outputs else "/" + task.decode()
                assert ("action" in outputs) != ("task" in name), (name, outputs)
                action = "action" + of
                if "state" in inputs:
                    state, found = np.zeros((1, inputs["state"].shape[1]), np.float32), []
                    for step in range(len(rows)):
                        one, state = session.run(
                            [action, "next_state" + of],
                            {"state": state} | {key: value[step:step + 1] for key, value in feed.items()})
                        found.append(one[0])
                    found = np.array(found)
                else:
                    [found] = session.run([action], feed)
                wanted = group["actions"][()]
                assert found.shape == wanted.shape, (name, found.shape, wanted.shape)
                if wanted.dtype.kind == "f": assert np.abs(found - wanted).max() < 1e-5, name
                else: assert (found == wanted).all(), (name, found, wanted)
        print(name, outputs)
    """

  @Test func `ONNX Runtime acts as our agents of every kind do`() throws {
    guard let python = Self.python(with: "onnx, onnxruntime, h5py") else { return }
    try withTemporaryDirectory { folder in
      for (name, environment, agent) in Self.agents {
        let normalizes = !["rainbow", "masked", "sac-smooth"].contains(name)
        let yaml = """
          name: \(name)
          environment: \(environment)
          agent: \(agent)
          normalization: {observations: \(normalizes), perTask: \(name.hasSuffix("by-task"))}
          seeds: {root: 1, runs: 1}
          budget: {steps: 512}
          evaluation: {every: 512, episodes: 1, finalEpisodes: 1}
          logging: {every: 128}
          """
        let file = "\(folder.path)/\(name).yaml"
        try Data(yaml.utf8).write(to: URL(filePath: file))
        let output = "\(folder.path)/runs"
        let made = try CommandLineTool.run("run", file, "--quiet", "--output", output)
        #expect(made.status == 0, "\(name): \(made)")
        let run = "\(output)/\(name)/main/1"
        for arguments in [
          ["onnx", "--output", "\(folder.path)/\(name).onnx"],
          ["minari", "--episodes", "2", "--output", "\(folder.path)/\(name)"],
        ] {
          let answer = try CommandLineTool.run(["export", run, "--format"] + arguments)
          #expect(answer.status == 0, "\(name): \(answer)")
        }
      }
      try Self.expectSuccess(
        python, Self.comparison, [folder.path] + Self.agents.map(\.name))
    }
  }

  @Test func `minari opens what an agent played, and we read what minari opens`() throws {
    guard let python = Self.python(with: "minari, h5py") else { return }
    try withTemporaryDirectory { folder in
      let place = folder.path + "/fledge/pole-v0"
      let answer = try CommandLineTool.run(
        "export", "CartPole-v1", "--format", "minari", "--agent", "random", "--episodes", "7",
        "--seed", "11", "--dataset-id", "fledge/pole-v0", "--output", place)
      #expect(answer.status == 0, "\(answer)")
      try Self.expectSuccess(
        python,
        """
        import os, sys
        os.environ["MINARI_DATASETS_PATH"] = sys.argv[1]
        import minari, numpy as np, gymnasium
        data = minari.load_dataset("fledge/pole-v0")
        assert data.total_episodes == 7 and len(list(minari.list_local_datasets())) == 1
        assert isinstance(data.action_space, gymnasium.spaces.Discrete) and data.action_space.n == 2
        assert data.observation_space.shape == (4,) and data.observation_space.dtype == np.float32
        world = gymnasium.make("CartPole-v1")
        for index, episode in enumerate(data):
            first, _ = world.reset(seed=11 + index)
            assert np.array_equal(first, episode.observations[0])
            for t, action in enumerate(episode.actions):
                seen, reward, terminated, truncated, _ = world.step(action)
                assert np.allclose(seen, episode.observations[t + 1], atol=1e-6)
                assert reward == episode.rewards[t]
                assert terminated == episode.terminations[t] and truncated == episode.truncations[t]
            assert terminated or truncated
        assert data.filter_episodes(lambda e: len(e) > 0).total_steps == data.total_steps
        assert data.sample_episodes(2)[0].terminations.dtype == bool
        """, [folder.path])
      let archive = folder.path + "/pole.h5"
      let read = try CommandLineTool.run(
        "import", "minari", place, "--environment", "CartPole-v1", "--output", archive, "--json"
      ).objects()
      #expect(read.first?["episodes"] as? Int == 7 && read.first?["terminated"] as? Int == 7)
      let back = folder.path + "/back"
      let written = try CommandLineTool.run(
        "export", archive, "--format", "minari", "--output", back)
      #expect(written.status == 0, "\(written)")
      let again = try CommandLineTool.run("import", "minari", back, "--json").objects()
      #expect(again.first?["meanReturn"] as? Double == read.first?["meanReturn"] as? Double)
      #expect(again.first?["id"] as? String == "fledge/pole-v0")
      let other = try CommandLineTool.run(
        "import", "minari", place, "--environment", "Pendulum-v1")
      #expect(other.status == 1 && other.sentences.count == 1, "\(other)")
      #expect(
        try CommandLineTool.run("import", "minari", place, "--output", archive).status == 1)
    }
  }
}
