import MultiTask
import NeuralNetworks
import Randomness
import Testing

@Suite struct `Landscapes` {
  static let settings: [LandscapeSettings] = [
    .toy(ToyLandscape.Settings()), .elementwiseQuadratic, .convexQuadraticForms,
    .linearConflict(LinearConflictLandscape.Settings()), .linearConflict(steep),
  ]

  static let steep: LinearConflictLandscape.Settings = {
    var settings = LinearConflictLandscape.Settings()
    settings.angle = 150
    settings.scales = [0.5, 3]
    settings.condition = 25
    return settings
  }()

  @Test(arguments: settings) func `have the gradients that finite differences give`(
    settings: LandscapeSettings
  ) throws {
    let landscape = try settings.makeLandscape()
    var random = Seeds(root: 1)["points"]
    for _ in 0..<200 {
      let point = SIMD2<Double>(random.uniform(in: -9...9), random.uniform(in: -9...9))
      let step = 1e-6
      let gradients = landscape.gradients(at: point)
      for task in 0..<landscape.taskCount {
        let difference = SIMD2(
          landscape.losses(at: point + [step, 0])[task]
            - landscape.losses(at: point - [step, 0])[task],
          landscape.losses(at: point + [0, step])[task]
            - landscape.losses(at: point - [0, step])[task])
        let error = difference / (2 * step) - gradients[task]
        let size = 1 + max(abs(gradients[task].x), abs(gradients[task].y))
        #expect(max(abs(error.x), abs(error.y)) < 2e-5 * size, "\(point)")
      }
    }
  }

  @Test(arguments: settings) func `have no point that beats their Pareto sets in all losses`(
    settings: LandscapeSettings
  ) throws {
    let landscape = try settings.makeLandscape()
    let front = landscape.paretoSet.map(landscape.losses(at:))
    var random = Seeds(root: 2)["points"]
    let region = landscape.region
    for _ in 0..<2000 {
      let losses = landscape.losses(
        at: [random.uniform(in: region.x), random.uniform(in: region.y)])
      let beaten = front.contains { best in zip(losses, best).allSatisfy { $0 < $1 - 1e-9 } }
      #expect(!beaten)
    }
  }

  @Test(arguments: settings) func `have weights on their Pareto sets that no slope is left with`(
    settings: LandscapeSettings
  ) throws {
    let landscape = try settings.makeLandscape()
    for point in landscape.paretoSet {
      let gradients = landscape.gradients(at: point)
      // The nearest point to 0 on the line between the gradients.
      let way = gradients[1] - gradients[0]
      let length = way.x * way.x + way.y * way.y
      let share = length > 0 ? -(gradients[0].x * way.x + gradients[0].y * way.y) / length : 0
      let rest = gradients[0] + min(max(share, 0), 1) * way
      #expect(max(abs(rest.x), abs(rest.y)) < 1e-9)
    }
  }

  @Test func `convex quadratic forms are least at their centers`() {
    let forms = ConvexQuadraticForms()
    #expect(forms.losses(at: [1, 0])[0] == 0 && forms.losses(at: [-1, 0])[1] == 0)
    #expect(forms.paretoSet.first == [1, 0] && forms.paretoSet.last == [-1, 0])
  }

  @Test func `a linear conflict has the angle that it is told`() throws {
    var settings = LinearConflictLandscape.Settings()
    settings.angle = 150
    settings.scales = [0.5, 3]
    let conflict = try LinearConflictLandscape(settings)
    let gradients = conflict.gradients(at: .zero)
    let gram = GramMatrix(rows: gradients.map { [$0.x, $0.y] })
    #expect(abs(gram[0, 0].squareRoot() - 0.25) < 1e-12)
    #expect(abs(gram[1, 1].squareRoot() - 9) < 1e-12)
    let cosine = gram[0, 1] / (gram[0, 0] * gram[1, 1]).squareRoot()
    #expect(abs(cosine + 0.75.squareRoot()) < 1e-12)
  }

  @Test func `a linear conflict of right angles is solved by hand`() throws {
    var settings = LinearConflictLandscape.Settings()
    settings.angle = 90
    settings.scales = [1, 2]
    let conflict = try LinearConflictLandscape(settings)
    // With AᵀA a multiple of 1, the minimum is the mean of (1, 0) and (0, 1) by weight and scale².
    let minimum = conflict.minimum(weights: [3, 1])
    #expect(abs(minimum.x - 3.0 / 7) < 1e-12 && abs(minimum.y - 4.0 / 7) < 1e-12)
    #expect(conflict.losses(at: .zero) == [0.5, 2])
  }

  @Test func `a distance is that of the nearest point of a curve`() {
    #expect(distance(of: [0, 3], from: [[-1, 0], [1, 0]]) == 3)
    #expect(distance(of: [4, 4], from: [[-1, 0], [1, 0]]) == 5)
    #expect(distance(of: [3, 4], from: [.zero]) == 5)
  }
}
