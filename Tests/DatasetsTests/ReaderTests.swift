import CZlib
import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct FileContentsTests {
  @Test func `packed files are unpacked, also in several pieces`() throws {
    let (one, two) = (Array("hello ".utf8), [UInt8](repeating: 7, count: 200_000))
    try withTemporaryDirectory { folder in
      let path = try write(gzip(one) + gzip(two), to: "x.gz", in: folder)
      #expect(try FileContents(of: path).bytes == one + two)
      let plain = try write(one, to: "x", in: folder)
      #expect(try FileContents(of: plain).bytes == one)
    }
  }

  @Test func `a packed file that is damaged, short or endless is refused`() throws {
    let packed = gzip((0..<9_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) })
    func flaw(_ bytes: [UInt8], limit: Int = 1 << 20) -> String {
      failure { _ = try inflated(bytes[...], of: "x.gz", limit: limit) }
    }
    #expect(flaw(packed) == "")
    #expect(flaw(Array(packed.dropLast(9))).contains("end early"))
    #expect(flaw(Array(packed[..<10])).contains("end early"))
    #expect(flaw(packed + [1, 2, 3]).contains("damaged"))
    let bomb = gzip([UInt8](repeating: 0, count: 3_000_000))
    #expect(flaw(bomb).contains("more than 1048576 bytes"))
    var changed = packed
    changed[packed.count / 2] ^= 0x40
    #expect(!flaw(changed).isEmpty)
    forEachDamage(of: packed, rounds: 200, seed: 2) { bytes in
      _ = try? inflated(bytes[...], of: "x.gz", limit: 1 << 20)
    }
  }

  @Test func `what is no file is refused`() throws {
    #expect(failure { _ = try FileContents(of: "/nowhere/x") }.contains("no such file"))
    #expect(failure { _ = try FileContents(of: "/dev/zero") }.contains("not a file"))
    try withTemporaryDirectory { folder in
      #expect(failure { _ = try FileContents(of: folder.path) }.contains("it is a folder"))
      let path = try write([1, 2, 3], to: "x", in: folder)
      #expect(failure { _ = try FileContents(of: path, limit: 2) }.contains("larger than 2 bytes"))
    }
  }
}

@Suite struct IDXFileTests {
  private func read(_ bytes: [UInt8]) throws -> IDXFile {
    try IDXFile(FileContents(path: "x", bytes: bytes))
  }

  @Test func `numbers of every type are read, big-endian`() throws {
    let file = try read(idx([2, 3], [0, 1, 2, 253, 254, 255]))
    #expect(file.shape == [2, 3] && file.numbers == [0, 1, 2, 253, 254, 255])
    #expect(try read(idx([2], [0x80, 0x7f], type: 9)).numbers == [-128, 127])
    #expect(try read(idx([1], [0xff, 0xfe], type: 11)).numbers == [-2])
    #expect(try read(idx([1], [0, 1, 0, 0], type: 12)).numbers == [65536])
    #expect(try read(idx([1], [0x3f, 0xc0, 0, 0], type: 13)).numbers == [1.5])
    #expect(try read(idx([1], [0xc0, 0, 0, 0, 0, 0, 0, 0], type: 14)).numbers == [-2])
  }

  @Test func `sizes that do not fit what is stored are refused`() {
    func flaw(_ bytes: [UInt8]) -> String { failure { _ = try read(bytes) } }
    let huge = Int(UInt32.max)
    #expect(flaw(idx([2, 3], [1, 2, 3])).contains("do not fit the 3 bytes"))
    #expect(flaw(idx([1], [1, 2])).contains("do not fit"))
    #expect(flaw(idx([huge, huge, huge], [1])).contains("do not fit"))
    #expect(flaw(idx([huge, huge, 0], [1])).contains("do not fit"))
    #expect(flaw(idx([1 << 31, 1 << 31, 4], [])).contains("do not fit"))
    #expect(flaw([0, 0, 8, 3, 0, 0]).contains("within the sizes"))
    #expect(flaw([0, 0, 10, 1, 0, 0, 0, 0]).contains("type of number, 10"))
    #expect(flaw([1, 0, 8, 1]).contains("does not begin"))
    #expect(flaw([]).contains("does not begin"))
  }

  @Test func `no damage traps`() {
    forEachDamage(of: idx([2, 2, 3], Array(0..<12)), rounds: 500, seed: 3) { bytes in
      _ = try? read(bytes)
    }
  }
}

/// `Files/make.py` made the files with scipy.
@Suite struct MATFileTests {
  private func read(_ name: String) throws -> MATFile {
    try MATFile(FileContents(path: name, bytes: try sampleFile(name)))
  }

