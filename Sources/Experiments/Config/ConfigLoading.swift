import Agents
public import Environments
import Foundation
import NeuralNetworks
import Randomness

extension ExperimentConfig {
  /// Reads an experiment file, lays it over the defaults and applies overrides.
  ///
  /// - Parameters:
  ///   - path: The YAML file.
  ///   - overrides: Texts of the form `path.to.key=value`, applied in order; a value is YAML.
  ///   - catalogue: The environments that the file may name.
  /// - Throws: `ConfigError`, a sentence with place and remedy.
  public static func load(
    path: String, overrides: [String] = [], catalogue: Catalogue
  ) throws -> ExperimentConfig {
    try parse(
      readText(path), name: (path as NSString).lastPathComponent, overrides: overrides,
      catalogue: catalogue)
  }

  /// Reads an experiment from text; `name` stands for the file in errors.
  public static func parse(
    _ text: String, name: String, overrides: [String] = [], catalogue: Catalogue
  ) throws -> ExperimentConfig {
    var tree = try YAMLText.parse(text, name: name)
    guard tree.entries != nil else {
      throw ConfigError(
        path: "", place: tree.place ?? name, problem: "expected a mapping of settings at the top")
    }
    for override in overrides { tree = try apply(override, to: tree) }
    let config = try ConfigDecoder.decode(
      ExperimentConfig.self, from: tree, over: ConfigEncoder.encode(ExperimentConfig()))
    try config.validate(in: catalogue, tree: tree)
    return config
  }

  /// The tree after defaults, as YAML: reading it gives this configuration again.
  public func yaml() throws -> String { YAMLText.write(try ConfigEncoder.encode(self)) }

  private static func readText(_ path: String) throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ConfigError(
        path: "", place: path,
        problem: "there is no such file; `fledge list experiments` shows the ones that come along")
    }
    guard !isFolder.boolValue else {
      throw ConfigError(
        path: "", place: path, problem: "is a folder; name an experiment's YAML file")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ConfigError(path: "", place: path, problem: "cannot be read; check its permissions")
    }
    guard data.count < 1 << 20, let text = String(data: data, encoding: .utf8) else {
      throw ConfigError(
        path: "", place: path, problem: "is not a YAML text in UTF-8 of less than 1 MiB")
    }
    return text
  }

  private static func apply(_ override: String, to tree: ConfigNode) throws -> ConfigNode {
    let parts = override.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts[0].split(separator: ".").map(String.init)
    guard parts.count == 2, !path.isEmpty else {
      throw ConfigError(
        path: "", place: "--set \(override)",
        problem: "expected path=value, such as agent.dqn.discountFactor=0.9")
    }
    let value = try YAMLText.parse(override: String(parts[1]), name: "--set \(override)")
    return tree.setting(path[...], to: value)
  }
}

extension ExperimentConfig {
  /// Checks ranges, and that environment, agent and machine fit together.
  func validate(in catalogue: Catalogue, tree: ConfigNode? = nil) throws {
    // Of a value that stands in the file under another form (3 for {constant: {…}}), the last key.
    func place(_ path: String) -> String? {
      var node = tree
      for key in path.split(whereSeparator: { ".[]".contains($0) }) {
        guard let child = node?[String(key)] ?? Int(key).flatMap({ node?[at: $0] }) else { break }
        node = child
      }
      return node?.place
    }
    func naming<T>(_ path: String, _ body: () throws -> T) throws -> T {
      do { return try body() } catch let error as ConfigError { throw error } catch {
        throw ConfigError(path: path, place: place(path), problem: "\(error)")
      }
    }

    do {
      try validate()
    } catch {
      throw ConfigError(path: error.path, place: place(error.path), problem: error.problem)
    }
    _ = try naming("environment.id") { try catalogue[environment.id] }
    let batch = try naming("environment.settings") {
      do {
        return try environment.makeBatch(count: environment.copies, in: catalogue)
      } catch let error as WrapperError {
        let path = "environment.wrappers[\(error.index)]"
        throw ConfigError(path: path, place: place(path), problem: "\(error)")
      } catch let error as SettingsError {
        throw ConfigError(path: error.path, place: place(error.path), problem: error.problem)
      } catch let error as EnvironmentError where !environment.tasks.isEmpty {
        let path = "environment.tasks"
        throw ConfigError(path: path, place: place(path), problem: "\(error)")
      }
    }
    for (index, hook) in hooks.enumerated() {
      let path = "hooks[\(index)]"
      do { _ = try catalogue.makeHook(hook) } catch let error as ConfigError {
        throw ConfigError(
          path: "\(path).\(error.path)", place: place(path), problem: error.problem)
      } catch {
        throw ConfigError(path: path, place: place(path), problem: "\(error)")
      }
    }
    // Making an agent is the one sure way to know that its settings, the environment and the
    // machine's memory fit together.
    _ = try naming("agent.\(agent.name)") {
      try agent.makeAgent(
        in: surroundings(of: batch), totalSteps: budget.steps, recordingInterval: logging.every,
        seeds: Seeds(root: seeds.root))
    }
  }
}
