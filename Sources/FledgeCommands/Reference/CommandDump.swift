import ArgumentParser
import Foundation

/// What the argument parser says of all commands: what `--experimental-dump-help` prints.
struct CommandDump: Decodable {
  /// The whole command line.
  let command: Command

  /// One command with its arguments and the commands below it.
  struct Command: Decodable {
    let commandName: String
    let superCommands: [String]?
    let abstract: String?
    let discussion: String?
    let shouldDisplay: Bool?
    let subcommands: [Command]?
    let arguments: [Argument]?

    /// The words that call it, such as `fledge data import`.
    var words: [String] { (superCommands ?? []) + [commandName] }

    /// The commands below it that its help shows, in its order.
    var shown: [Command] {
      (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }

    /// Its arguments that help shows, without those that every command has.
    var ownArguments: [Argument] {
      (arguments ?? []).filter {
        $0.shouldDisplay && !["help", "version"].contains($0.preferredName?.name)
      }
    }

    /// It and all commands below it that can be run, each before those below it.
    var all: [Command] { [self] + shown.flatMap(\.all) }
  }

  /// A value, an option or a switch of a command.
  struct Argument: Decodable {
    enum Kind: String, Decodable { case positional, option, flag }

    struct Name: Decodable {
      let kind: String
      let name: String

      /// As it is typed.
      var text: String { (kind == "long" ? "--" : "-") + name }
    }

    let kind: Kind
    let shouldDisplay: Bool
    let isOptional: Bool
    let isRepeating: Bool
    let names: [Name]?
    let preferredName: Name?
    let valueName: String?
    let defaultValue: String?
    let allValues: [String]?
    let abstract: String?
    let discussion: String?

    /// How it is typed: `<config>`, `--seeds <seeds>`, `-q, --quiet`.
    var spelling: String {
      let value = "<\(valueName ?? "value")>"
      let typed = (names ?? []).map(\.text).joined(separator: ", ")
      return switch kind {
      case .positional: value + (isRepeating ? "…" : "")
      case .option: typed + " " + value
      case .flag: typed
      }
    }

    /// What its help says, and which values there are.
    var meaning: String {
      let values = allValues.map { "One of " + $0.joined(separator: ", ") + "." }
      let said = [abstract, discussion].compactMap { $0 }
      // Some help lists the values itself.
      let needsValues = allValues?.allSatisfy { value in said.contains { $0.contains(value) } }
      return (said + (needsValues == false ? [values ?? ""] : [])).joined(separator: " ")
    }
  }

  /// The commands of a command line.
  ///
  /// - Throws: What decoding throws, where the parser's form is not the one known here.
  init(of root: any ParsableCommand.Type) throws {
    self = try JSONDecoder().decode(CommandDump.self, from: Data(root._dumpHelp().utf8))
  }
}

extension CommandDump.Command {
  /// The line that shows how it is called.
  var usage: String {
    var parts = words
    for argument in ownArguments where argument.kind == .positional {
      parts.append(argument.isOptional ? "[\(argument.spelling)]" : argument.spelling)
    }
    for argument in ownArguments where argument.kind == .option && !argument.isOptional {
      parts.append(argument.spelling)
    }
    let hasMore = ownArguments.contains {
      $0.kind == .flag || $0.kind == .option && $0.isOptional
    }
    if hasMore { parts.append("[options]") }
    if !shown.isEmpty { parts.append("<subcommand>") }
    return parts.joined(separator: " ")
  }
}
