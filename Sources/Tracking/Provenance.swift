import Glibc

/// What made a run: enough to say later why its bits are what they are.
public struct Provenance: Hashable, Sendable {
  /// The version of Fledge.
  public var version: String
  /// The commit of the working folder, where it is a git repository.
  public var commit: String?
  /// The processor's name as the system gives it.
  public var processor: String
  /// The kernel that the BLAS chose for it, such as `SkylakeX`.
  public var blasKernel: String
  /// The root of all random streams.
  public var seed: UInt64
  /// The command and its arguments.
  public var commandLine: [String]
  /// Name of the machine.
  public var host: String
  /// When the process began with the run, in UTC: `2026-11-21T12:00:00Z`.
  public var startTime: String
  /// The compiler's version, as far as a program can know it.
  public var swiftVersion: String

  /// Puts together where a run comes from.
  public init(
    version: String, commit: String?, processor: String, blasKernel: String, seed: UInt64,
    commandLine: [String], host: String, startTime: String, swiftVersion: String
  ) {
    self.version = version
    self.commit = commit
    self.processor = processor
    self.blasKernel = blasKernel
    self.seed = seed
    self.commandLine = commandLine
    self.host = host
    self.startTime = startTime
    self.swiftVersion = swiftVersion
  }
}

extension Provenance {
  /// Asks the system for everything that the caller does not know.
  public static func gather(
    version: String, blasKernel: String, seed: UInt64, commandLine: [String]
  ) -> Provenance {
    Provenance(
      version: version, commit: commit(ofRepositoryAround: "."), processor: processorName(),
      blasKernel: blasKernel, seed: seed, commandLine: commandLine, host: hostName(),
      startTime: timestamp(time(nil)), swiftVersion: compilerVersion)
  }

  /// Seconds since 1970 as `2026-11-21T12:00:00Z`.
  package static func timestamp(_ seconds: Int) -> String {
    var (seconds, parts) = (time_t(seconds), tm())
    gmtime_r(&seconds, &parts)
    func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
      + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
  }

  static func processorName() -> String {
    let line = smallFile("/proc/cpuinfo")?.split(separator: "\n")
      .first { $0.hasPrefix("model name") || $0.hasPrefix("Model") }
    let name = line?.split(separator: ":", maxSplits: 1).last.map { $0.drop { $0 == " " } }
    return name.map(String.init) ?? "unknown"
  }

  static func hostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static var compilerVersion: String {
    #if compiler(>=6.5)
    "6.5 or newer"
    #elseif compiler(>=6.4)
    "6.4"
    #elseif compiler(>=6.3)
    "6.3"
    #else
    "6.2 or older"
    #endif
  }

  /// The commit that is checked out in the repository around a folder, read from its files.
  package static func commit(ofRepositoryAround folder: String) -> String? {
    var folder = folder
    for _ in 0..<32 {
      if let head = smallFile(folder + "/.git/HEAD") {
        guard head.hasPrefix("ref: ") else { return firstWord(of: head) }
        let name = firstWord(of: String(head.dropFirst(5))) ?? ""
        return smallFile("\(folder)/.git/\(name)").flatMap(firstWord)
          ?? packedCommit(of: name, in: folder)
      }
      folder += "/.."
    }
    return nil
  }

  private static func packedCommit(of name: String, in folder: String) -> String? {
    smallFile(folder + "/.git/packed-refs")?.split(separator: "\n")
      .first { $0.hasSuffix(" " + name) }.flatMap { firstWord(of: String($0)) }
  }

  private static func firstWord(of text: String) -> String? {
    text.split { $0.isWhitespace }.first.map(String.init)
  }

  /// The beginning of a text file, at most a megabyte.
  private static func smallFile(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
      count = fread(buffer.baseAddress, 1, buffer.count, file)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
