import Foundation
import Interchange
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  private let file = SafetensorsFile(
    tensors: [
      NamedWeights(
        name: "layers/1/weight", shape: [2, 3],
        scalars: [1, -2, 0.5, Float(bitPattern: 0x345), .infinity, 6]),
      NamedWeights(name: "layers/0/bias", shape: [1], scalars: [7]),
      NamedWeights(name: "empty", shape: [0, 4], scalars: []),
      NamedWeights(name: "single", shape: [], scalars: [8]),
    ], metadata: ["config": "name: \"x\"\n", "version": "1"])

  @Test func `weights come back bit for bit`() throws {
    let bytes = file.bytes
    #expect((8 + Int(bytes[0]) + Int(bytes[1]) << 8) % 8 == 0)
    let read = try SafetensorsFile(parsing: bytes, path: "x")
    #expect(read.tensors == file.tensors.sorted { $0.name < $1.name })
    #expect(read.metadata == file.metadata)
  }

  @Test func `weights that are not finite are refused by name`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/a.safetensors"
      try Data(file.bytes).write(to: URL(filePath: path))
      let problem = #expect(throws: InterchangeError.self) { try SafetensorsFile(reading: path) }
      #expect(problem?.description.contains("'layers/1/weight' of '\(path)'") == true)
      #expect(try SafetensorsFile(reading: path, requiresFinite: false).tensors.count == 4)
    }
  }

  private func crafted(_ header: String, data: Int = 8, length: UInt64? = nil) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: length ?? UInt64(header.utf8.count))
    return bytes + Array(header.utf8) + [UInt8](repeating: 0, count: data)
  }

  @Test(arguments: [
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,16]}}"#, "outside"),
    (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, "needs 12"),
    (#"{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#, "of the kind I64"),
    (#"{"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}"#, "shape"),
    (#"{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}"#, "shape"),
    (#"{"a":{"dtype":"F32","shape":[9223372036854775807,4],"data_offsets":[0,8]}}"#, "absurdly"),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
        + #""b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "overlap"
    ),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "gap"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "belong to no tensor"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}"#, "outside"),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
        + #""a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "comes twice"
    ),
    ("[1]", "no object"), ("{", "no JSON"),
  ])
  func `a crafted file is refused in a sentence`(header: String, reason: String) throws {
    let error = try #require(throws: InterchangeError.self) {
      try SafetensorsFile(parsing: crafted(header), path: "x")
    }
    #expect(error.description.contains(reason), "\(error)")
    #expect(error.description.contains("'x'"))
  }

  @Test(arguments: [UInt64.max, 1 << 40, 57, 100_000_001])
  func `a header longer than the file is refused`(length: UInt64) {
    let bytes = crafted(String(repeating: " ", count: 40), length: length)
    #expect(throws: InterchangeError.self) { try SafetensorsFile(parsing: bytes, path: "x") }
    #expect(throws: InterchangeError.self) { try SafetensorsFile(parsing: [1, 2], path: "x") }
  }

  @Test func `numbers of half precision are widened`() throws {
    var bytes = crafted(
      #"{"a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},"#
        + #""b":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]}}"#, data: 0)
    for bits: UInt16 in [0x3C00, 0xC100, 0x0001, 0x7C00, 0x3F80, 0xC040] {
      bytes.append(littleEndian: bits)
    }
    let file = try SafetensorsFile(parsing: bytes, path: "x")
    #expect(file.tensors[0].scalars == [1, -2.5, 0x1p-24, .infinity])
    #expect(file.tensors[1].scalars == [1, -3])
  }

  @Test func `safetensors itself reads ours and writes what we read`() throws {
    guard let python = PythonTools.python(with: "safetensors.numpy") else { return }
    try withTemporaryDirectory { folder in
      let path = folder.path + "/a.safetensors"
      try Data(file.bytes).write(to: URL(filePath: path))
      try PythonTools.expectSuccess(
        python,
        """
        import sys, numpy as np
        from safetensors import safe_open
        from safetensors.numpy import load_file, save_file
        tensors = load_file(sys.argv[1])
        assert tensors["layers/1/weight"].shape == (2, 3) and tensors["layers/1/weight"][0, 1] == -2
        assert tensors["single"].shape == () and tensors["empty"].shape == (0, 4)
        with safe_open(sys.argv[1], "np") as file: assert file.metadata()["version"] == "1"
        tensors["layers/0/bias"] = np.array([9], np.float16)
        save_file(tensors, sys.argv[2], {"from": "python"})
        """, [path, path + "2"])
      let read = try SafetensorsFile(reading: path + "2", requiresFinite: false)
      #expect(read.metadata == ["from": "python"])
      let byName = Dictionary(uniqueKeysWithValues: read.tensors.map { ($0.name, $0.scalars) })
      #expect(byName["layers/0/bias"] == [9])
      #expect(byName["layers/1/weight"] == file.tensors[0].scalars)
    }
  }
}
