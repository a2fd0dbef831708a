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
      ConfigText.read(path), name: (path as NSString).lastPathComponent, overrides: overrides,
      catalogue: catalogue)
  }

  /// Reads an experiment from text; `name` stands for the file in errors.
  public static func parse(
    _ text: String, name: String, overrides: [String] = [], catalogue: Catalogue
  ) throws -> ExperimentConfig {
    try ExperimentConfig(
      tree: ConfigText.tree(text, name: name, overrides: overrides), catalogue: catalogue)
  }

  /// Lays a tree over the defaults and checks what comes of it.
  init(tree: ConfigNode, catalogue: Catalogue) throws {
    // An agent of one's own has a type that only the catalogue knows.
    let own = try catalogue.ownAgent(of: tree)
    self = try ConfigDecoder.decode(
      ExperimentConfig.self, from: own == nil ? tree : tree.without("agent"),
      over: ConfigEncoder.encode(ExperimentConfig()), catalogue: catalogue)
    if let own { agent = .own(own) }
    try validate(in: catalogue, tree: tree)
  }

  /// The tree after defaults, as YAML: reading it gives this configuration again.
  public func yaml() throws -> String { YAMLText.write(try ConfigEncoder.encode(self)) }
}

extension ExperimentConfig {
  /// Checks ranges, and that environment, agent and machine fit together.
  func validate(in catalogue: Catalogue, tree: ConfigNode? = nil) throws {
    func place(_ path: String) -> String? { tree?.place(at: path) }
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
