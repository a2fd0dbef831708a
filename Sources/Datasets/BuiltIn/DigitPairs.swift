import Randomness

/// Pictures of two digits that overlap: one task for each.
///
/// Sener & Koltun 2018, "Multi-task learning as multi-objective optimization", section 5.1, with the
/// sizes of their code: the first 28 × 28 image stands at rows and columns 0 to 27 of a 36 × 36
/// canvas, the second at 6 to 33; where they overlap the brighter pixel counts; the canvas is
/// scaled back to 28 × 28 by taking the nearest pixel.
package struct DigitPairs {
  /// Side of an image.
  package var side: Int
  /// By how much the second image is shifted to the right and down.
  package var shift: Int
  /// Side of what both are pasted into.
  package var canvas: Int
  /// Side of the pictures.
  package var result: Int

  package init(side: Int, shift: Int, canvas: Int, result: Int) {
    self.side = side
    self.shift = shift
    self.canvas = canvas
    self.result = result
  }

  /// One picture: the canvas, then the pixel of it whose center is nearest.
  package func overlay(
    _ first: UnsafeBufferPointer<Float>, _ second: UnsafeBufferPointer<Float>,
    into picture: UnsafeMutableBufferPointer<Float>
  ) {
    for row in 0..<result {
      for column in 0..<result {
        // Centers: (row + 1/2) · canvas / result, rounded down to the pixel it falls in.
        let (y, x) = (
          (2 * row + 1) * canvas / (2 * result), (2 * column + 1) * canvas / (2 * result)
        )
        let one = y < side && x < side ? first[y * side + x] : 0
        let (v, u) = (y - shift, x - shift)
        let other = v >= 0 && u >= 0 && v < side && u < side ? second[v * side + u] : 0
        picture[row * result + column] = max(one, other)
      }
    }
  }

  /// The shares of the images that become validation and test pairs where no such part is given.
  private static let parts = SplitSettings(validation: 0.1, test: 0.2)

  /// Pairs each image with a partner drawn uniformly, with replacement, from the same part.
  ///
  /// Images are parted before they are paired, and the pairs keep to these parts: were pairs
  /// parted, images of the test would stand in pairs that are learned from.
  ///
  /// - Parameters:
  ///   - data: images with a 10-class task named `digit`.
  ///   - seeds: the streams `partners/training`, `partners/validation` and `partners/test`, and
  ///     those of `split(_:seeds:)`.
  func pairs(of data: Dataset, seeds: Seeds) throws(DatasetError) -> Dataset {
    let digit = try data.task(named: "digit")
    var partners = [Int](repeating: 0, count: data.count)
    let parts = try data.split(Self.parts, seeds: seeds)
    for (name, rows) in [
      ("training", parts.training), ("validation", parts.validation), ("test", parts.test),
    ] {
      var stream = seeds["partners/\(name)"]
      for row in rows { partners[row] = rows[stream.integer(below: rows.count)] }
    }
    let (before, after) = (side * side, result * result)
    let pictures = [Float](unsafeUninitializedCapacity: data.count * after) { memory, filled in
      data.inputs.withUnsafeBufferPointer { images in
        for row in 0..<data.count {
          let partner = partners[row]
          overlay(
            UnsafeBufferPointer(rebasing: images[(row * before)..<((row + 1) * before)]),
            UnsafeBufferPointer(rebasing: images[(partner * before)..<((partner + 1) * before)]),
            into: UnsafeMutableBufferPointer(rebasing: memory[(row * after)..<((row + 1) * after)]))
        }
      }
      filled = data.count * after
    }
    var paired = data
    paired.givenSplit = parts
    paired.inputShape = [result, result]
    paired.inputs = pictures
    paired.tasks = [
      TaskColumn(name: "left", kind: digit.kind, labels: digit.labels),
      TaskColumn(name: "right", kind: digit.kind, labels: partners.map { digit.labels[$0] }),
    ]
    paired.provenance["pairs"] =
      "\(side) x \(side) images at 0 and \(shift) of \(canvas) x \(canvas), brighter pixel, "
      + "scaled to \(result) x \(result) by nearest pixel; seed \(seeds.root)"
    return paired
  }
}
