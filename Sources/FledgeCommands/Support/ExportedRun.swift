import Experiments
import Interchange
import Tracking

/// A run that is told to other programs, with what it is called there.
struct ExportedRun {
  let folder: RunFolder
  let reader: RunReader
  let experiment: String
  let variant: String
  let seed: UInt64
  /// Empty where there is a single task.
  let tasks: [String]
  /// The settings that tell experiments apart, by their paths.
  let settings: [(name: String, value: Hyperparameter)]

  init(_ folder: RunFolder) throws {
    self.folder = folder
    reader = try RunReader(folder)
    let tree = try YAMLText.parse(reader.config, name: folder.runPath + " (config)")
    let parts = folder.path.split(separator: "/").map(String.init)
    func part(_ fromEnd: Int, or other: String) -> String {
      parts.count > fromEnd ? parts[parts.count - 1 - fromEnd] : other
    }
    experiment = Self.text(tree["name"]) ?? part(2, or: "experiment")
    variant =
      Self.text(tree["cell"]?["name"]) ?? Self.text(tree["variant"]) ?? part(1, or: "main")
    seed = reader.provenance?.seed ?? UInt64(part(0, or: "")) ?? 0
    let own = try? ExperimentConfig.parseRecorded(reader.config, name: folder.runPath)
    let names = own?.environment.taskNames ?? reader.multitask?.tasks.map(\.name) ?? []
    tasks = names.count > 1 ? names : []
    settings = Self.flat(tree, at: "").filter { entry in
      !Self.words.contains { entry.name == $0 || entry.name.hasPrefix($0 + ".") }
    }
  }

  /// Those that can be read, and what is wrong with the others.
  ///
  /// - Throws: what is wrong with the first, where none can be read.
  static func all(
    of folders: [RunFolder]
  ) throws -> (runs: [ExportedRun], failures: [String]) {
    var (runs, failures) = ([ExportedRun](), [String]())
    for folder in folders {
      do { runs.append(try ExportedRun(folder)) } catch { failures.append("\(error)") }
    }
    guard !runs.isEmpty else {
      throw CommandFailure(failures.first ?? "there is no run to export")
    }
    return (runs, failures)
  }

  /// Refuses runs that have the same name where they are told to: one would hide the other.
  static func requireDistinct(
    _ runs: [ExportedRun], by name: (ExportedRun) -> String = { $0.place }
  ) throws {
    var folders: [String: String] = [:]
    for run in runs {
      let key = name(run)
      if let other = folders.updateValue(run.folder.path, forKey: key) {
        throw CommandFailure(
          "the runs in '\(other)' and '\(run.folder.path)' would both be '\(key)'; export them one "
            + "by one, each to an --output of its own")
      }
    }
  }

  var tabled: TabledRun {
    TabledRun(reader, experiment: experiment, variant: variant, seed: seed, tasks: tasks)
  }

  /// The folders that curves of this run go into, as in a folder of runs.
  var place: String {
    let folder = try? RunFolder(
      output: "", experiment: experiment, variant: variant, seed: seed
    ).path
    return folder.map { String($0.dropFirst()) } ?? fileName
  }

  /// A name for a file of this run: the experiment's, variant's and seed's.
  var fileName: String {
    let name = "\(experiment)-\(variant)-\(seed)"
    return String(name.map { $0.isLetter || $0.isNumber || "-_.=,+@".contains($0) ? $0 : "-" })
  }

  /// What says nothing of how a run learns.
  private static let words: Set<String> = ["name", "question", "variant", "seeds"]

  private static func text(_ node: ConfigNode?) -> String? {
    if case .scalar(let text) = node?.content { text } else { nil }
  }

  /// Every scalar of a tree by its path of keys; lists as they are written.
  private static func flat(
    _ node: ConfigNode, at path: String
  ) -> [(name: String, value: Hyperparameter)] {
    switch node.content {
    case .mapping(let entries) where !entries.isEmpty:
      entries.flatMap { flat($0.value, at: path.isEmpty ? $0.key : "\(path).\($0.key)") }
    case .scalar(let text): [(path, Hyperparameter(scalar: text, isText: node.isText))]
    case .null: [(path, .text("null"))]
    case .mapping, .sequence: [(path, .text(YAMLText.inline(node)))]
    }
  }
}
