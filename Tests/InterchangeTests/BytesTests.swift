import Foundation
import Interchange
import TestSupport
import Testing

@Suite struct BytesTests {
  private static let checks: [(bytes: [UInt8], check: UInt32)] = [
    (Array("123456789".utf8), 0xE306_9283), ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
    ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43), ([UInt8](0..<32), 0x46DD_794E), ([], 0),
  ]

  /// RFC 3720, appendix B.4, and the check value of the polynomial's catalogue entry.
  @Test(arguments: checks)
  func `the cyclic check gives the published values`(bytes: [UInt8], check: UInt32) {
    #expect(CRC32C.digest(of: bytes) == check)
    let turned = (check >> 15 | check << 17) &+ 0xA282_EAD8
    #expect(CRC32C.masked(bytes) == turned)
  }

  /// The examples of the description of the wire format, and the longest number.
  @Test func `whole numbers take seven bits a byte`() {
    #expect(ProtobufMessage.variable(1) == [1])
    #expect(ProtobufMessage.variable(127) == [0x7F])
    #expect(ProtobufMessage.variable(128) == [0x80, 1])
    #expect(ProtobufMessage.variable(150) == [0x96, 1])
    #expect(ProtobufMessage.variable(300) == [0xAC, 2])
    #expect(
      ProtobufMessage.variable(.max) == [UInt8](repeating: 0xFF, count: 9) + [1])
  }

  @Test func `fields are keyed by number and kind`() {
    let message = ProtobufMessage { message in
      message.integer(1, 150)
      message.text(2, "testing")
      message.message(3) { $0.integer(1, 150) }
      message.integer(1, -1)
      message.float(4, 1)
      message.double(5, 1)
      message.packed(6, [3, 270, 86_942])
    }
    #expect(
      message.bytes == [0x08, 0x96, 0x01]
        + [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67]
        + [0x1A, 0x03, 0x08, 0x96, 0x01]
        + [0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x01]
        + [0x25, 0, 0, 0x80, 0x3F] + [0x29, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]
        + [0x32, 0x06, 0x03, 0x8E, 0x02, 0x9E, 0xA7, 0x05])
  }

  /// Made by TensorFlow's own writer.
  @Test func `an event file begins as TensorFlow's do`() throws {
    let event = ProtobufMessage { event in
      event.double(1, 0)
      event.text(3, "brain.Event:2")
    }
    let record = EventFile.record(event.bytes)
    #expect(Array(record[..<8]) == [24, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(record[8..<12]) == [0xA3, 0x7F, 0x4B, 0x22])
    #expect(record.count == 8 + 4 + 24 + 4)
  }

  @Test func `JSON of other tools is read, with what Python adds`() throws {
    let text = #"{"a": [1, -2.5e3, NaN, -Infinity], "b": "é\n\"😀\ud83d\ude00", "c": null}"#
    let value = try JSONValue(parsing: text.utf8, what: "a test")
    #expect(value["a"]?.list?.count == 4)
    #expect(value["a"]?.list?[1] == .number(-2500))
    #expect(value["a"]?.list?[3] == .number(-.infinity))
    #expect(value["b"] == .text("é\n\"😀😀"))
    #expect(value["c"] == .null)
    let again = try JSONValue(parsing: value.description.utf8, what: "a test")
    #expect(again.description == value.description)
  }

  @Test(arguments: [
    "", "{", "[1,]", #"{"a": 1, "a": 2}"#, #"{"a" 1}"#, "[1] 2", #""\x""#, "nan", "0x10",
    String(repeating: "[", count: 1000), #""\ud800""#, "[1 2]", "tru",
  ])
  func `JSON that is none is refused in a sentence`(text: String) {
    #expect(throws: InterchangeError.self) {
      try JSONValue(parsing: text.utf8, what: "the file 'x'")
    }
  }

  @Test func `a file has its name only when it is whole`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/table.csv"
      do {
        let file = try OutputFile(path, replaces: false)
        try file.write("half")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
      let file = try OutputFile(path, replaces: false)
      try file.write("whole")
      try file.commit()
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "whole")
      #expect(throws: InterchangeError.self) { try OutputFile(path, replaces: false) }
      let other = try OutputFile(path, replaces: true)
      try other.write("new")
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "whole")
      try other.commit()
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    }
  }

  @Test(arguments: ["run.h5", "checkpoint.h5", "journal.jsonl", "sweep.yaml"])
  func `records and sources are not replaced`(name: String) throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/" + name
      try OutputFile.requireFree(path, replaces: true)
      try Data("x".utf8).write(to: URL(filePath: path))
      #expect(throws: InterchangeError.self) { try OutputFile(path, replaces: true) }
      #expect(throws: InterchangeError.self) {
        try OutputFile.requireOther(folder.path + "/./" + name, than: [path])
      }
      try OutputFile.requireOther(path, than: [path + ".other"])
    }
  }

  @Test func `a full disk leaves nothing`() throws {
    #expect(throws: InterchangeError.self) {
      let file = try OutputFile("/dev/full", replaces: true)
      try file.write("x")
      try file.commit()
    }
    #expect(throws: InterchangeError.self) { try OutputFile("/nowhere/x", replaces: false) }
  }
}

@Suite struct TableTests {
  private func lines(_ format: TableFormat, _ rows: [[TableCell]]) throws -> String {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/table"
      let file = try OutputFile(path, replaces: false)
      let table = try TableWriter(file, format, columns: ["name", "n,m", "x"])
      for row in rows { try table.write(row) }
      try table.commit()
      return try String(contentsOfFile: path, encoding: .utf8)
    }
  }

  private let rows: [[TableCell]] = [
    [.text("a \"b\", c"), .integer(-3), .number(0.1)],
    [.text("two\nlines"), .empty, .single(0.1)],
    [.text(" blank"), .integer(1), .number(.nan)],
    [.text("plain"), .integer(2), .number(-.infinity)],
  ]

  @Test func `fields are quoted where they need it`() throws {
    #expect(
      try lines(.csv, rows) == "name,\"n,m\",x\r\n\"a \"\"b\"\", c\",-3,0.1\r\n"
        + "\"two\nlines\",,0.1\r\n\" blank\",1,NaN\r\nplain,2,-Inf\r\n")
  }

  @Test func `an object a line leaves out what is empty`() throws {
    #expect(
      try lines(.jsonl, rows) == #"{"name":"a \"b\", c","n,m":-3,"x":0.1}"# + "\n"
        + #"{"name":"two\nlines","x":0.1}"# + "\n" + #"{"name":" blank","n,m":1,"x":null}"# + "\n"
        + #"{"name":"plain","n,m":2,"x":null}"# + "\n")
  }
}
