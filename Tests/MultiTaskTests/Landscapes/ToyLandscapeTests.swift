import MultiTask
import NeuralNetworks
import Testing

@Suite struct `The toy landscape` {
  struct Row: Sendable {
    var point: SIMD2<Double>
    var losses: [Double]
    var first: SIMD2<Double>
    var second: SIMD2<Double>
  }

  /// Computed once by an independent program, and checked there against finite differences.
  static let table = [
    Row(
      point: [-8.5, 7.5], losses: [6.552363, 7.900798], first: [-0.285399, 0.007249],
      second: [-0.073992, 0.008739]),
    Row(point: [0, 0], losses: [0, 0], first: [0, 10.856381], second: [0, 10.856381]),
    Row(
      point: [9, 9], losses: [7.943949, 6.691495], first: [0.071411, 0.001961],
      second: [0.249938, 0.001652]),
    Row(
      point: [-7.5, -0.5], losses: [0.388808, -4.754484], first: [-0.710264, -0.709399],
      second: [-0.024492, 9.160757]),
    Row(
      point: [9, -1], losses: [-8.831059, 2.814293], first: [0.184847, 7.579204],
      second: [1.478775, -2.330037]),
    Row(
      point: [-8.5, -5], losses: [4.059918, -19.421502], first: [-3.058504, 0.004483],
      second: [-0.295984, 0.320931]),
  ]

  @Test(arguments: table) func `has the published values and gradients`(row: Row) {
    let toy = ToyLandscape()
    let losses = toy.losses(at: row.point)
    let gradients = toy.gradients(at: row.point)
    for (found, wanted) in zip(losses, row.losses) { #expect(abs(found - wanted) < 6e-7) }
    for (found, wanted) in zip(gradients, [row.first, row.second]) {
      #expect(max(abs(found.x - wanted.x), abs(found.y - wanted.y)) < 6e-7)
    }
  }

  @Test func `scales its first loss, and shifts both without touching a gradient`() {
    let point = SIMD2(-7.5, -0.5)
    let plain = ToyLandscape()
    let scaled = ToyLandscape(scale: 0.1, offset: 21)
    let expected = [(plain.losses(at: point)[0] + 21) * 0.1, plain.losses(at: point)[1] + 21]
    for (found, wanted) in zip(scaled.losses(at: point), expected) {
      #expect(abs(found - wanted) < 1e-12)
    }
    #expect(scaled.gradients(at: point)[0] == 0.1 * plain.gradients(at: point)[0])
    #expect(scaled.gradients(at: point)[1] == plain.gradients(at: point)[1])
  }

  @Test func `has a slope of its valleys up to the clamp and none below it`() {
    // u₂ = −x₁/2 + 7/2 − tanh x₂ is 0 at x₁ = 7 − 2 tanh x₂.
    let toy = ToyLandscape()
    let y = 1.5
    let bottom = 7 - 2 * 0.9051482536448664
    let inside = toy.gradients(at: [bottom + 1e-7, y])[1]
    let outside = toy.gradients(at: [bottom + 1e-3, y])[1]
    #expect(inside.x == 0)
    #expect(outside.x > 100)
  }

  @Test func `has a Pareto set below the axis between the minima of its losses`() throws {
    let set = ToyLandscape().paretoSet
    let (first, last) = try (#require(set.first), #require(set.last))
    #expect(abs(last.x - 7) < 1e-12 && abs(last.y + 8.434) < 5e-4)
    #expect(abs(ToyLandscape().losses(at: last)[0] + 19.989425) < 5e-7)
    #expect(abs(first.y - last.y) < 1e-12)
    let middle = set[set.count / 2]
    #expect(middle.x == 0 && abs(middle.y + 8.3551) < 5e-5)
    for loss in ToyLandscape().losses(at: middle) { #expect(abs(loss + 15.091638) < 5e-7) }
  }

  @Test func `has opposite gradients all along its Pareto set`() {
    for point in ToyLandscape(scale: 0.1).paretoSet.dropFirst().dropLast() {
      let gradients = ToyLandscape(scale: 0.1).gradients(at: point)
      let weight = (point.x + 7) / 14
      let sum = 10 * weight * gradients[0] + (1 - weight) * gradients[1]
      #expect(max(abs(sum.x), abs(sum.y)) < 1e-12)
    }
  }

  @Test func `refuses settings without meaning`() {
    var settings = ToyLandscape.Settings()
    settings.scale = 0
    #expect(throws: SettingsError.self) { try settings.validate() }
    #expect(throws: SettingsError.self) { try LandscapeSettings.toy(settings).makeLandscape() }
  }
}
