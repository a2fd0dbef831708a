/// A file of TensorBoard's, written record by record.
///
/// A record is the length of its payload, a check of the length, the payload (an `Event` message),
/// and a check of that. See `TFRecordWriter` and `event.proto` of TensorFlow.
package final class EventFile {
  private let file: OutputFile

  /// Begins a file, whose first record says which version it is of.
  ///
  /// - Parameters:
  ///   - path: Its name has to have `tfevents` in it.
  ///   - wallTime: Seconds since 1970.
  package init(_ path: String, replaces: Bool, wallTime: Double) throws(InterchangeError) {
    file = try OutputFile(path, replaces: replaces)
    try write(
      ProtobufMessage { event in
        event.double(1, wallTime)
        event.text(3, "brain.Event:2")
      })
  }

  /// Writes what happened at a step.
  package func write(
    _ values: [TensorBoardValue], step: Int64, wallTime: Double
  ) throws(InterchangeError) {
    try write(
      ProtobufMessage { event in
        event.double(1, wallTime)
        event.integer(2, Int(step))
        event.message(5) { summary in
          for value in values { summary.message(1, value.message) }
        }
      })
  }

  package func commit() throws(InterchangeError) { try file.commit() }

  private func write(_ event: ProtobufMessage) throws(InterchangeError) {
    try file.write(Self.record(event.bytes))
  }

  /// The payloads of a file's first records, up to the first that is damaged.
  ///
  /// - Parameter size: The bytes at the file's beginning that are looked at.
  package static func payloads(
    atStartOf path: String, size: Int = 1 << 20
  ) throws(InterchangeError) -> [[UInt8]] {
    var rest = try InputFile.start(of: path, count: size)[...]
    var payloads: [[UInt8]] = []
    while rest.count >= 16 {
      let length = rest.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard let count = Int(exactly: length), count <= rest.count - 16 else { break }
      let payload = Array(rest.dropFirst(12).prefix(count))
      guard rest.prefix(16 + count).elementsEqual(record(payload)) else { break }
      payloads.append(payload)
      rest = rest.dropFirst(16 + count)
    }
    return payloads
  }

  /// A payload with its length and both checks.
  package static func record(_ payload: [UInt8]) -> [UInt8] {
    var length: [UInt8] = []
    length.append(littleEndian: UInt64(payload.count))
    var record = length
    record.append(littleEndian: CRC32C.masked(length))
    record += payload
    record.append(littleEndian: CRC32C.masked(payload))
    return record
  }
}

/// Something that TensorBoard shows under a tag.
package struct TensorBoardValue {
  let message: ProtobufMessage

  /// A number on a curve.
  package static func scalar(_ tag: String, _ number: Double) -> TensorBoardValue {
    TensorBoardValue(
      message: ProtobufMessage { value in
        value.text(1, tag)
        value.float(2, Float(number))
      })
  }

  /// A text, shown as Markdown.
  package static func text(_ tag: String, _ text: String) -> TensorBoardValue {
    TensorBoardValue(
      message: ProtobufMessage { value in
        value.text(1, tag)
        value.message(8) { tensor in
          tensor.integer(1, 7)  // DT_STRING
          tensor.message(2) { shape in shape.message(2) { $0.integer(1, 1) } }
          tensor.text(8, text)
        }
        value.message(9) { metadata in metadata.message(1) { $0.text(1, "text") } }
      })
  }

  /// A message of the hyperparameter plugin, which lies in the value's metadata.
  static func hyperparameters(_ tag: String, _ content: ProtobufMessage) -> TensorBoardValue {
    TensorBoardValue(
      message: ProtobufMessage { value in
        value.text(1, tag)
        value.message(8) { tensor in  // a single number that nobody reads
          tensor.integer(1, 1)
          tensor.message(2, ProtobufMessage())
          tensor.float(5, 0)
        }
        value.message(9) { metadata in
          metadata.message(1) { plugin in
            plugin.text(1, "hparams")
            plugin.data(2, content.bytes)
          }
        }
      })
  }
}
