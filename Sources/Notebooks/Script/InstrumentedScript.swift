extension Notebook {
  /// The name of the environment variable that makes a manifest build the copy of a target's
  /// script, and the copy say where it is.
  package static let environmentVariable = "FLEDGE_NOTEBOOK"

  /// A copy of the script that says, before each stretch of code, that it has come there.
  ///
  /// What the compiler and a crash say of places is said of the script itself. Run by whom it does
  /// not know, the copy prints what the script prints.
  ///
  /// - Parameter path: The script's file.
  package func instrumented(path: String) -> String {
    var copy = ""
    var number = 0
    let marks = !hasMainType
    for case .code(let code, let line) in parts {
      if marks { copy += "fledgeNotebookCell(\(number))\n" }
      copy += "#sourceLocation(file: \(Self.literal(path)), line: \(line))\n\(code)\n"
      copy += "#sourceLocation()\n"
      number += 1
    }
    return copy + (marks ? Self.marker : "")
  }

  /// Whether a type's `main` is the program, so that there is no code to say where it is.
  private var hasMainType: Bool {
    parts.contains { part in
      guard case .code(let code, _) = part else { return false }
      return code.split(separator: "\n").contains { $0.hasPrefix("@main") }
    }
  }

  private static func literal(_ text: String) -> String {
    var literal = "\""
    for character in text {
      if character == "\"" || character == "\\" { literal.append("\\") }
      literal.append(character)
    }
    return literal + "\""
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
