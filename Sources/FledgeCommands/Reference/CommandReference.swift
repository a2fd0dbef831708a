import ArgumentParser

/// The commands as a Markdown page: a heading for each, with what its help says.
struct CommandReference {
  let dump: CommandDump
  /// Names of groups with the names of their commands, as `--help` shows them.
  let groups: [(name: String, commands: [String])]

  init() throws {
    dump = try CommandDump(of: Fledge.self)
    groups = Fledge.configuration.groupedSubcommands.map { group in
      (group.name, group.subcommands.map { $0._commandName })
    }
  }

  var markdown: String {
    let known = Set(groups.flatMap(\.commands))
    let others = dump.command.shown.map(\.commandName).filter { !known.contains($0) }
    let all = groups + (others.isEmpty ? [] : [("Others", others)])
    return all.map { group in
      let commands = group.commands.compactMap { name in
        dump.command.shown.first { $0.commandName == name }
      }
      return (["## \(group.name)"] + commands.flatMap(\.all).map(section)).joined(
        separator: "\n\n")
    }.joined(separator: "\n\n")
  }

  private func section(_ command: CommandDump.Command) -> String {
    var parts = ["### \(command.words.joined(separator: " "))"]
    if let abstract = command.abstract { parts.append(abstract) }
    parts.append("```\n\(command.usage)\n```")
    if let discussion = command.discussion { parts.append(Self.plain(discussion)) }
    if !command.ownArguments.isEmpty {
      var table = MarkdownTable("argument", "default", "what it is")
      for argument in command.ownArguments {
        let standard = argument.kind == .flag ? nil : argument.defaultValue
        table.add(
          "`\(argument.spelling)`", standard.map { "`\($0)`" } ?? "", Self.plain(argument.meaning))
      }
      parts.append(table.text)
    }
    return parts.joined(separator: "\n\n")
  }

  /// Angle brackets and stars would be taken for markup, outside of code.
  private static func plain(_ text: String) -> String {
    var isCode = false
    return text.reduce(into: "") { result, character in
      if character == "`" { isCode.toggle() }
      let isMarkup = !isCode && (character == "<" || character == "*")
      result += (isMarkup ? "\\" : "") + String(character)
    }
  }
}
