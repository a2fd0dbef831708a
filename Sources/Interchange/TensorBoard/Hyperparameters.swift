/// A setting of an experiment, as tables of other tools show it.
package enum Hyperparameter: Hashable, Sendable {
  case number(Double)
  case text(String)
  case truth(Bool)

  /// Of a scalar as a configuration file has it.
  package init(scalar text: String, isText: Bool = false) {
    if !isText, let number = Double(text.replacing("_", with: "")) {
      self = .number(number)
    } else if !isText, text == "true" || text == "false" {
      self = .truth(text == "true")
    } else {
      self = .text(text)
    }
  }

  /// Of a `google.protobuf.Value`; nothing of any other message.
  init?(_ message: ProtobufFields) {
    if let bits = message.number(2) {
      self = .number(Double(bitPattern: bits))
    } else if let truth = message.number(4) {
      self = .truth(truth != 0)
    } else if let text = message.text(3) {
      self = .text(text)
    } else {
      return nil
    }
  }

  /// `google.protobuf.Value`.
  var message: ProtobufMessage {
    ProtobufMessage { value in
      switch self {
      case .number(let number): value.double(2, number)
      case .text(let text): value.text(3, text)
      case .truth(let truth): value.integer(4, truth ? 1 : 0)
      }
    }
  }

  /// `DataType` of the plugin's `api.proto`.
  fileprivate var type: Int {
    switch self {
    case .text: 1
    case .truth: 2
    case .number: 3
    }
  }
}

/// What TensorBoard's table of hyperparameters is made of: `plugin_data.proto` and `api.proto` of its
/// plugin `hparams`.
package enum HyperparameterRecords {
  private static func value(
    _ tag: String, field: Int, _ content: ProtobufMessage
  ) -> TensorBoardValue {
    .hyperparameters(
      tag,
      ProtobufMessage { data in
        data.integer(1, 0)  // version
        data.message(field, content)
      })
  }

  /// A run began: its settings, and the group whose runs differ only in their seeds.
  package static func sessionStart(
    _ settings: [(name: String, value: Hyperparameter)], group: String, startTime: Double
  ) -> TensorBoardValue {
    value(
      "_hparams_/session_start_info", field: 3,
      ProtobufMessage { info in
        for (name, setting) in settings {
          info.message(1) { entry in
            entry.text(1, name)
            entry.message(2, setting.message)
          }
        }
        info.text(4, group)
        info.double(5, startTime)
      })
  }

  /// What `sessionStart` wrote into a file: the settings of its run, and its group.
  ///
  /// - Returns: nothing for a file that has no such record at its beginning.
  package static func session(
    ofFile path: String
  ) -> (settings: [(name: String, value: Hyperparameter)], group: String)? {
    for payload in (try? EventFile.payloads(atStartOf: path)) ?? [] {
      // Event, summary, value, metadata, plugin, its data.
      let values = ProtobufFields(payload)?.message(5)?.messages(1) ?? []
      for value in values where value.text(1) == "_hparams_/session_start_info" {
        guard let info = value.message(9)?.message(1)?.message(2)?.message(3) else { continue }
        let settings = info.messages(1).compactMap { entry in
          entry.text(1).flatMap { name in
            entry.message(2).flatMap(Hyperparameter.init).map { (name: name, value: $0) }
          }
        }
        return (settings, info.text(4) ?? "")
      }
    }
    return nil
  }

  /// How a run ended, by the plugin's numbers.
  package enum Status: Int { case unknown = 0, success, failure, running }

  package static func sessionEnd(_ status: Status, time: Double) -> TensorBoardValue {
    value(
      "_hparams_/session_end_info", field: 4,
      ProtobufMessage { info in
        info.integer(1, status.rawValue)
        info.double(2, time)
      })
  }

  /// What the table's columns are: settings, and the metrics that runs are judged by.
  package static func experiment(
    _ settings: [(name: String, values: [Hyperparameter])],
    metrics: [(tag: String, meaning: String)], description: String, time: Double
  ) -> TensorBoardValue {
    value(
      "_hparams_/experiment", field: 2,
      ProtobufMessage { experiment in
        experiment.text(1, description)
        experiment.double(3, time)
        for (name, values) in settings {
          experiment.message(4, column(name, values))
        }
        for (tag, meaning) in metrics {
          experiment.message(5) { metric in
            metric.message(1) { $0.text(2, tag) }
            metric.text(3, tag)
            metric.text(4, meaning)
          }
        }
      })
  }

  /// A setting with the values that it has among the runs.
  private static func column(_ name: String, _ values: [Hyperparameter]) -> ProtobufMessage {
    ProtobufMessage { info in
      info.text(1, name)
      let types = Set(values.map(\.type))
      // Of settings that are a number here and a word there, the column is left to guess.
      if types.count == 1, let type = types.first {
        info.integer(4, type)
        info.message(5) { domain in  // google.protobuf.ListValue
          for value in values { domain.message(1, value.message) }
        }
      }
    }
  }
}
