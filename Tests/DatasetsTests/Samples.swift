import Datasets
import Foundation
import Randomness

/// Writes bytes to a file in a folder and names it.
func write(_ bytes: [UInt8], to name: String, in folder: URL) throws -> String {
  let path = folder.path + "/" + name
  try Data(bytes).write(to: URL(filePath: path))
  return path
}

func write(_ text: String, to name: String, in folder: URL) throws -> String {
  try write(Array(text.utf8), to: name, in: folder)
}

/// What a body says is wrong; empty if nothing is.
func failure(_ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch { return "\(error)" }
}

/// The bytes of a file of `Tests/DatasetsTests/Files`.
func sampleFile(_ name: String) throws -> [UInt8] {
  let folder = URL(filePath: #filePath).deletingLastPathComponent()
  return Array(try Data(contentsOf: folder.appending(path: "Files/\(name)")))
}

/// An IDX file of bytes.
func idx(_ shape: [Int], _ bytes: [UInt8], type: UInt8 = 8) -> [UInt8] {
  [0, 0, type, UInt8(shape.count)]
    + shape.flatMap { size in (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) } }
    + bytes
}

/// Changes bytes at random and cuts, many times: whatever comes of it, nothing may trap.
func forEachDamage(
  of bytes: [UInt8], rounds: Int, seed: UInt64, _ body: ([UInt8]) -> Void
) {
  var stream = Seeds(root: seed)["damage"]
  for round in 0..<rounds {
    var damaged = bytes
    if round % 3 == 0 { damaged.removeLast(stream.integer(below: bytes.count)) }
    for _ in 0..<(round % 3 == 0 ? 0 : 1 + round % 5) {
      let place = stream.integer(below: damaged.count)
      damaged[place] = [0, 0xff, 0x7f, 0x80, UInt8(stream.integer(below: 256))][round % 5]
    }
    body(damaged)
  }
}
