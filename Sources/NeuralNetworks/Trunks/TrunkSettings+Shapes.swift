// What a trunk makes of an input of a certain shape, before any parameter is drawn.

extension TrunkSettings {
  /// The number of features that a trunk makes of an input of this shape.
  ///
  /// - Parameter shape: Extents of one example: `[features]`, `[height, width]` or
  ///   `[height, width, channels]`, each 1 or more. Convolutions need an image.
  /// - Throws: A sentence if the trunk does not take such an input.
  public func outputs(forInput shape: [Int]) throws(SettingsError) -> Int {
    try validate()
    guard !shape.isEmpty, shape.allSatisfy({ $0 >= 1 }) else {
      throw refused("takes an input with 1 or more features", shape)
    }
    switch self {
    case .mlp(let settings): return settings.hidden.last ?? 0
    case .leNet(let settings):
      let image = try image(shape)
      guard min(image.height, image.width) >= 16 else {
        throw refused("takes images of 16 × 16 or more", shape)
      }
      return try outputs(of: settings.convolutional, shape)
    case .convolutional(let settings): return try outputs(of: settings, shape)
    }
  }

  private func outputs(
    of settings: ConvolutionalTrunk, _ shape: [Int]
  ) throws(SettingsError) -> Int {
    var seen = try image(shape)
    for (index, stage) in settings.layers.enumerated() {
      do throws(SettingsError) {
        seen = try stage.result(of: seen)
      } catch {
        throw error.inside("layers[\(index)]").inside(chosen.name)
      }
    }
    return settings.hidden.last ?? seen.count
  }

  /// The image that an input of this shape is.
  func image(_ shape: [Int]) throws(SettingsError) -> ImageShape {
    guard shape.count == 2 || shape.count == 3 else {
      throw refused("takes images, [height, width] or [height, width, channels]", shape)
    }
    return ImageShape(
      height: shape[0], width: shape[1], channels: shape.count == 3 ? shape[2] : 1)
  }

  private func refused(_ rule: String, _ shape: [Int]) -> SettingsError {
    SettingsError(path: chosen.name, problem: "\(rule), but the input has the shape \(shape)")
  }
}
