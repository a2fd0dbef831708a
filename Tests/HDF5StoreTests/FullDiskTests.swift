import Foundation
import HDF5Store
import TestSupport
import Testing

/// A limit on the size of files stands for a full disk: both refuse a write, and the limit can be
/// set for one process (`EFBIG` for `ENOSPC`).
@Suite struct FullDiskTests {
  private static func limitFiles(to bytes: Int) {
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: .max)
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
  }

  @Test func `a checkpoint that does not fit leaves the old one and says so`() async {
    await #expect(processExitsWith: .success) {
      try withTemporaryDirectory { folder in
        let path = folder.path + "/x.h5"
        try HDF5File.replaceAtomically(at: path) { try $0.writeText("old", named: "t") }
        Self.limitFiles(to: 100_000)
        let numbers = [Float](repeating: 1, count: 100_000)
        let error = #expect(throws: HDF5Error.self) {
          try HDF5File.replaceAtomically(at: path) { root in
            try root.write(numbers, shape: [100_000], named: "x")
          }
        }
        #expect(error?.reason == .diskFull)
        #expect(error?.description.contains("df -h") == true)
        #expect(try HDF5File.open(path).root.text("t") == "old")
        #expect(try names(in: folder.path) == ["x.h5"])

        // Once there is space again, the same process goes on.
        Self.limitFiles(to: 100_000_000)
        try HDF5File.replaceAtomically(at: path) { root in
          try root.write(numbers, shape: [100_000], named: "x")
        }
        #expect(try HDF5File.open(path).root.array("x", of: Float.self).scalars == numbers)
      }
    }
  }

  @Test func `a live column that does not fit says so, and what was flushed stays`() async {
    await #expect(processExitsWith: .success) {
      try withTemporaryDirectory { folder in
        let path = folder.path + "/x.h5"
        let file = try HDF5File.create(at: path)
        let column = try file.root.createColumn("c", of: Int64.self, chunkRows: 1024)
        try file.beginLiveWriting()
        try column.append(Array(0..<2000))
        try file.flush()
        Self.limitFiles(to: 50_000)
        let error = #expect(throws: HDF5Error.self) {
          for start in 0..<100 {
            try column.append((0..<1000).map { Int64(2000 + start * 1000 + $0) })
            try file.flush()
          }
        }
        #expect(error?.reason == .diskFull)
        try? file.close()
        let copy = folder.path + "/copy.h5"
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        let rows = try HDF5File.open(copy).root.column("c", of: Int64.self).read(0..<2000)
        #expect(rows == Array(0..<2000))
      }
    }
  }
}
