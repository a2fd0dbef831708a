import Foundation
import Testing

/// The program in a terminal of its own, as a person has it.
final class PseudoTerminal {
  private let master: Int32
  private let slave: Int32
  private let process: pid_t
  private let before: termios
  private var bytes: [UInt8] = []
  var output: String { String(decoding: bytes, as: UTF8.self) }
  private var status: Int32?

  init(
    _ arguments: [String], columns: Int = 80, rows: Int = 24, variables: [String: String] = [:]
  ) throws {
    var (master, slave): (Int32, Int32) = (-1, -1)
    var size = winsize()
    (size.ws_col, size.ws_row) = (UInt16(columns), UInt16(rows))
    try #require(openpty(&master, &slave, nil, nil, &size) == 0, "there is no pseudo-terminal")
    (self.master, self.slave) = (master, slave)
    before = Self.modes(of: slave)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in Int32(0)...2 {
      posix_spawn_file_actions_adddup2(&actions, slave, descriptor)
    }
    posix_spawn_file_actions_addclose(&actions, master)
    // The threads of tests block signals, and a process begins with what its parent blocks.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var environment = ProcessInfo.processInfo.environment
    for name in ["NO_COLOR", "COLORTERM"] { environment[name] = nil }
    environment["TERM"] = "xterm-256color"
    environment.merge(variables) { $1 }
    var words: [UnsafeMutablePointer<CChar>?] =
      ([CommandLineTool.path] + arguments).map { strdup($0) } + [nil]
    var settings: [UnsafeMutablePointer<CChar>?] =
      environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (words + settings).forEach { free($0) } }
    var process: pid_t = 0
    let result = posix_spawn(
      &process, CommandLineTool.path, &actions, &attributes, &words, &settings)
    self.process = process
    try #require(result == 0, "the program cannot be started")
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(master)
    close(slave)
  }

  /// Presses keys.
  func type(_ keys: String) {
    let bytes = Array(keys.utf8)
    _ = Glibc.write(master, bytes, bytes.count)
  }

  func send(_ signal: Int32) { kill(process, signal) }

  func resize(columns: Int, rows: Int) {
    var size = winsize()
    (size.ws_col, size.ws_row) = (UInt16(columns), UInt16(rows))
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Reads what the program writes until something is in it that was not there before.
  ///
  /// - Returns: `false` after some seconds without it.
  func waits(for text: String) -> Bool {
    let start = bytes.count
    return read { String(decoding: self.bytes[start...], as: UTF8.self).contains(text) }
  }

  /// Waits for the end of the program.
  ///
  /// - Returns: the exit status, 128 more than its number for a signal; `nil` if it does not end.
  func end() -> Int32? {
    _ = read {
      var status: Int32 = 0
      guard waitpid(self.process, &status, WNOHANG) == self.process else { return false }
      self.status = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
      return true
    }
    readNow()
    return status
  }

  /// Whether the terminal takes and shows keys as it did before the program began.
  var isAsBefore: Bool {
    let now = Self.modes(of: slave)
    return now.c_lflag == before.c_lflag && now.c_iflag == before.c_iflag
      && now.c_oflag == before.c_oflag && now.c_cflag == before.c_cflag
  }

  private static func modes(of terminal: Int32) -> termios {
    var modes = termios()
    tcgetattr(terminal, &modes)
    return modes
  }

  private func read(until condition: () -> Bool) -> Bool {
    let end = Date().addingTimeInterval(20)
    while Date() < end {
      readNow()
      if condition() { return true }
    }
    return false
  }

  /// Reads what is there, after waiting a moment for something.
  private func readNow() {
    var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, 5) > 0 else { return }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(master, &buffer, buffer.count)
    if count > 0 { bytes += buffer.prefix(count) }
  }
}
