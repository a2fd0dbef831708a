public import Environments

/// Pictures that follow one another, to be written as a GIF or an SVG.
public struct Animation: Sendable {
  /// A picture and how long it is shown.
  public struct Frame: Sendable {
    public var picture: Picture
    /// Seconds, above 0.
    public var seconds: Double
  }

  /// The frames, in order.
  public private(set) var frames: [Frame] = []

  /// Makes an animation without frames.
  public init() {}

  /// Adds a picture that is shown for some seconds; one that equals the last prolongs it.
  public mutating func append(_ picture: Picture, seconds: Double) {
    precondition(seconds > 0 && seconds.isFinite, "a frame must be shown for some time")
    if let last = frames.indices.last, frames[last].picture == picture {
      frames[last].seconds += seconds
    } else {
      frames.append(Frame(picture: picture, seconds: seconds))
    }
  }

  /// How long it takes, in seconds.
  public var duration: Double { frames.reduce(0) { $0 + $1.seconds } }

  /// What turns its pictures into images of at most `size` columns and rows.
  func rasterizer(size: Int) -> Rasterizer {
    let first = frames.first?.picture ?? Picture(width: 1, height: 1)
    return Rasterizer(first, fitting: size, by: size)
  }
}
