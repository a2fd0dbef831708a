import Environments
import Spelling
import Sweeps

/// Reads the key `parameters` of a sweep file, in the words of Weights & Biases.
struct SweepParameters {
  private(set) var parameters: [SearchParameter] = []
  /// Where each was written, by its path.
  private(set) var places: [String: String] = [:]

  private static let distributions = [
    "constant", "categorical", "uniform", "q_uniform", "log_uniform_values",
    "q_log_uniform_values", "int_uniform", "int_log_uniform", "normal", "log_normal",
  ]

  init(_ node: ConfigNode) throws {
    guard let entries = node.entries, !entries.isEmpty else {
      throw ConfigError(
        path: "parameters", place: node.place,
        problem: "expected settings to vary, such as agent.ppo.discountFactor: {min: 0.9, max: "
          + "0.999}, found \(node.entries == nil ? node.account : "none")")
    }
    for entry in entries {
      // An empty path is refused with the space.
      if !entry.key.isEmpty, ("." + entry.key + ".").contains("..") {
        throw ConfigError(
          path: "parameters.\(entry.key)", place: entry.place ?? entry.value.place,
          problem: "has a dot too many; write the path as agent.ppo.discountFactor")
      }
      let reader = Reader(path: "parameters.\(entry.key)", node: entry.value)
      let range = try reader.range()
      parameters.append(SearchParameter(entry.key, range))
      places[entry.key] = entry.value.place ?? entry.place
    }
    do { try SearchSpace(parameters).validate() } catch {
      throw ConfigError(
        path: "parameters" + (error.path.isEmpty ? "" : ".\(error.path)"),
        place: places[error.path], problem: error.problem)
    }
  }

  /// Reads one parameter.
  private struct Reader {
    let path: String
    let node: ConfigNode

    func error(_ problem: String, at place: ConfigNode? = nil) -> ConfigError {
      ConfigError(path: path, place: (place ?? node).place, problem: problem)
    }

    func range() throws -> ParameterRange {
      guard let entries = node.entries else {
        throw error(
          "expected {values: […]}, {min: …, max: …} or {value: …}, found \(node.account)")
      }
      let known = [
        "distribution", "value", "values", "probabilities", "min", "max", "step", "q", "mu",
        "sigma",
      ]
      for entry in entries where !known.contains(entry.key) {
        if entry.value.entries != nil {
          throw ConfigError(
            path: path, place: entry.place,
            problem:
              "holds further settings ('\(entry.key)'); write each by its whole path, such as "
              + "agent.ppo.discountFactor: {min: 0.9, max: 0.999}")
        }
        let nearest = nearestName(to: entry.key, among: known).map { "; did you mean '\($0)'?" }
        throw ConfigError(
          path: path, place: entry.place,
          problem: "unknown key '\(entry.key)'"
            + (nearest ?? "; known: \(known.joined(separator: ", "))"))
      }
      let distribution = try distribution()
      try refuseOthers(than: keys(of: distribution), for: distribution)
      return try range(distribution)
    }

    private func distribution() throws -> String {
      guard let node = node["distribution"] else {
        if self.node["value"] != nil { return "constant" }
        if self.node["values"] != nil { return "categorical" }
        if self.node["mu"] != nil { return "normal" }
        guard let low = self.node["min"], let high = self.node["max"] else {
          throw error("expected values, value, or min and max")
        }
        return Self.isWhole(low) && Self.isWhole(high) ? "int_uniform" : "uniform"
      }
      guard case .scalar(let name) = node.content else {
        throw error("expected the name of a distribution, found \(node.account)", at: node)
      }
      if name == "log_uniform" || name == "q_log_uniform" {
        throw error(
          "'\(name)' takes exponents elsewhere; write \(name)_values with the bounds themselves",
          at: node)
      }
      guard SweepParameters.distributions.contains(name) else {
        let nearest = nearestName(to: name, among: SweepParameters.distributions)
        throw error(
          "there is no distribution '\(name)'"
            + (nearest.map { "; did you mean '\($0)'?" }
              ?? "; known: \(SweepParameters.distributions.joined(separator: ", "))"),
          at: node)
      }
      return name
    }

