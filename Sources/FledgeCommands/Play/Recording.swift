import Agents
import Environments
import Rendering

/// Episodes as an animation, recorded without a terminal.
struct Recording {
  /// What the pictures are written as.
  enum Format {
    case gif, svg

    /// The format that a file's ending asks for.
    init(path: String) throws {
      let path = path.lowercased()
      if path.hasSuffix(".gif") {
        self = .gif
      } else if path.hasSuffix(".svg") {
        self = .svg
      } else {
        throw CommandFailure(
          "--output \(path): the name of a recording must end in .gif or .svg")
      }
    }

    func encoded(_ animation: Animation, size: Int) -> [UInt8] {
      switch self {
      case .gif: animation.gif(size: size)
      case .svg: Array(animation.svg(size: size).utf8)
      }
    }
  }

  private(set) var animation = Animation()
  private(set) var episodes: [FinishedEpisode] = []
  private(set) var steps = 0
  /// The states shown.
  private(set) var frames = 0
  /// Whether there were more frames than may be.
  private(set) var isCutShort = false

  private let secondsPerFrame: Double
  private let mostFrames: Int
  /// How long the last frame of an episode is shown.
  private static let pause = 1.5

  init(framesPerSecond: Double, mostFrames: Int) {
    secondsPerFrame = 1 / framesPerSecond
    self.mostFrames = mostFrames
  }

  mutating func record(
    _ world: PlayedWorld, _ policy: any Policy, episodes count: Int, seed: UInt64
  ) throws {
    try world.reset(seed: seed)
    append(world.picture, seconds: secondsPerFrame)
    while episodes.count < count {
      guard frames < mostFrames else {
        isCutShort = true
        return
      }
      try world.step(by: policy)
      steps += 1
      append(world.picture, seconds: world.ended == nil ? secondsPerFrame : Self.pause)
      guard let episode = world.ended else { continue }
      episodes.append(episode)
      world.goOn()
      if episodes.count < count, frames < mostFrames {
        append(world.picture, seconds: secondsPerFrame)
      }
    }
  }

  private mutating func append(_ picture: Picture, seconds: Double) {
    animation.append(picture, seconds: seconds)
    frames += 1
  }
}
