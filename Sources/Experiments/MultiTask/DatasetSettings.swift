import Datasets
public import NeuralNetworks
import Randomness
import Spelling

/// Where the examples come from: `file: {path: …}`, `imported: {kind: …, path: …}`, `builtIn: {name:
/// …}`, or a synthetic problem with settings of its own.
public enum DatasetSettings: Choice {
  /// A file of `fledge data import`.
  case file(File)
  /// Files as they are distributed.
  case imported(Imported)
  /// A data set that comes along.
  case builtIn(BuiltIn)
  /// Regressions that differ in scale alone.
  case gradNormToy(GradNorm)
  /// Two regressions that are alike to a given degree.
  case mmoeSynthetic(Correlated)

  /// A file that `fledge data` wrote.
  public struct File: ValidatedSettings {
    /// Where it lies, seen from the experiment file's folder, else from that in which the program
    /// runs.
    public var path = "data.h5"

    public init() {}
    public func validate() throws(SettingsError) {
      try require(!path.isEmpty, "path", "must name a file", found: "''")
    }
  }

  /// Files as they are distributed, such as `fledge data import` takes; read anew for every run.
  public struct Imported: ValidatedSettings {
    /// As `fledge data list` calls it.
    public var kind = "digits"
    /// The file or folder, seen from the experiment file's folder, else from that in which the
    /// program runs.
    public var path = "experiments/data/optical-digits.csv.gz"
    /// What pairs of images are drawn from.
    public var seed: UInt64 = 0

    public init() {}

    fileprivate static let kinds = DatasetImport.Source.allCases.filter { !$0.wantsTasks }

    public func validate() throws(SettingsError) {
      try require(!path.isEmpty, "path", "must name a file or folder", found: "''")
      let known = Self.kinds.map(\.rawValue)
      guard !known.contains(kind) else { return }
      let nearest = nearestName(to: kind, among: known).map { "did you mean '\($0)'?" }
      throw SettingsError(
        path: "kind",
        problem: "there is no '\(kind)' to import; "
          + (nearest ?? "known: \(known.joined(separator: ", "))"))
    }

    fileprivate func load() throws -> Dataset {
      try validate()
      let source = DatasetImport.Source(rawValue: kind) ?? .digits
      return try DatasetImport(from: path, seeds: Seeds(root: seed)).load(source)
    }
  }

  /// A data set that comes along, as `fledge data list` shows them.
  public struct BuiltIn: ValidatedSettings {
    /// As `fledge data list` calls it.
    public var name = "drawnDigits"
    /// What it is drawn from; the same for every seed of a comparison.
    public var seed: UInt64 = 0

    public init() {}
    public func validate() throws(SettingsError) {
      let known = BuiltInDataset.all.map(\.name)
      guard !known.contains(name) else { return }
      let nearest = nearestName(to: name, among: known).map { "did you mean '\($0)'?" }
      throw SettingsError(
        path: "name",
        problem: "there is no data set '\(name)' built in; "
          + (nearest ?? "known: \(known.joined(separator: ", "))"))
    }
  }

  /// Regressions that differ in scale alone, as GradNorm has them.
  public struct GradNorm: ValidatedSettings {
    /// The factor of each task's labels.
    public var scales: [Double] = [1, 100]
    /// Examples.
    public var count = 2_000
    /// What the problem is drawn from; the same for every seed of a comparison.
    public var seed: UInt64 = 0

    public init() {}
    public func validate() throws(SettingsError) {
      try require(!scales.isEmpty, "scales", "must have one for each task", found: scales)
      for (index, scale) in scales.enumerated() {
        try require(
          scale.isFinite && scale != 0, "scales[\(index)]", "must be finite and not 0",
          found: scale)
      }
      try require((10...10_000_000).contains(count), "count", "must lie in 10...10⁷", found: count)
    }
  }

  /// Two regressions of chosen correlation, as MMoE has them.
  public struct Correlated: ValidatedSettings {
    /// The cosine between the weights of the two tasks, -1 to 1.
    public var correlation = 0.5
    /// Numbers of an example, 2 or more.
    public var inputs = 100
    /// Examples.
    public var count = 10_000
    /// How the examples are shared out between the tasks, each with a label of one alone: `[9, 1]`
    /// gives the first nine of ten; none: every example has labels of both.
    public var shares: [Double] = []
    /// What the problem is drawn from; the same for every seed of a comparison.
    public var seed: UInt64 = 0

    public init() {}
    public func validate() throws(SettingsError) {
      try require(
        (-1...1).contains(correlation), "correlation", "must lie in -1...1", found: correlation)
      try require((2...100_000).contains(inputs), "inputs", "must lie in 2...10⁵", found: inputs)
      try require((10...10_000_000).contains(count), "count", "must lie in 10...10⁷", found: count)
      try require(
        shares.isEmpty || shares.count == 2, "shares", "must be two, or none", found: shares)
      for (index, share) in shares.enumerated() {
        try require(
          share > 0 && share.isFinite, "shares[\(index)]", "must be finite and above 0",
          found: share)
      }
    }

    fileprivate func load() -> Dataset {
      let data = MMoESynthetic(correlation: correlation, inputs: inputs, count: count)
        .dataset(seeds: Seeds(root: seed))
      return shares.isEmpty ? data : data.partitioned(by: shares)
    }
  }

  /// Digits that are drawn by a program.
  public init() { self = .builtIn(BuiltIn()) }

  public static let alternatives: [Alternative<DatasetSettings>] = [
    Alternative("file", File.self) { .file($0) },
    Alternative("imported", Imported.self) { .imported($0) },
    Alternative("builtIn", BuiltIn.self) { .builtIn($0) },
    Alternative("gradNormToy", GradNorm.self) { .gradNormToy($0) },
    Alternative("mmoeSynthetic", Correlated.self) { .mmoeSynthetic($0) },
  ]

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    switch self {
    case .file(let settings): ("file", settings)
    case .imported(let settings): ("imported", settings)
    case .builtIn(let settings): ("builtIn", settings)
    case .gradNormToy(let settings): ("gradNormToy", settings)
    case .mmoeSynthetic(let settings): ("mmoeSynthetic", settings)
    }
  }

  /// Changes the path, where the examples are read from one.
  mutating func changePath(_ change: (String) -> String) {
    switch self {
    case .file(var settings):
      settings.path = change(settings.path)
      self = .file(settings)
    case .imported(var settings):
      settings.path = change(settings.path)
      self = .imported(settings)
    case .builtIn, .gradNormToy, .mmoeSynthetic: break
    }
  }

  /// The path that the examples are read from, if any.
  var path: String? {
    switch self {
    case .file(let settings): settings.path
    case .imported(let settings): settings.path
    case .builtIn, .gradNormToy, .mmoeSynthetic: nil
    }
  }

  /// Reads or draws the examples.
  func load() throws -> Dataset {
    switch self {
    case .file(let settings): try Dataset.load(settings.path)
    case .imported(let settings): try settings.load()
    case .builtIn(let settings): try Dataset.builtIn(settings.name, seed: settings.seed)
    case .gradNormToy(let settings):
      GradNormToy(scales: settings.scales, count: settings.count)
        .dataset(seeds: Seeds(root: settings.seed))
    case .mmoeSynthetic(let settings): settings.load()
    }
  }
}
