import Glibc

/// Memory that this process can still take without the system ending it.
public struct AvailableMemory: Equatable, Sendable {
  /// Bytes that are free.
  public let bytes: Int
  /// What sets the limit, in words.
  public let source: String

  public init(bytes: Int, source: String) {
    self.bytes = bytes
    self.source = source
  }

  /// The smaller of what `/proc/meminfo` and the control group leave; `nil` where neither can be
  /// read.
  public static func now() -> AvailableMemory? { now(under: "") }

  /// As `now()`, with the system's files looked up beneath `root`.
  package static func now(under root: String) -> AvailableMemory? {
    var found: [AvailableMemory] = []
    if let text = contents(of: root + "/proc/meminfo"), let bytes = memoryAvailable(in: text) {
      found.append(AvailableMemory(bytes: bytes, source: "MemAvailable in /proc/meminfo"))
    }
    let groups = contents(of: root + "/proc/self/cgroup") ?? ""
    for folder in groupFolders(in: groups) {
      guard let room = groupRoom(root + folder) else { continue }
      found.append(
        AvailableMemory(bytes: room, source: "the memory limit of the control group \(folder)"))
    }
    return found.min { $0.bytes < $1.bytes }
  }

  /// `MemAvailable` of `/proc/meminfo`, in bytes.
  static func memoryAvailable(in text: String) -> Int? {
    field("MemAvailable:", in: text).map { $0 * 1024 }
  }

  /// The folders whose limits bind this process: its own group and every group around it.
  static func groupFolders(in groups: String) -> [String] {
    var folders: [String] = []
    for line in groups.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isUnified = parts[0] == "0" && parts[1].isEmpty
      guard isUnified || parts[1].split(separator: ",").contains("memory") else { continue }
      let mount = isUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
      var names = parts[2].split(separator: "/")
      while true {
        folders.append(names.isEmpty ? mount : mount + "/" + names.joined(separator: "/"))
        if names.isEmpty { break }
        names.removeLast()
      }
    }
    return folders
  }

  /// Limit less use of one control group, in bytes; cached file pages do not count as use.
  private static func groupRoom(_ folder: String) -> Int? {
    let statistics = contents(of: folder + "/memory.stat") ?? ""
    if let limit = number(folder + "/memory.max"), let use = number(folder + "/memory.current") {
      return max(0, limit - use + (field("inactive_file", in: statistics) ?? 0))
    }
    if let limit = number(folder + "/memory.limit_in_bytes"), limit < 1 << 60,
      let use = number(folder + "/memory.usage_in_bytes")
    {
      return max(0, limit - use + (field("total_inactive_file", in: statistics) ?? 0))
    }
    return nil
  }

  private static func field(_ name: String, in text: String) -> Int? {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", omittingEmptySubsequences: true)
      if words.count >= 2, words[0] == name { return Int(words[1]) }
    }
    return nil
  }

  private static func number(_ path: String) -> Int? {
    contents(of: path).flatMap { Int($0.prefix { $0.isNumber }) }
  }

  /// The text of a small file, `nil` where it cannot be read.
  private static func contents(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      guard count >= 0 else { return nil }
      if count == 0 { break }
      bytes.append(contentsOf: chunk[..<count])
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
