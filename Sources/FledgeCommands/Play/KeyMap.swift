package import Environments

/// An action that a person takes.
package enum PlayedAction: Hashable {
  case choice(Int)
  case numbers([Float])
}

/// Which keys stand for which actions.
package struct KeyMap {
  /// What each key does.
  package private(set) var actions: [Key: PlayedAction] = [:]
  /// What does nothing, if an action does.
  package private(set) var idle: PlayedAction?
  /// Whether actions are typed as numbers, with Enter after them.
  package private(set) var takesNumbers = false
  /// The keys and what they do, to be shown.
  package private(set) var help: [(key: String, meaning: String)] = []
  private let count: Int

  /// - Throws: a sentence for actions of several choices, or of so many numbers that no keys can stand for them.
  package init(for space: ActionSpace, named entry: EnvironmentEntry) throws {
    switch space {
    case .discrete(let count):
      self.count = count
      addChoices(count == entry.actionNames.count ? entry.actionNames : [])
    case .multiDiscrete(let counts):
      throw CommandFailure(
        "an action of \(entry.id) is \(counts.count) choices at once, more than a key can stand "
          + "for; watch it with --policy random")
    case .continuous(let low, let high):
      count = 0
      guard low.count <= 2 else {
        throw CommandFailure(
          "an action of \(entry.id) is \(low.count) numbers, more than keys can stand for; watch it "
            + "with --policy random")
      }
      addNumbers(low, high, entry.actionNames)
    }
  }

  /// The action that a typed number means.
  package func action(typed digits: String) -> PlayedAction? {
    guard let number = Int(digits), number < count else { return nil }
    return .choice(number)
  }

  // MARK: Choices

  private static let directions: [(arrow: Key, letter: Character, sign: String, words: [String])] =
    [
      (.left, "a", "←", ["left", "west"]), (.right, "d", "→", ["right", "east"]),
      (.up, "w", "↑", ["up", "north", "forward"]), (.down, "s", "↓", ["down", "south", "back"]),
    ]
  private static let idleWords: Set<String> = [
    "no-op", "noop", "idle", "coast", "wait", "stay", "none",
  ]

  private mutating func addChoices(_ names: [String]) {
    var signs: [Int: String] = [:]
    for direction in Self.directions {
      let action = names.firstIndex { name in
        let words = Self.words(name)
        return !words.contains("pick") && words.contains(where: direction.words.contains)
      }
      guard let action, signs[action] == nil else { continue }
      actions[direction.arrow] = .choice(action)
      actions[.character(direction.letter)] = .choice(action)
      signs[action] = direction.sign
    }
    if let idle = names.firstIndex(where: { !Self.idleWords.isDisjoint(with: Self.words($0)) }) {
      self.idle = .choice(idle)
      for key in [Key.space, .character(".")] { actions[key] = .choice(idle) }
      signs[idle] = signs[idle] ?? "space"
    }
    for (action, name) in names.enumerated() where signs[action] == nil {
      guard let letter = name.lowercased().first, letter.isLetter, letter.isASCII,
        !"qrwasd".contains(letter), actions[.character(letter)] == nil
      else { continue }
      actions[.character(letter)] = .choice(action)
      signs[action] = "\(letter)"
    }
    takesNumbers = count > 10
    if takesNumbers {
      help = [("0…\(count - 1), Enter", "the action of that number")]
    } else {
      for action in 0..<count {
        actions[.character(Character("\(action)"))] = .choice(action)
        help.append((signs[action] ?? "\(action)", action < names.count ? names[action] : "action"))
      }
      if names.isEmpty { help = [("0…\(count - 1)", "the action of that number")] }
    }
  }

  private static func words(_ name: String) -> [String] {
    name.lowercased().split { !$0.isLetter && $0 != "-" }.map(String.init)
  }

  // MARK: Numbers

  private mutating func addNumbers(_ low: [Float], _ high: [Float], _ names: [String]) {
    func row(_ index: Int, _ value: Float) -> PlayedAction {
      var row = zip(low, high).map { min(max(0, $0), $1) }
      if index < row.count { row[index] = value }
      return .numbers(row)
    }
    let idle = row(low.count, 0)
    self.idle = idle
    for (index, (low, high)) in zip(low, high).enumerated() {
      let (small, large) = (low.isFinite ? low : min(-1, high), high.isFinite ? high : max(1, low))
      let directions = index == 0 ? [0, 1] : [3, 2]
      for (place, value) in zip(directions, [small, large]) {
        let direction = Self.directions[place]
        actions[direction.arrow] = row(index, value)
        actions[.character(direction.letter)] = row(index, value)
        let name = index < names.count ? names[index] : "number \(index)"
        help.append((direction.sign, "\(name) \(rounded(Double(value)))"))
      }
    }
    for key in [Key.space, .character(".")] { actions[key] = idle }
    help.append(("space", "lets go"))
  }
}