  @Test(arguments: ["plain.mat", "packed.mat"])
  func `matrices and cells are read`(name: String) throws {
    let file = try read(name)
    let matrix = try file.matrix("matrix")
    #expect(matrix.shape == [2, 3] && matrix[1, 0] == 0.75 && matrix[0, 2] == 0.5)
    let cells = try file.matrices("cells")
    #expect(cells.map(\.shape) == [[2, 2], [4, 2], [6, 2]])
    #expect(cells[2][5, 1] == 13)
    #expect(try file.matrix("single").numbers == [1.5, -2.5])
    #expect(try file.matrix("integers").numbers == [-300, 300])
    #expect(try file.matrix("large").numbers == [-1_099_511_627_776, 1_099_511_627_776])
    #expect(try file.matrix("empty").shape == [0, 3])
    guard case .cells(let outer) = try file.variable("nested"), case .cells(let inner) = outer[0]
    else {
      Issue.record("cells within cells are not read")
      return
    }
    #expect(inner.count == 3)
  }

  @Test func `what is not read is told`() throws {
    let file = try read("plain.mat")
    for name in ["text", "complex", "structure", "cells"] {
      #expect(failure { _ = try file.matrix(name) }.contains("not a matrix of real numbers"))
    }
    #expect(failure { _ = try file.matrices("nested") }.contains("not a cell array of matrices"))
    #expect(failure { _ = try file.matrix("other") }.contains("no variable 'other'"))
  }

  @Test func `files of other kinds are refused`() throws {
    #expect(failure { _ = try read("v4.mat") }.contains("too short"))
    func flaw(_ change: (inout [UInt8]) -> Void) throws -> String {
      var bytes = try sampleFile("plain.mat")
      change(&bytes)
      return failure { _ = try MATFile(FileContents(path: "x.mat", bytes: bytes)) }
    }
    #expect(try flaw { $0.replaceSubrange(124..<126, with: [0, 2]) }.contains("version 7.3"))
    #expect(
      try flaw { $0.replaceSubrange(126..<128, with: Array("MI".utf8)) }.contains("little-endian"))
    #expect(try flaw { $0.removeLast(8) }.contains("beyond what is stored"))
    #expect(try flaw { $0 = Array($0[..<130]) }.contains("ends within an element"))
    // The sizes of the first matrix, 2 × 3, begin at byte 160.
    #expect(try flaw { $0[163] = 0x7f }.contains("holds 6 numbers"))
    #expect(try flaw { $0[163] = 0xff }.contains("no matrix can have the size"))
  }

  @Test func `an empty matrix whose other sizes overflow is refused`() throws {
    func element(_ type: UInt32, _ words: [UInt32]) -> [UInt8] {
      ([type, UInt32(4 * words.count)] + words).flatMap { word in
        (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
      }
    }
    let huge = UInt32(Int32.max)
    for sizes in [[0, huge, huge, huge], [huge, huge, huge, 0]] {
      let body =
        element(6, [6, 0]) + element(5, sizes) + element(1, []) + element(9, [])
      var words: [UInt32] = []
      for place in stride(from: 0, to: body.count, by: 4) {
        words.append((0..<4).reduce(0) { $0 | UInt32(body[place + $1]) << (8 * UInt32($1)) })
      }
      let bytes = Array(try sampleFile("plain.mat")[..<128]) + element(14, words)
      let flaw = failure {
        let file = try MATFile(FileContents(path: "x.mat", bytes: bytes))
        _ = try file.matrix("").columns
      }
      #expect(flaw.contains("no matrix can have the size"))
    }
  }

  @Test(arguments: ["plain.mat", "packed.mat"])
  func `no damage traps`(name: String) throws {
    forEachDamage(of: try sampleFile(name), rounds: 1_500, seed: 4) { bytes in
      guard let file = try? MATFile(FileContents(path: name, bytes: bytes)) else { return }
      _ = try? file.matrix("matrix")
      _ = try? file.matrices("cells")
    }
  }
}

/// What gzip makes of some bytes.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var (stream, input) = (z_stream(), bytes)
  var output = [UInt8](repeating: 0, count: bytes.count + 1_000)
  deflateInit2_(
    &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
      (stream.next_out, stream.avail_out) = (output.baseAddress, UInt32(output.count))
      _ = deflate(&stream, Z_FINISH)
    }
  }
  deflateEnd(&stream)
  return Array(output[..<(output.count - Int(stream.avail_out))])
}