    private func keys(of distribution: String) -> [String] {
      switch distribution {
      case "constant": ["value"]
      case "categorical": ["values", "probabilities"]
      case "normal", "log_normal": ["mu", "sigma"]
      case "log_uniform_values": ["min", "max"]
      default: ["min", "max", "step", "q"]
      }
    }

    private func refuseOthers(than keys: [String], for distribution: String) throws {
      for entry in node.entries ?? [] where entry.key != "distribution" {
        guard !keys.contains(entry.key) else { continue }
        throw ConfigError(
          path: path, place: entry.place,
          problem: "'\(entry.key)' does not go with \(distribution), which takes "
            + keys.joined(separator: ", "))
      }
    }

    private func range(_ distribution: String) throws -> ParameterRange {
      switch distribution {
      case "constant": .constant(Self.value(try required("value")))
      case "categorical": try choice()
      case "int_uniform", "int_log_uniform":
        .integer(
          lowest: try whole("min"), highest: try whole("max"),
          scale: distribution == "int_uniform" ? .linear : .logarithmic,
          step: try has("step") || has("q") ? whole(has("step") ? "step" : "q") : 1)
      case "normal", "log_normal":
        .normal(
          mean: try number("mu"), deviation: try number("sigma"),
          scale: distribution == "normal" ? .linear : .logarithmic)
      default:
        .real(
          lowest: try number("min"), highest: try number("max"),
          scale: distribution.contains("log") ? .logarithmic : .linear,
          step: try step(distribution))
      }
    }

    private func step(_ distribution: String) throws -> Double? {
      if has("step") { return try number("step") }
      if has("q") { return try number("q") }
      return distribution.hasPrefix("q_") ? 1 : nil
    }

    private func choice() throws -> ParameterRange {
      let list = try required("values")
      guard case .sequence(let nodes) = list.content else {
        throw error("values: expected a list, found \(list.account)", at: list)
      }
      guard let probabilities = node["probabilities"] else {
        return .choice(nodes.map(Self.value))
      }
      guard case .sequence(let shares) = probabilities.content else {
        throw error("probabilities: expected a list of numbers", at: probabilities)
      }
      return .choice(
        nodes.map(Self.value), probabilities: try shares.map { try number($0, "probabilities") })
    }

    // MARK: Values

    private func has(_ key: String) -> Bool { node[key] != nil }

    private func required(_ key: String) throws -> ConfigNode {
      guard let value = node[key] else { throw error("'\(key)' is missing") }
      return value
    }

    private func number(_ key: String) throws -> Double { try number(try required(key), key) }

    private func number(_ node: ConfigNode, _ key: String) throws -> Double {
      guard case .scalar(let text) = node.content, !node.isText,
        let number = Double(text.replacing("_", with: "")), number.isFinite
      else { throw error("\(key): expected a number, found \(node.account)", at: node) }
      return number
    }

    private func whole(_ key: String) throws -> Int {
      let node = try required(key)
      guard let whole = Int(exactly: try number(node, key)) else {
        throw error("\(key): expected a whole number, found \(node.account)", at: node)
      }
      return whole
    }

    private static func isWhole(_ node: ConfigNode) -> Bool {
      guard case .scalar(let text) = node.content else { return false }
      return Int(text.replacing("_", with: "")) != nil
    }

    static func value(_ node: ConfigNode) -> ParameterValue {
      guard case .scalar(let text) = node.content, !node.isText else {
        return .text(YAMLText.inline(node))
      }
      switch text.lowercased() {
      case "true": return .boolean(true)
      case "false": return .boolean(false)
      default: break
      }
      let plain = text.replacing("_", with: "")
      if let whole = Int(plain) { return .integer(whole) }
      if let number = Double(plain), number.isFinite { return .number(number) }
      return .text(YAMLText.inline(node))
    }
  }
}
