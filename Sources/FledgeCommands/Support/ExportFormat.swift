import ArgumentParser

/// A format of another tool's, as `fledge list formats` tells of it.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
  case tensorboard, csv, jsonl, onnx, safetensors, minari

  /// What is written, and what reads it.
  var summary: String {
    switch self {
    case .tensorboard:
      "event files, a folder a run: scalars of every metric, episodes, evaluations, the "
        + "configuration as text, the table of hyperparameters with seeds in groups."
    case .csv:
      "a table of any number of runs, with the columns experiment, variant, seed: a row a value, "
        + "a step, an episode or an evaluated episode (--table)."
    case .jsonl: "the same tables as JSON, an object a line."
    case .onnx:
      "the policy, and the value where it has one, as a network for ONNX Runtime and others: from "
        + "the raw observation to the action, normalization, masks and bounds included; opset 17, "
        + "IR 8, free batch size."
    case .safetensors:
      "the weights by the names that they have in the run, with the configuration; read back by "
        + "`fledge evaluate --weights`, `fledge export --weights` and `fledge import safetensors`."
    case .minari:
      "episodes played by the agent, or at random, as a data set of Minari 0.5; read back by "
        + "`fledge import minari`."
    }
  }

  /// Which way it goes.
  var direction: String { [.safetensors, .minari].contains(self) ? "out and in" : "out" }
}
