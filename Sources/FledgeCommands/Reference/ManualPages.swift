import Experiments

/// The commands as manual pages for `man`, one a command: `fledge.1`, `fledge-run.1`.
struct ManualPages {
  let dump: CommandDump

  /// Name of the file and its contents, for each command.
  var files: [(name: String, text: String)] {
    dump.command.all.map { ("\($0.words.joined(separator: "-")).1", page($0)) }
  }

  private func page(_ command: CommandDump.Command) -> String {
    let name = command.words.joined(separator: "-")
    var lines = [
      ".TH \"\(Self.text(name.uppercased()))\" 1 \"\" "
        + "\"Fledge \(FledgeVersion.current)\" \"Fledge\"",
      ".SH NAME", "\(Self.text(name)) \\- \(Self.text(command.abstract ?? ""))",
      ".SH SYNOPSIS", ".nf", "\\fB\(Self.text(command.usage))\\fR", ".fi",
    ]
    if let discussion = command.discussion {
      lines += [".SH DESCRIPTION"] + Self.paragraphs(discussion)
    }
    if !command.shown.isEmpty {
      lines.append(".SH COMMANDS")
      for child in command.shown {
        lines += Self.item(child.commandName, child.abstract ?? "")
      }
    }
    if !command.ownArguments.isEmpty {
      lines.append(".SH OPTIONS")
      for argument in command.ownArguments {
        let standard = argument.kind == .flag ? nil : argument.defaultValue
        lines += Self.item(
          argument.spelling, argument.meaning + (standard.map { " (default: \($0))" } ?? ""))
      }
    }
    lines += [".SH EXIT STATUS"]
    lines += Self.item("0", "Success.") + Self.item("1", "An error; one sentence tells which.")
    lines += Self.item("64", "Arguments that cannot be understood.")
    lines += Self.item("130", "Stopped by Ctrl-C, with checkpoints written.")
    return (lines + seeAlso(command)).joined(separator: "\n") + "\n"
  }

  private func seeAlso(_ command: CommandDump.Command) -> [String] {
    let parent = command.superCommands?.joined(separator: "-")
    let names = ([parent] + command.shown.map { $0.words.joined(separator: "-") }).compactMap { $0 }
    guard !names.isEmpty else { return [] }
    return [".SH SEE ALSO", names.map { "\\fB\(Self.text($0))\\fR(1)" }.joined(separator: ", ")]
  }

  private static func item(_ term: String, _ meaning: String) -> [String] {
    [".TP", "\\fB\(text(term))\\fR"] + (meaning.isEmpty ? ["\\&"] : [text(meaning)])
  }

  private static func paragraphs(_ text: String) -> [String] {
    text.split(separator: "\n\n").enumerated().flatMap { index, paragraph in
      (index == 0 ? [] : [".PP"]) + paragraph.split(separator: "\n").map { Self.text(String($0)) }
    }
  }

  /// Text in which nothing is a request of the formatter.
  private static func text(_ plain: String) -> String {
    let escaped = plain.replacing("\\", with: "\\e").replacing("-", with: "\\-")
      .replacing("…", with: "...").replacing("\n", with: " ")
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }
}
