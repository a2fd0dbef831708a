import Foundation
import Interchange
import TestSupport
import Testing
import Tracking

/// What runs have recorded, in the formats of other tools.
@Suite struct ExportTests {
  private func csv(_ text: String) -> [[String]] {
    text.split(separator: "\r\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func `metrics become a table in long form, episodes and evaluations others`() throws {
    try SampleFolder.with { sample in
      _ = try sample.execute("--seeds", "2")
      let answer = try CommandLineTool.run(
        "export", sample.output, "--format", "csv", "--output", "-")
      #expect(answer.status == 0, "\(answer)")
      let rows = csv(answer.output)
      #expect(rows[0] == ["experiment", "variant", "seed", "step", "metric", "value", "unit"])
      let reader = try RunReader(sample.run(2))
      let series = try reader.series("loss/td")
      let losses = rows.filter { $0[2] == "2" && $0[4] == "loss/td" }
      #expect(losses.map { Int64($0[3]) } == series.steps)
      #expect(losses.map { Float($0[5]) } == series.values)
      #expect(rows.dropFirst().allSatisfy { $0[0] == "small" && $0[1] == "main" })
      #expect(Set(rows.dropFirst().map { $0[2] }) == ["1", "2"])
      #expect(rows.contains { $0[4] == "timing/elapsed" && $0[6] == "s" })

      let episodes = try CommandLineTool.run(
        "export", sample.output, "--format", "jsonl", "--table", "episodes", "--output", "-"
      ).objects()
      let wanted = try [1, 2].flatMap { try RunReader(sample.run($0)).episodes() }
      #expect(episodes.compactMap { $0["return"] as? Double } == wanted.map(\.return))
      let evaluations = try CommandLineTool.run(
        "export", sample.output, "--format", "csv", "--table", "evaluations", "--output", "-")
      #expect(
        csv(evaluations.output).count
          == 1
          + (try [1, 2].map { try RunReader(sample.run($0)).evaluations().count }.reduce(0, +)))
    }
  }

