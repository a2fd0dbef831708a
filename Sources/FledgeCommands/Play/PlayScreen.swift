import Environments
import Glibc
import Rendering

/// The picture of a played world and the lines below it.
struct PlayScreen {
  private var screen: TerminalScreen
  private let help: [String]
  private(set) var isTooSmall = false
  /// The most lines that the status has taken.
  private var statusLines = 2

  /// The least terminal that is any good.
  private static let least = (columns: 24, rows: 10)

  /// - Throws: a sentence for a terminal that is too small or cannot be drawn on.
  init(size: (columns: Int, rows: Int), help: [String]) throws {
    let term = Self.variable("TERM")
    guard let term, !term.isEmpty, term != "dumb" else {
      throw CommandFailure(
        "this terminal (TERM=\(term ?? "")) cannot be drawn on; record with --output FILE.gif or "
          + "FILE.svg")
    }
    let colors = TerminalColors(
      term: term, colorTerm: Self.variable("COLORTERM"), noColor: Self.variable("NO_COLOR"))
    screen = TerminalScreen(columns: size.columns, rows: size.rows, colors: colors)
    self.help = help
    guard !Self.isTooSmall(size) else {
      throw CommandFailure(
        "this terminal has \(size.columns) × \(size.rows) characters, and playing needs "
          + "\(Self.least.columns) × \(Self.least.rows): enlarge it, or record with --output")
    }
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  private static func isTooSmall(_ size: (columns: Int, rows: Int)) -> Bool {
    size.columns < least.columns || size.rows < least.rows
  }

  mutating func resize(_ size: (columns: Int, rows: Int)) {
    if size != (screen.columns, screen.rows) { statusLines = 2 }
    screen.resize(columns: size.columns, rows: size.rows)
    isTooSmall = Self.isTooSmall(size)
  }

  /// What makes the terminal show a session as it is now.
  mutating func update(_ session: PlaySession) -> String {
    screen.clear()
    if isTooSmall {
      screen.write("Too small:", row: 0)
      screen.write("enlarge it.", row: 1)
    } else {
      let status = wrapped(session.status)
      // Lines that were needed once are kept, so that the picture stays where it is.
      statusLines = max(statusLines, status.count)
      let blank = [String](repeating: "", count: statusLines - status.count)
      let lines = (status + blank + wrapped(help)).prefix(screen.rows - 6)
      let band = screen.rows - lines.count
      screen.draw(session.world.picture, inRows: 0..<band)
      for (index, line) in lines.enumerated() { screen.write(line, row: band + index) }
    }
    return screen.update()
  }

  /// Parts that belong together, in lines that fit.
  private func wrapped(_ parts: [String]) -> [String] {
    var lines: [String] = []
    for part in parts {
      if let last = lines.last, last.count + 3 + part.count < screen.columns {
        lines[lines.count - 1] = last + "   " + part
      } else {
        lines.append(" " + part)
      }
    }
    return lines
  }
}

extension PlaySession {
  /// How the episode stands, and what the session waits for.
  var status: [String] {
    var parts = [
      world.entry.id, "episode \(episodes.count + (world.ended == nil ? 1 : 0))",
      "step \(grouped(world.steps))", "reward \(rounded(world.reward))",
      "return \(rounded(world.return))",
    ]
    if !world.lastAction.isEmpty { parts.append("action \(world.lastAction)") }
    if speed != 1 { parts.append("speed × \(speed)") }
    if let message { parts.append(message) }
    return parts
  }

  private var message: String? {
    if let complaint { return complaint }
    if !typed.isEmpty { return "action \(typed)…" }
    switch phase {
    case .over:
      guard let ended = world.ended else { return nil }
      return "THE EPISODE IS OVER: \(ended.ending.words) after \(grouped(ended.length)) steps, "
        + "return \(rounded(ended.return))" + (isWatched ? "" : ". Enter goes on.")
    case .paused: return "paused"
    case .waiting: return isTurnBased ? nil : "waiting for a key"
    case .moving: return nil
    }
  }

  private var isWatched: Bool { if case .policy = control { true } else { false } }

  /// The keys.
  var help: [String] {
    switch control {
    case .policy: ["space pauses", "+ - speed", "r restarts", "q quits"]
    case .keys(let map):
      map.help.map { "\($0.key) \($0.meaning)" }
        + (map.idle == nil && !isTurnBased ? ["space waits"] : []) + ["r restarts", "q quits"]
    }
  }
}
