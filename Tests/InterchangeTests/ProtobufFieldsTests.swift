import Foundation
import Interchange
import TestSupport
import Testing

/// Messages read back, whole, cut off or damaged.
@Suite struct ProtobufFieldsTests {
  private static let message = ProtobufMessage { message in
    message.integer(1, 300)
    message.double(2, -0.5)
    message.float(3, 1.5)
    message.text(4, "größer")
    message.message(5) { $0.text(1, "first") }
    message.message(5) { $0.text(1, "second") }
  }.bytes

  @Test func `fields are read by their numbers`() throws {
    let fields = try #require(ProtobufFields(Self.message))
    #expect(fields.number(1) == 300)
    #expect(fields.number(2).map(Double.init(bitPattern:)) == -0.5)
    #expect(fields.number(3) == UInt64(Float(1.5).bitPattern))
    #expect(fields.text(4) == "größer")
    #expect(fields.messages(5).map { $0.text(1) } == ["first", "second"])
    #expect(fields.message(5)?.text(1) == "second")
    #expect(fields.number(9) == nil && fields.text(9) == nil && fields.messages(9).isEmpty)
  }

  @Test func `what is cut off or no message is nothing, and never more`() throws {
    var whole = 0
    for length in 0..<Self.message.count where ProtobufFields(Array(Self.message[..<length])) != nil
    {
      whole += 1
    }
    // Only between fields is a message whole.
    #expect(whole == 6)
    for bytes in [[0xFF], [0x08], [0x0A, 0x05, 1], [0x0B], [0x00, 0x01]] as [[UInt8]] {
      #expect(ProtobufFields(bytes) == nil, "\(bytes)")
    }
    let endless = [UInt8](repeating: 0xFF, count: 20)
    #expect(ProtobufFields([0x0A] + endless) == nil)
  }

  @Test func `a file of events is read up to its damage`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/events.out.tfevents.1"
      let file = try EventFile(path, replaces: false, wallTime: 1)
      try file.write(
        [
          HyperparameterRecords.sessionStart(
            [("rate", .number(0.1)), ("name", .text("a")), ("fast", .truth(true))],
            group: "lake/main", startTime: 2)
        ], step: 0, wallTime: 2)
      try file.write([.scalar("x", 1)], step: 1, wallTime: 3)
      try file.commit()
      #expect(try EventFile.payloads(atStartOf: path).count == 3)
      #expect(try EventFile.payloads(atStartOf: path, size: 60).count == 1)
      let session = try #require(HyperparameterRecords.session(ofFile: path))
      #expect(session.group == "lake/main")
      #expect(session.settings.map(\.name) == ["rate", "name", "fast"])
      #expect(session.settings.map(\.value) == [.number(0.1), .text("a"), .truth(true)])

      var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
      bytes[50] ^= 1
      try Data(bytes).write(to: URL(filePath: path))
      #expect(try EventFile.payloads(atStartOf: path).count == 1)
      #expect(HyperparameterRecords.session(ofFile: path) == nil)
      #expect(HyperparameterRecords.session(ofFile: folder.path + "/none") == nil)
    }
  }
}