  @Test func `the wide form has a row for each step`() throws {
    try SampleFolder.with { sample in
      _ = try sample.execute()
      let path = sample.path + "/wide.csv"
      let answer = try CommandLineTool.run(
        "export", sample.output, "--format", "csv", "--table", "wide", "--output", path)
      #expect(answer.status == 0, "\(answer)")
      let rows = csv(try String(contentsOfFile: path, encoding: .utf8))
      let steps = rows.dropFirst().compactMap { Int64($0[3]) }
      #expect(steps == Set(steps).sorted())
      let reader = try RunReader(sample.run())
      let column = try #require(rows[0].firstIndex(of: "loss/td"))
      let series = try reader.series("loss/td")
      let filled = rows.dropFirst().filter { !$0[column].isEmpty }
      #expect(filled.map { Int64($0[3]) } == series.steps)
      #expect(filled.map { Float($0[column]) } == series.values)
      #expect(Set(rows.map(\.count)).count == 1)

      let again = try CommandLineTool.run(
        "export", sample.output, "--format", "csv", "--output", path)
      #expect(again.status == 1 && again.sentences.first?.contains("--force") == true)
      #expect(
        try CommandLineTool.run(
          "export", sample.output, "--format", "csv", "--output", path, "--force"
        ).status == 0)
      for format in ["csv", "tensorboard", "safetensors", "onnx", "minari"] {
        let place = "\(sample.path)/limited-\(format)"
        // Files of half a KiB at most stand for a disk without room.
        let full = try CommandLineTool.shell(
          "ulimit -f 1; exec \"$0\" \"$@\"",
          ["export", sample.output, "--format", format, "--output", place])
        #expect(full.status == 1 && full.sentences.count == 1, "\(format): \(full)")
        let left = FileManager.default.enumerator(atPath: place)?.compactMap { $0 as? String }
        #expect((left ?? []).allSatisfy { !$0.contains(".") }, "\(format): \(left ?? [])")
      }
    }
  }

  @Test func `a damaged run among good ones is skipped and named`() throws {
    try SampleFolder.with { sample in
      _ = try sample.execute("--seeds", "2")
      try Data("nothing".utf8).write(to: URL(filePath: sample.run(1).runPath))
      for format in ["csv", "tensorboard", "safetensors"] {
        let answer = try CommandLineTool.run(
          "export", sample.output, "--format", format, "--output", "\(sample.path)/\(format)")
        #expect(answer.status == 1, "\(answer)")
        #expect(answer.errors.contains("Skipped: ") && answer.errors.contains("main/1"))
      }
      let table = try String(contentsOfFile: sample.path + "/csv", encoding: .utf8)
      #expect(Set(csv(table).dropFirst().map { $0[2] }) == ["2"])
      let alone = try CommandLineTool.run(
        "export", sample.run(1).path, "--format", "csv", "--output", "-")
      #expect(alone.status == 1 && alone.sentences.count == 1)
    }
  }

  @Test func `TensorBoard itself shows curves, texts and groups of seeds`() throws {
    guard let python = NetworkExportTests.python(with: "tensorboard") else { return }
    try SampleFolder.with { sample in
      _ = try sample.execute("--seeds", "2")
      let folder = sample.path + "/tb"
      let answer = try CommandLineTool.run(
        "export", sample.output, "--format", "tensorboard", "--output", folder)
      #expect(answer.status == 0, "\(answer)")
      let series = try RunReader(sample.run()).series("loss/td")
      let episodes = try RunReader(sample.run()).episodes().count
      try NetworkExportTests.expectSuccess(
        python,
        """
        import sys
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        from tensorboard.backend.event_processing import plugin_event_multiplexer as multiplexer
        from tensorboard.backend.event_processing import data_provider
        from tensorboard.plugins import base_plugin
        from tensorboard.plugins.hparams import backend_context, list_session_groups, api_pb2
        from tensorboard.data import provider as provider_types
        from tensorboard import context
        folder, rows, last, episodes = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
        run = EventAccumulator(folder + "/small/main/1", size_guidance={"scalars": 0}).Reload()
        losses = run.Scalars("loss/td")
        assert len(losses) == rows and abs(losses[-1].value - last) < 1e-6, losses
        assert len(run.Scalars("episodes/return")) == episodes
        assert len(run.Scalars("evaluations/return")) > 1
        assert [e.step for e in losses] == sorted(e.step for e in losses)
        assert losses[-1].wall_time >= losses[0].wall_time > 1.5e9
        text = run.Tensors("config")[0].tensor_proto.string_val[0].decode()
        assert "CartPole-v1" in text
        multi = multiplexer.EventMultiplexer()
        multi.AddRunsFromDirectory(folder); multi.Reload()
        provider = data_provider.MultiplexerDataProvider(multi, folder)
        backend = backend_context.Context(base_plugin.TBContext(data_provider=provider, logdir=folder))
        request = context.RequestContext()
        metadata = backend.hparams_metadata(request, "")
        nothing = provider_types.ListHyperparametersResult(hyperparameters=[], session_groups=[])
        experiment = backend.experiment_from_metadata(request, "", True, metadata, nothing)
        names = [h.name for h in experiment.hparam_infos]
        assert "agent.dqn.replay.batchSize" in names and "seeds.root" not in names, names
        assert [m.name.tag for m in experiment.metric_infos] == ["evaluations/return", "episodes/return"]
        asked = api_pb2.ListSessionGroupsRequest(
            start_index=0, slice_size=10, allowed_statuses=[0, 1, 2, 3],
            aggregation_type=api_pb2.AGGREGATION_AVG)
        groups = list_session_groups.Handler(request, backend, "", asked).run().session_groups
        assert len(groups) == 1 and groups[0].name == "small/main", groups
        assert len(groups[0].sessions) == 2
        assert groups[0].hparams["environment.id"].string_value == "CartPole-v1"
        assert groups[0].hparams["agent.dqn.replay.batchSize"].number_value == 32
        assert {m.name.tag for m in groups[0].metric_values} == {"evaluations/return", "episodes/return"}
        """,
        [folder, "\(series.steps.count)", "\(series.values.last ?? 0)", "\(episodes)"])
      let again = try CommandLineTool.run(
        "export", sample.output, "--format", "tensorboard", "--output", folder)
      #expect(again.status == 1 && again.sentences.first?.contains("--force") == true)
    }
  }

  @Test func `weights go out, come back and are checked by name`() throws {
    try SampleFolder.with { sample in
      _ = try sample.execute()
      let path = sample.path + "/w.safetensors"
      let run = sample.run().path
      #expect(
        try CommandLineTool.run("export", run, "--format", "safetensors", "--output", path).status
          == 0)
      let file = try SafetensorsFile(reading: path)
      let reader = try RunReader(sample.run())
      #expect(Set(file.tensors.map(\.name)) == Set(reader.weightArrays.map(\.name)))
      #expect(file.metadata["config"]?.contains("CartPole-v1") == true)
      let own = try CommandLineTool.run("evaluate", run, "--episodes", "5", "--json").objects()
      let given = try CommandLineTool.run(
        "evaluate", sample.experiment, "--weights", path, "--episodes", "5", "--json"
      ).objects()
      #expect(own[0]["returns"] as? [Double] == given[0]["returns"] as? [Double])
      let fits = try CommandLineTool.run("import", "safetensors", path, "--into", run)
      #expect(fits.status == 0 && fits.output.contains("All 4 fit"), "\(fits)")

      var other = file
      other.tensors[0] = NamedWeights(name: other.tensors[0].name, shape: [1], scalars: [1])
      let wrong = sample.path + "/wrong.safetensors"
      try Data(other.bytes).write(to: URL(filePath: wrong))
      let refused = try CommandLineTool.run("import", "safetensors", wrong, "--into", run)
      #expect(refused.status == 1)
      #expect(refused.sentences.first?.contains("has the shape [1]") == true, "\(refused)")
      other.tensors.removeFirst()
      try Data(other.bytes).write(to: URL(filePath: wrong))
      let missing = try CommandLineTool.run("evaluate", run, "--weights", wrong)
      #expect(missing.sentences.first?.contains("is missing") == true, "\(missing)")
    }
  }

  @Test func `what cannot be exported is refused in a sentence`() throws {
    let table = SampleFolder.small.replacing(
      /(?s)agent:.*budget/, with: "agent: {qLearning: {}}\nbudget"
    ).replacing("CartPole-v1", with: "FrozenLake-v1")
    try SampleFolder.with(table) { sample in
      let made = try sample.execute()
      #expect(made.status == 0, "\(made)")
      let answer = try CommandLineTool.run("export", sample.output, "--format", "onnx")
      #expect(answer.status == 1)
      #expect(answer.sentences.first?.contains("keeps a table") == true, "\(answer)")
      for wrong in [
        ["export", sample.output, "--format", "parquet"],
        ["export", sample.output, "--format", "onnx", "--output", "-"],
        ["export", "CartPole-v1", "--format", "minari", "--agent", "dqn"],
      ] { #expect(try CommandLineTool.run(wrong).status == 64) }
      for wrong in [
        ["export", sample.path + "/nowhere", "--format", "csv"],
        ["export", "NoSuchWorld-v0", "--format", "minari", "--agent", "random"],
        ["export", sample.output, "--format", "minari", "--dataset-id", "x/y"],
        ["import", "minari", sample.path], ["import", "safetensors", sample.experiment],
      ] {
        let answer = try CommandLineTool.run(wrong)
        #expect(answer.status == 1 && answer.sentences.count == 1, "\(answer)")
      }
    }
    let formats = try CommandLineTool.run("list", "formats", "--json").objects()
    #expect(
      formats.compactMap { $0["id"] as? String } == [
        "tensorboard", "csv", "jsonl", "onnx", "safetensors", "minari",
      ])
  }
}
