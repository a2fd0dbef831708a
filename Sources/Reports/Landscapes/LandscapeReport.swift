/// What strategies did on a problem of two parameters: a table, pictures and a page.
///
/// It knows neither strategies nor problems: names, points and how descents ended are all it is
/// told.
package struct LandscapeReport: Sendable {
  /// How a descent ended.
  package enum Outcome: Equatable, Sendable {
    case front, late, stuck
    case failed(String)
  }

  /// A descent from one start.
  package struct Path: Sendable {
    package var points: [SIMD2<Double>]
    /// The losses at the points.
    package var losses: [[Double]]
    package var outcome: Outcome

    package init(points: [SIMD2<Double>], losses: [[Double]], outcome: Outcome) {
      self.points = points
      self.losses = losses
      self.outcome = outcome
    }
  }

  /// A strategy and its descents, in the order of the starts.
  package struct Strategy: Sendable {
    package var name: String
    package var paths: [Path]

    package init(name: String, paths: [Path]) {
      self.name = name
      self.paths = paths
    }

    var frontCount: Int { paths.count { $0.outcome == .front } }
  }

  package var title: String
  package var question: String
  /// The problem, the steps, the optimizer: in a line.
  package var facts: String
  package var starts: [SIMD2<Double>]
  package var strategies: [Strategy]
  /// The sum of the losses.
  package var field: Field
  /// The Pareto set, and the losses there.
  package var front: [SIMD2<Double>]
  package var frontLosses: [[Double]]
  package var tolerance: Double
  /// A line for the foot of the page: the program and its version.
  package var author: String?

  package init(
    title: String, question: String, facts: String, starts: [SIMD2<Double>],
    strategies: [Strategy], field: Field, front: [SIMD2<Double>], frontLosses: [[Double]],
    tolerance: Double, author: String? = nil
  ) {
    self.title = title
    self.question = question
    self.facts = facts
    self.starts = starts
    self.strategies = strategies
    self.field = field
    self.front = front
    self.frontLosses = frontLosses
    self.tolerance = tolerance
    self.author = author
  }

  /// A row a strategy and a column a start.
  package var table: Table {
    Table(
      caption: "Where descents end",
      columns: [.init("Strategy", isNumeric: false)]
        + starts.map { .init("from \(Self.label(of: $0))") } + [.init("On the front")],
      rows: strategies.map { strategy in
        [strategy.name] + strategy.paths.map(Self.cell)
          + ["\(strategy.frontCount)/\(strategy.paths.count)"]
      })
  }

  private static func cell(of path: Path) -> String {
    let end = path.points.last ?? .zero
    return switch path.outcome {
    case .front: NumberText.fixed(end.x, decimals: 2)
    case .late: "late \(text(of: end, decimals: 2))"
    case .stuck: "stuck \(text(of: end, decimals: 2))"
    case .failed: "no answer"
    }
  }

  private static func text(of point: SIMD2<Double>, decimals: Int) -> String {
    "(\(NumberText.fixed(point.x, decimals: decimals)), "
      + "\(NumberText.fixed(point.y, decimals: decimals)))"
  }

  /// A start without needless zeros.
  static func label(of point: SIMD2<Double>) -> String {
    func number(_ value: Double) -> String { NumberText.fixed(value, decimals: 2).withoutZeros }
    return "(\(number(point.x)), \(number(point.y)))"
  }

  /// What the cells mean, and why strategies have no answer, in sentences.
  package var notes: [String] {
    var reasons: [String] = []
    for strategy in strategies {
      guard
        let path = strategy.paths.first(where: {
          if case .failed = $0.outcome { true } else { false }
        }),
        case .failed(let reason) = path.outcome
      else { continue }
      reasons.append("\(strategy.name) has no answer: \(reason).")
    }
    return [
      "A number is x₁ at the end of a descent that ends on the Pareto front: at most "
        + "\(NumberText.significant(tolerance, digits: 1)) away from the Pareto set, measured in "
        + "the plane of parameters.",
      "\"late\" and \"stuck\" have not got there, and stand with (x₁, x₂). Late would at the pace "
        + "of the last tenth of its steps arrive in fewer steps than it has taken; stuck would not.",
    ] + reasons
  }

  /// The table for a terminal.
  package func terminalText(columns: Int) -> String {
    var parts: [String] = [title.printable]
    if !question.isEmpty { parts[0] += "\n" + wrapped(question.printable, to: columns) }
    parts[0] += "\n" + wrapped(facts.printable, to: columns)
    parts.append(table.terminalText)
    parts.append(notes.map { wrapped($0.printable, to: columns) }.joined(separator: "\n"))
    return parts.joined(separator: "\n\n").replacing("\n\n\n", with: "\n\n")
  }

  /// The table in GitHub's Markdown, with the picture beside it if there is one.
  package func markdown(picture: String?, command: String) -> String {
    var parts = ["# \(Table.markdownText(title))"]
    if !question.isEmpty { parts.append("*\(Table.markdownText(question))*") }
    parts.append(Table.markdownText(facts))
    var table = table
    table.caption = ""
    parts.append(String(table.markdown.dropLast()))
    parts.append(notes.map { "* \(Table.markdownText($0))" }.joined(separator: "\n"))
    if let picture { parts.append("![Where descents go](\(picture))") }
    parts.append("Made by `\(command)`.")
    return parts.joined(separator: "\n\n") + "\n"
  }
}
