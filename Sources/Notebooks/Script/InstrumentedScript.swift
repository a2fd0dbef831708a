extension Notebook {
  /// The name of the environment variable that makes a manifest build the copy of a target's
  /// script, and the copy say where it is.
  package static let environmentVariable = "FLEDGE_NOTEBOOK"

  /// A copy of the script that says, before each stretch of code, that it has come there.
  ///
  /// Code keeps its lines, so that what the compiler and a crash say of places holds for the script.
  /// Without the environment variable the copy prints what the script prints.
  package var instrumented: String {
    var lines: [String] = []
    var number = 0
    let marks = !hasMainType
    for case .code(let code, let line) in parts {
      while lines.count < line - 1 { lines.append("") }
      if marks, !lines.isEmpty { lines[lines.count - 1] = "fledgeNotebookCell(\(number))" }
      let own = code.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      // There is a line before all code but that of a script which begins with it.
      lines += marks && lines.isEmpty ? ["fledgeNotebookCell(0); " + own[0]] + own.dropFirst() : own
      number += 1
    }
    return lines.joined(separator: "\n") + "\n" + (marks ? Self.marker : "")
  }

  /// Whether a type's `main` is the program, so that there is no code to say where it is.
  private var hasMainType: Bool {
    parts.contains { part in
      guard case .code(let code, _) = part else { return false }
      return code.split(separator: "\n").contains { $0.hasPrefix("@main") }
    }
  }

  /// Lines reach the weaver as they are printed, so that a crash loses none; Glibc's variable
  /// `stdout` cannot be named in Swift 6, so it is looked up.
  private static let marker = """
    import Glibc

    func fledgeNotebookCell(_ number: Int) {
      guard getenv("\(environmentVariable)") != nil else { return }
      if number == 0, let symbol = dlsym(nil, "stdout") {
        setvbuf(symbol.load(as: UnsafeMutablePointer<FILE>.self), nil, _IOLBF, 0)
      }
      print("\\u{1E}cell \\(number)\\u{1E}")
    }

    """
}
