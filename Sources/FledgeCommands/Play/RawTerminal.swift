import Glibc
import Synchronization

/// A terminal that gives every key at once and shows nothing by itself, until it is restored.
final class RawTerminal {
  private var before = termios()
  private var isRaw = false

  /// The signal that asks the program to end, 0 for none.
  private static let endingSignal = Atomic<Int32>(0)
  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  /// Whether there is a terminal both to read keys from and to draw on.
  static var isAvailable: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

  /// Uses the terminal, which is afterwards as before, whatever happens in between.
  ///
  /// - Throws: what `body` throws; a sentence where the terminal cannot be made raw.
  static func with<Result>(_ body: (RawTerminal) throws -> Result) throws -> Result {
    let terminal = RawTerminal()
    defer { terminal.restore() }
    try terminal.enter()
    return try body(terminal)
  }

  private func enter() throws {
    guard tcgetattr(STDIN_FILENO, &before) == 0 else {
      throw CommandFailure("the terminal cannot be read (\(String(cString: strerror(errno))))")
    }
    Self.endingSignal.store(0, ordering: .relaxed)
    for number in Self.signals {
      signal(number) { RawTerminal.endingSignal.store($0, ordering: .relaxed) }
    }
    var raw = before
    cfmakeraw(&raw)
    guard tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0 else {
      throw CommandFailure("the terminal cannot be set (\(String(cString: strerror(errno))))")
    }
    isRaw = true
    // The other screen, without a cursor, and without going on in the next line at the end of one.
    _ = write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l")
  }

  private func restore() {
    guard isRaw else { return }
    _ = write("\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l")
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
    for number in Self.signals { signal(number, SIG_DFL) }
    isRaw = false
  }

  /// The signal that asked the program to end, if one did.
  var endingSignal: Int32? {
    let number = Self.endingSignal.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Characters in a row, and rows; 80 × 24 where the terminal does not say.
  var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
    else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Writes to the terminal; `false` if it is gone.
  func write(_ text: String) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if written < 0 && (errno == EINTR || errno == EAGAIN) {
        if endingSignal != nil { return false }
        continue
      }
      guard written > 0 else { return false }
      bytes = bytes.dropFirst(written)
    }
    return true
  }

  /// The keys pressed, after waiting for one for at most some seconds.
  func keys(waiting seconds: Double) -> [Key] {
    var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    let milliseconds = Int32(max(0, min(seconds, 1) * 1000).rounded(.up))
    guard poll(&descriptor, 1, milliseconds) > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = read(STDIN_FILENO, &bytes, bytes.count)
    if count < 0 && errno == EINTR { return [] }
    return count > 0 ? Key.keys(in: Array(bytes.prefix(count))) : [.end]
  }

  /// Seconds since some moment in the past.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
