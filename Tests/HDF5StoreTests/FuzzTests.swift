import Foundation
import HDF5Store
import TestSupport
import Testing

/// Random damage, read in a child process: the library itself may crash or hang on it.
@Suite struct FuzzTests {
  /// What became of each case, a letter a case: `r` right numbers, `e` a sentence, `w` wrong
  /// numbers, `c` a crash, `h` a hang.
  private func outcomes(of report: String) throws -> [UInt8] { try contents(of: report) }

  @Test func `flipped bytes give a sentence or the right numbers`() async throws {
    let folder = NSTemporaryDirectory() + "fledge-fuzz-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Sample.write(to: folder + "/good.h5")
    let report = folder + "/report"
    let cases = 600

    while (try? outcomes(of: report).count) ?? 0 < cases {
      // A crash ends the child after one letter more, so this loop ends.
      await #expect(processExitsWith: .success) {
        [folder = folder as String, cases = cases as Int] in
        try Fuzzer.run(folder: folder, cases: cases, damage: Fuzzer.flip, read: Sample.read)
      }
    }
    let counts = Dictionary(try outcomes(of: report).map { ($0, 1) }, uniquingKeysWith: +)
    #expect(counts[UInt8(ascii: "w")] == nil, "wrong numbers")
    #expect(counts[UInt8(ascii: "c")] == nil, "crashes")
    #expect(counts[UInt8(ascii: "h")] == nil, "hangs")
    #expect((counts[UInt8(ascii: "e")] ?? 0) > cases / 10)
  }
}

/// Damages a file again and again and writes down what reading it gave.
enum Fuzzer {
  /// Flips 1 to 8 bytes somewhere.
  static func flip(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
    for _ in 0..<(1 << Int(random.next() % 4)) {
      let place = Int(random.next() % UInt64(bytes.count))
      bytes[place] ^= UInt8(truncatingIfNeeded: random.next() | 1)
    }
  }

  static func run(
    folder: String, cases: Int, damage: (inout [UInt8], inout SplitMix64) -> Void,
    read: (String) throws -> Bool
  ) throws {
    let report = open(folder + "/report", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    let done = Int(lseek(report, 0, SEEK_END))
    noteCrashes(in: report)
    let good = try contents(of: folder + "/good.h5")
    for index in done..<cases {
      var random = SplitMix64(state: UInt64(index))
      var bytes = good
      damage(&bytes, &random)
      try write(bytes, to: folder + "/bad.h5")
      alarm(10)
      let letter: String
      do {
        letter = try read(folder + "/bad.h5") ? "r" : "w"
      } catch {
        letter = "e"
      }
      alarm(0)
      _ = Glibc.write(report, letter, 1)
    }
  }

  /// A crash or an alarm writes its letter and ends the process in good order.
  private static func noteCrashes(in report: Int32) {
    Fuzzer.reportDescriptor = report
    for code in [SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP, SIGALRM] {
      signal(code) { code in
        _ = Glibc.write(Fuzzer.reportDescriptor, code == SIGALRM ? "h" : "c", 1)
        _exit(0)
      }
    }
  }

  nonisolated(unsafe) private static var reportDescriptor: Int32 = -1
}

/// A small generator of test cases (SplitMix64).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
