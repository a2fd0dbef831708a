extension SearchSpace {
  /// Refuses a space that has no parameters, names one twice or gives one an impossible range.
  public func validate() throws(SearchError) {
    guard !parameters.isEmpty else {
      throw SearchError(path: "", problem: "a search needs at least one parameter to vary")
    }
    var seen = Set<String>()
    for parameter in parameters {
      guard !parameter.path.isEmpty else {
        throw SearchError(path: "", problem: "a parameter's path must not be empty")
      }
      guard seen.insert(parameter.path).inserted else {
        throw SearchError(
          path: parameter.path, problem: "is named twice; give it one range")
      }
      if let whole = parameters.first(where: { parameter.path.hasPrefix($0.path + ".") }) {
        throw SearchError(
          path: parameter.path,
          problem: "lies within '\(whole.path)', which is varied as well; vary one of the two")
      }
      if let problem = parameter.range.problem {
        throw SearchError(path: parameter.path, problem: problem)
      }
    }
  }
}

extension ParameterRange {
  /// What is wrong with this range, as the end of a sentence that begins with the parameter.
  var problem: String? {
    switch self {
    case .constant(let value): value.isFinite ? nil : "must be finite, but is \(value.yaml)"
    case .choice(let values, let probabilities):
      Self.problem(values: values, probabilities: probabilities)
    case .real(let lowest, let highest, let scale, let step):
      Self.problem(lowest: lowest, highest: highest, scale: scale, step: step)
    case .integer(let lowest, let highest, let scale, let step):
      Self.problem(lowest: lowest, highest: highest, scale: scale, step: step)
    case .normal(let mean, let deviation, _):
      if !mean.isFinite {
        "needs a finite mean, but it is \(mean)"
      } else if !(deviation > 0 && deviation.isFinite) {
        "needs a positive deviation, but it is \(deviation)"
      } else {
        nil
      }
    }
  }

  private static func problem(values: [ParameterValue], probabilities: [Double]?) -> String? {
    if values.isEmpty { return "has no values to choose from" }
    if let value = values.first(where: { !$0.isFinite }) {
      return "may not be \(value.yaml), which is not a number"
    }
    if Set(values).count < values.count { return "lists a value twice; keep each value once" }
    guard let probabilities else { return nil }
    if probabilities.count != values.count {
      return "has \(values.count) values but \(probabilities.count) probabilities"
    }
    if let wrong = probabilities.first(where: { !($0 >= 0 && $0.isFinite) }) {
      return "has the probability \(wrong); each must be 0 or more"
    }
    let sum = probabilities.reduce(0, +)
    return abs(sum - 1) < 1e-6 ? nil : "has probabilities that sum to \(sum) instead of 1"
  }

  private static func problem(
    lowest: Double, highest: Double, scale: Scale, step: Double?
  ) -> String? {
    if !(highest - lowest).isFinite {
      return "needs finite limits, but ranges from \(lowest) to \(highest)"
    }
    if lowest > highest { return "has a lowest value \(lowest) above its highest \(highest)" }
    if scale == .logarithmic, lowest <= 0 {
      return "is on a logarithmic scale, so its lowest value must be positive, but is \(lowest)"
    }
    guard let step else { return nil }
    if !(step > 0 && step.isFinite) { return "needs a positive step, but it is \(step)" }
    if lowest < highest, step > highest - lowest {
      return "has a step of \(step), larger than the range from \(lowest) to \(highest)"
    }
    return (highest - lowest) / step < 1e15 ? nil : "has a step of \(step), too small to count"
  }

  private static func problem(
    lowest: Int, highest: Int, scale: Scale, step: Int
  ) -> String? {
    if lowest > highest { return "has a lowest value \(lowest) above its highest \(highest)" }
    let width = highest.subtractingReportingOverflow(lowest)
    if width.overflow || width.partialValue == .max {
      return "has a range from \(lowest) to \(highest), too wide to count"
    }
    if scale == .logarithmic, lowest <= 0 {
      return "is on a logarithmic scale, so its lowest value must be positive, but is \(lowest)"
    }
    if step < 1 { return "needs a step of 1 or more, but it is \(step)" }
    if lowest < highest, step > width.partialValue {
      return "has a step of \(step), larger than the range from \(lowest) to \(highest)"
    }
    return nil
  }
}
