import Foundation
import Interchange
import TestSupport
import Testing

/// Exports of several runs, one after another, into one folder of TensorBoard's.
@Suite struct TensorBoardFolderTests {
  private static let other = SampleFolder.small.replacing(
    /(?s)agent:.*budget/, with: "agent: {a2c: {network: {hidden: [8]}}}\nbudget"
  ).replacing("name: small", with: "name: other")

  /// Runs two experiments with different agents, and exports the second after the first.
  private func with(_ body: (SampleFolder, String) throws -> Void) throws {
    try SampleFolder.with { sample in
      #expect(try sample.execute().status == 0)
      let other = try sample.write(Self.other, to: "other.yaml")
      let made = try CommandLineTool.run("run", other, "--quiet", "--output", sample.output)
      #expect(made.status == 0, "\(made)")
      let folder = sample.path + "/tb"
      for name in ["small", "other"] {
        let answer = try CommandLineTool.run(
          "export", "\(sample.output)/\(name)", "--format", "tensorboard", "--output", folder)
        #expect(answer.status == 0, "\(answer)")
      }
      try body(sample, folder)
    }
  }

  @Test func `the columns of all runs are there, whenever they were exported`() throws {
    try with { sample, folder in
      let payload = try #require(
        EventFile.payloads(atStartOf: folder + "/events.out.tfevents.0.fledge").last)
      let value = try #require(ProtobufFields(payload)?.message(5)?.message(1))
      #expect(value.text(1) == "_hparams_/experiment")
      let experiment = try #require(value.message(9)?.message(1)?.message(2)?.message(2))
      let columns = Set(experiment.messages(4).compactMap { $0.text(1) })
      #expect(columns.contains("agent.dqn.replay.batchSize"))
      #expect(columns.contains("agent.a2c.discountFactor"), "\(columns)")
      #expect(experiment.text(1) == "other, small")

      let again = try CommandLineTool.run(
        "export", sample.output, "--format", "tensorboard", "--output", folder)
      expectRefusal(again, saying: "exists", "--force")
      let forced = try CommandLineTool.run(
        "export", sample.output, "--format", "tensorboard", "--output", folder, "--force")
      #expect(forced.status == 0 && forced.output.contains("2 runs"), "\(forced)")
    }
  }

  @Test func `TensorBoard shows both experiments in one table`() throws {
    guard let python = NetworkExportTests.python(with: "tensorboard") else { return }
    try with { _, folder in
      try NetworkExportTests.expectSuccess(
        python,
        """
        import sys
        from tensorboard.backend.event_processing import plugin_event_multiplexer as multiplexer
        from tensorboard.backend.event_processing import data_provider
        from tensorboard.plugins import base_plugin
        from tensorboard.plugins.hparams import backend_context, list_session_groups, api_pb2
        from tensorboard.data import provider as provider_types
        from tensorboard import context
        multi = multiplexer.EventMultiplexer()
        multi.AddRunsFromDirectory(sys.argv[1]); multi.Reload()
        provider = data_provider.MultiplexerDataProvider(multi, sys.argv[1])
        backend = backend_context.Context(
            base_plugin.TBContext(data_provider=provider, logdir=sys.argv[1]))
        request = context.RequestContext()
        metadata = backend.hparams_metadata(request, "")
        nothing = provider_types.ListHyperparametersResult(hyperparameters=[], session_groups=[])
        experiment = backend.experiment_from_metadata(request, "", True, metadata, nothing)
        names = [h.name for h in experiment.hparam_infos]
        assert "agent.dqn.replay.batchSize" in names, names
        assert "agent.a2c.discountFactor" in names, names
        asked = api_pb2.ListSessionGroupsRequest(
            start_index=0, slice_size=10, allowed_statuses=[0, 1, 2, 3],
            aggregation_type=api_pb2.AGGREGATION_AVG)
        groups = list_session_groups.Handler(request, backend, "", asked).run().session_groups
        assert sorted(g.name for g in groups) == ["other/main", "small/main"], groups
        """, [folder])
    }
  }
}
