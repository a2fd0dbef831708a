public import Environments
import Foundation
import NeuralNetworks

extension MultiTaskConfig {
  /// Reads a comparison from a file, lays it over the defaults and applies overrides.
  ///
  /// The examples are not looked at: that is what ``Comparison`` does.
  ///
  /// - Parameters:
  ///   - path: The YAML file.
  ///   - overrides: Texts of the form `path.to.key=value`, applied in order; a value is YAML.
  ///   - catalogue: Holds strategies and architectures that the file may name beside those that come
  ///     along.
  /// - Throws: `ConfigError`, a sentence with place and remedy.
  public static func load(
    path: String, overrides: [String] = [], catalogue: Catalogue = Catalogue([])
  ) throws -> MultiTaskConfig {
    let config = try parse(
      ConfigText.read(path), name: (path as NSString).lastPathComponent, overrides: overrides,
      catalogue: catalogue)
    return config.findingData(besideFile: path)
  }

  /// With the path of data that lie where the file says, seen from its own folder, in full; other
  /// paths are seen from the folder in which the program runs.
  func findingData(besideFile path: String) -> MultiTaskConfig {
    var config = self
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    config.dataset.changePath { given in
      let own = URL(fileURLWithPath: given, relativeTo: folder).standardizedFileURL.path
      return !given.hasPrefix("/") && FileManager.default.fileExists(atPath: own) ? own : given
    }
    return config
  }

  /// Reads a comparison from text; `name` stands for the file in errors.
  public static func parse(
    _ text: String, name: String, overrides: [String] = [], catalogue: Catalogue = Catalogue([])
  ) throws -> MultiTaskConfig {
    let tree = try ConfigText.tree(text, name: name, overrides: overrides)
    let config = try ConfigDecoder.decode(
      MultiTaskConfig.self, from: tree, over: ConfigEncoder.encode(MultiTaskConfig()),
      catalogue: catalogue)
    do {
      try config.validate()
    } catch {
      throw ConfigError(path: error.path, place: tree.place(at: error.path), problem: error.problem)
    }
    return config
  }

  /// The tree after defaults, as YAML: reading it gives this configuration again.
  public func yaml() throws -> String { YAMLText.write(try ConfigEncoder.encode(self)) }

  /// Shrinks budgets so that a comparison takes seconds: to see that everything works, not to
  /// compare.
  public mutating func shrinkForTrial() {
    name += "-quick"
    seeds.runs = min(seeds.runs, 2)
    tuning.learningRates = Array(tuning.learningRates.prefix(2))
    controls.staticWeights = min(controls.staticWeights ?? 2, 2)
    if let steps = budget.steps {
      budget.steps = min(steps, 40)
    } else {
      budget.epochs = nil
      budget.steps = 40
    }
    evaluation.steps = 20
    logging.every = min(logging.every, 5)
  }
}
