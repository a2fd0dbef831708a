import Agents
import ArgumentParser
import Environments
import Glibc
import Rendering

/// A world in a terminal, moved by keys or by a policy, until somebody quits.
struct PlaySession {
  /// Who moves.
  enum Control {
    case keys(KeyMap)
    case policy(any Policy)
  }

  /// What the session is doing.
  enum Phase: Hashable {
    /// A person's world, which waits for a key.
    case waiting
    case moving
    case paused
    /// The episode has ended.
    case over
  }

  let world: PlayedWorld
  let control: Control
  private let seed: UInt64
  private let mostEpisodes: Int?
  private let framesPerSecond: Double
  /// Whether the world moves only when a key is pressed.
  let isTurnBased: Bool

  private(set) var phase = Phase.waiting
  private(set) var speed = 1.0
  private(set) var episodes: [FinishedEpisode] = []
  /// The digits typed so far, where actions are.
  private(set) var typed = ""
  /// What was wrong with the last key, if something was.
  private(set) var complaint: String?
  private var restarts: UInt64 = 0
  private var held: PlayedAction?
  private var heldUntil = 0.0
  private var due = 0.0
  private var hasQuit = false

  /// How long a key counts as held: terminals tell that one was pressed, not that it was let go, and
  /// repeat it only after about half a second.
  private static let holding = 0.5
  /// How long the last state of an episode that is watched is shown.
  private static let pause = 1.5

  init(
    _ world: PlayedWorld, _ control: Control, framesPerSecond: Double, seed: UInt64,
    episodes: Int?
  ) {
    self.world = world
    self.control = control
    self.framesPerSecond = framesPerSecond
    self.seed = seed
    mostEpisodes = episodes
    if case .keys = control { isTurnBased = framesPerSecond < 10 } else { isTurnBased = false }
  }

  /// Plays until the end.
  ///
  /// - Throws: a sentence, after which the terminal is as before; `ExitCode` after Ctrl-C.
  mutating func run() throws {
    try world.reset(seed: seed)
    let ending = try RawTerminal.with { terminal in
      var screen = try PlayScreen(size: terminal.size, help: help)
      begin(at: RawTerminal.now())
      while !hasQuit {
        if let ending = terminal.endingSignal { return ending }
        screen.resize(terminal.size)
        guard terminal.write(screen.update(self)) else { return SIGHUP }
        let wait = phase == .moving || phase == .over ? due - RawTerminal.now() : 0.1
        for key in terminal.keys(waiting: min(0.1, max(0, wait))) {
          if key == .interrupt { return SIGINT }
          try press(key, at: RawTerminal.now())
        }
        if !screen.isTooSmall { try move(at: RawTerminal.now()) }
      }
      return Int32(0)
    }
    if ending != 0 { throw ExitCode(128 + ending) }
  }

  /// What was played, in a line.
  var summary: String {
    guard !episodes.isEmpty else { return "No episode was played to its end." }
    let mean = episodes.reduce(0) { $0 + $1.return } / Double(episodes.count)
    let steps = episodes.reduce(0) { $0 + $1.length }
    return episodes.count == 1
      ? "1 episode of \(grouped(steps)) steps, return \(rounded(mean))"
      : "\(episodes.count) episodes, \(grouped(steps)) steps, mean return \(rounded(mean))"
  }

  /// Seconds between two steps.
  private var interval: Double { 1 / (framesPerSecond * speed) }

  private mutating func begin(at time: Double) {
    if case .policy = control { phase = .moving } else { phase = .waiting }
    (held, complaint, typed) = (nil, nil, "")
    due = time + interval
  }

  // MARK: Keys

  mutating func press(_ key: Key, at time: Double) throws {
    complaint = nil
    switch key {
    case .end, .character("q"):
      hasQuit = true
    case .character("r"):
      restarts += 1
      try world.reset(seed: seed &+ restarts)
      begin(at: time)
    case .space where phase == .over, .enter where phase == .over:
      goOn(at: time)
    default:
      switch control {
      case .policy: try steer(key, at: time)
      case .keys(let map): if phase != .over { try act(on: key, map, at: time) }
      }
    }
  }

  /// A key of somebody who watches.
  private mutating func steer(_ key: Key, at time: Double) throws {
    switch key {
    case .space: phase = phase == .paused ? .moving : .paused
    case .character("+"), .character("="): speed = min(64, speed * 2)
    case .character("-"): speed = max(1 / 64, speed / 2)
    case .character(".") where phase == .paused: try step(at: time)
    default: break
    }
    if phase == .moving { due = min(due, time + interval) }
  }

  /// A key of somebody who plays.
  private mutating func act(on key: Key, _ map: KeyMap, at time: Double) throws {
    if map.takesNumbers, try type(key, map, at: time) { return }
    guard let action = map.actions[key] else {
      if key == .space, !isTurnBased { phase = phase == .moving ? .waiting : phase }
      return
    }
    try take(action, at: time)
  }

  /// Takes digits until Enter; `false` if the key is none of these.
  private mutating func type(_ key: Key, _ map: KeyMap, at time: Double) throws -> Bool {
    switch key {
    case .character(let digit) where digit.isASCII && digit.isNumber:
      typed = String((typed + String(digit)).suffix(6))
    case .backspace where !typed.isEmpty: typed.removeLast()
    case .enter where !typed.isEmpty:
      let action = map.action(typed: typed)
      if action == nil { complaint = "there is no action \(typed)" }
      typed = ""
      if let action { try take(action, at: time) }
    default: return false
    }
    return true
  }

  private mutating func take(_ action: PlayedAction, at time: Double) throws {
    guard world.allows(action) else {
      complaint = "that is not allowed here"
      return
    }
    if isTurnBased {
      held = action
      try step(at: time)
    } else {
      (held, heldUntil) = (action, time + Self.holding)
      if phase == .waiting {
        phase = .moving
        due = time
      }
    }
  }

  // MARK: Moving

  /// Takes the steps that are due, or goes on after an episode that was watched.
  private mutating func move(at time: Double) throws {
    if case .policy = control, phase == .over, time >= due { return goOn(at: time) }
    // What could not be done in time is not made up for.
    due = max(due, time - 0.25)
    while phase == .moving, due <= time { try step(at: time) }
  }

  private mutating func step(at time: Double) throws {
    switch control {
    case .policy(let policy): try world.step(by: policy)
    case .keys(let map):
      if !isTurnBased, let idle = map.idle, time > heldUntil { held = idle }
      guard let held, world.allows(held) else {
        phase = .waiting
        return
      }
      try world.step(held)
    }
    due += interval
    if let episode = world.ended {
      episodes.append(episode)
      phase = .over
      due = time + Self.pause
    }
  }

  private mutating func goOn(at time: Double) {
    if let mostEpisodes, episodes.count >= mostEpisodes {
      hasQuit = true
      return
    }
    world.goOn()
    begin(at: time)
  }
}
