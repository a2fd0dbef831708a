import Agents
import Environments
import Experiments
import Foundation
import NeuralNetworks
import TestSupport
import Testing

/// A configuration is written into its run as YAML and read from there when the run is resumed.
@Suite struct YAMLRoundTripTests {
  /// Texts that YAML reads as something else unless they are quoted well.
  static let awkward = [
    "", " ", "null", "Null", "~", "yes", "no", "true", "12", "1e3", "-1", "-", "- a", "--- a",
    "...", ".5", "0x1F", "1_000", "a: b", "a:b", "a #b", "#b", "'a'", "\"a\"", "it's", "a\\b",
    "\\n", "a\nb", "\na\n\n", "\ta", "a\tb", " a ", "a,b", "[a]", "{a}", "]", "&a", "*a", "!a",
    "%a", "@a", "`a", "?", "? a", "|", ">", "=", "<<", "ünïcödé", "日本語", "🤖 👩‍👩‍👧", "a\u{301}",
    "\u{0}", "\u{1B}[0m", "\u{7F}", "\u{85}", "a\u{85}b", "\u{A0}", "\u{9F}", "\u{2028}x",
    "a\u{2029}b", "a\u{FEFF}", "\u{FFFE}", "\u{10FFFF}", "a\r\nb", "\r",
    String(repeating: "long words ", count: 60),
  ]

  @Test(arguments: awkward)
  func `a text comes back as it was`(text: String) throws {
    var config = ExperimentConfig()
    config.question = text
    let back = try Samples.read(config.yaml())
    #expect(Array(back.question.unicodeScalars) == Array(text.unicodeScalars))
  }

  @Test(arguments: awkward)
  func `a key comes back as it was`(text: String) throws {
    let node = ConfigNode(
      .mapping([
        ConfigNode.Entry(
          key: "outer",
          value: ConfigNode(
            .mapping([ConfigNode.Entry(key: text, value: ConfigNode(.scalar(text)))])))
      ]))
    #expect(try YAMLText.parse(YAMLText.write(node), name: "x") == node)
  }

  @Test func `random texts come back as they were`() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      let scalars = (0..<Int.random(in: 0..<12)).compactMap { _ in
        Unicode.Scalar(UInt32.random(in: 0..<0x3100, using: &generator))
      }
      var text = ""
      text.unicodeScalars.append(contentsOf: scalars)
      var config = ExperimentConfig()
      config.question = text
      let back = try Samples.read(config.yaml()).question
      #expect(Array(back.unicodeScalars) == scalars, "\(scalars)")
    }
  }

  @Test func `every kind of setting comes back as it was`() throws {
    var settings = DQNSettings()
    settings.network.hidden = []
    settings.network.initializer = .orthogonal(gain: 0.1)
    settings.optimizer.learningRate = .warmUp(
      from: 0, steps: 10, then: .cosine(from: 0.1 + 0.2, to: 1e-300, steps: 7))
    settings.target = .double
    settings.loss = .huber(delta: 1.5)
    settings.targetUpdate = .polyak(rate: 0.005)
    settings.gradientSteps = .collected
    settings.maximumGradientNorm = 0.1
    var config = ExperimentConfig()
    config.name = "12"
    config.variant = "null"
    config.seeds.root = 1 << 63
    config.environment.settings = [
      "gravity": .number(1.0 / 3), "poleMass": .number(.leastNonzeroMagnitude),
    ]
    config.agent = .dqn(settings)
    #expect(try Samples.read(config.yaml()) == config)

    for optimizer in OptimizerSettings.alternatives.map(\.standard) {
      settings.optimizer = optimizer
      config.agent = .dqn(settings)
      #expect(try Samples.read(config.yaml()) == config)
    }
    for initializer in Initializer.alternatives.map(\.standard) {
      settings.network.initializer = initializer
      config.agent = .dqn(settings)
      #expect(try Samples.read(config.yaml()) == config)
    }
    config.agent = .random
    #expect(try Samples.read(config.yaml()) == config)
  }
}

/// The experiments that come along.
@Suite struct ShippedExperimentTests {
  static let folder = URL(filePath: #filePath).appending(path: "../../../experiments").standardized

  static var files: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    // results.yaml says what the table of results shows.
    return names.filter { $0.hasSuffix(".yaml") && $0 != "results.yaml" }.sorted().map {
      folder.path + "/" + $0
    }
  }

  @Test func `there are some`() { #expect(!Self.files.isEmpty) }

  @Test func `the rows of the table of results are held against what can be`() throws {
    let list = try ResultsList.load(path: Self.folder.path + "/results.yaml")
    for row in list.rows {
      guard let optimum = row.optimum, optimum.source == "solve" else { continue }
      let exact = try #require(try Samples.catalogue[row.environment].optimum()).expectedReturn
      let unit = pow(10, Double(-optimum.value.decimals))
      #expect(abs(exact - optimum.value.value) <= unit / 2, "\(row.experiment): \(exact)")
    }
  }

  @Test(arguments: files)
  func `each is valid, asks a question and survives being written`(path: String) throws {
    let config = try ExperimentConfig.load(path: path, catalogue: Samples.catalogue)
    #expect(config.question.hasSuffix("?"))
    #expect(config.name == URL(filePath: path).deletingPathExtension().lastPathComponent)
    #expect(try Samples.read(config.yaml()) == config)
    #expect(try Samples.read(config.yaml()).yaml() == config.yaml())
  }

  @Test(arguments: files)
  func `each runs in quick mode`(path: String) throws {
    var config = try ExperimentConfig.load(path: path, catalogue: Samples.catalogue)
    config.shrinkForTrial()
    try withTemporaryDirectory { output in
      let result = try Samples.begin(config, in: output).go()
      #expect(result.isFinished)
      #expect(result.finalReturns.count == config.evaluation.finalEpisodes)
    }
  }
}
