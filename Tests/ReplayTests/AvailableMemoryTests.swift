import Environments
import Foundation
import Replay
import Testing

@Suite struct AvailableMemoryTests {
  /// A folder that stands for the system's root, with these files.
  private func root(_ files: [String: String]) throws -> String {
    let root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    for (path, text) in files {
      let file = root.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    return root.path
  }

  private let meminfo = "MemTotal:  2000 kB\nMemFree:  500 kB\nMemAvailable:    1000 kB\n"

  @Test func `without a control group it is what the system has left`() throws {
    let root = try root(["proc/meminfo": meminfo])
    defer { try? FileManager.default.removeItem(atPath: root) }
    #expect(
      AvailableMemory.now(under: root)
        == AvailableMemory(bytes: 1_024_000, source: "MemAvailable in /proc/meminfo"))
  }

  @Test func `a control group binds, also one further out`() throws {
    let root = try root([
      "proc/meminfo": meminfo, "proc/self/cgroup": "0::/outer/inner\n",
      "sys/fs/cgroup/outer/inner/memory.max": "max\n",
      "sys/fs/cgroup/outer/inner/memory.current": "100\n",
      "sys/fs/cgroup/outer/memory.max": "5000\n",
      "sys/fs/cgroup/outer/memory.current": "3000\n",
      "sys/fs/cgroup/outer/memory.stat": "anon 1\ninactive_file 400\n",
    ])
    defer { try? FileManager.default.removeItem(atPath: root) }
    let found = AvailableMemory.now(under: root)
    #expect(found?.bytes == 2400)
    #expect(found?.source.contains("/sys/fs/cgroup/outer") == true)
  }

  @Test func `the older kind of control group is read as well`() throws {
    let root = try root([
      "proc/meminfo": meminfo, "proc/self/cgroup": "5:cpu:/\n4:memory:/job\n",
      "sys/fs/cgroup/memory/job/memory.limit_in_bytes": "9000\n",
      "sys/fs/cgroup/memory/job/memory.usage_in_bytes": "8000\n",
      "sys/fs/cgroup/memory/job/memory.stat": "total_inactive_file 500\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "sys/fs/cgroup/memory/memory.usage_in_bytes": "8000\n",
    ])
    defer { try? FileManager.default.removeItem(atPath: root) }
    #expect(AvailableMemory.now(under: root)?.bytes == 1500)
  }

  @Test func `this machine has some memory left`() {
    #expect((AvailableMemory.now()?.bytes ?? 0) > 1 << 20)
  }

  @Test func `a layout that does not fit is refused with size, limit and remedy`() throws {
    let layout = try ReplayLayout(
      capacity: 1_000_000, environments: 1, observationSize: 17,
      actions: .continuous(low: [0, 0, 0, 0, 0, 0], high: [1, 1, 1, 1, 1, 1]), masked: false)
    #expect(layout.byteCount == 1_000_001 * (17 * 4 + 6 * 4 + 8))
    let memory = AvailableMemory(bytes: 50_000_000, source: "MemAvailable in /proc/meminfo")
    let error = #expect(throws: ReplayError.self) { try layout.check(against: memory) }
    #expect(
      error?.description
        == "replay.capacity of 1000000 transitions needs 100.0 MB, but 50.0 MB are free "
        + "(MemAvailable in /proc/meminfo): lower it to at most 499999.")
    let fitting = try ReplayLayout(
      capacity: 499_999, environments: 1, observationSize: 17, actions: layout.actions,
      masked: false)
    try fitting.check(against: memory)
    try layout.check(against: nil)
  }
}
