import Glibc

/// What the program is talking to.
enum Terminal {
  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether standard output understands colours.
  static var showsColor: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Columns of the terminal, 80 when unknown.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Columns for results: those of the terminal on standard output, no fewer than 60; where results
  /// go to a file or another program, wide lines do no harm.
  static var outputWidth: Int {
    var size = winsize()
    guard isatty(STDOUT_FILENO) == 1 else {
      return getenv("COLUMNS").flatMap { Int(String(cString: $0)) }.map { max(60, $0) } ?? 100
    }
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return max(60, Int(size.ws_col))
  }

  /// Writes to standard error, where progress belongs: standard output is for results.
  static func writeError(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      guard written > 0 else { return }
      bytes = bytes.dropFirst(written)
    }
  }
}
