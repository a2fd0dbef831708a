import Glibc
import Randomness
import Simulators
import Testing

@Suite struct ArithmeticTests {
  @Test func `a square is what pow makes of it`() {
    let two = strtod("2", nil)  // with a literal 2 the optimiser would replace pow by a product
    var random = RandomStream(key: 1)
    var different = 0
    for index in 0..<400_000 {
      let value = random.uniform(in: -4...4) * (index.isMultiple(of: 2) ? 1 : 1e-3)
      #expect(squared(value) == pow(value, two))
      different += pow(value, two) != value * value ? 1 : 0
    }
    #expect(different > 0)  // or else there would be nothing to do
    for value in [0, -0.0, 1, 1e-200, 1e200, .infinity] {
      #expect(squared(value) == pow(value, two))
    }
    #expect(squared(Double.nan).isNaN)
    for _ in 0..<100_000 {
      let value: Float = random.uniform(in: Float(-2)...2)
      #expect(squared(value) == powf(value, Float(two)))
    }
  }

  @Test func `sine and cosine are the C library's`() {
    var random = RandomStream(key: 2)
    for scale in [0.1, 1, 3.2, 30, 1e6, 1e300] {
      for _ in 0..<100_000 {
        let angle = random.uniform(in: -1...1) * scale
        let (sine, cosine) = sineAndCosine(angle)
        #expect(sine == sin(angle) && cosine == cos(angle))
        let (same, other) = branchlessSineAndCosine(angle)
        #expect(same == sin(angle) && other == cos(angle))
      }
    }
    for turn in 0...10 {  // near the zeros, where differences would show first
      for exponent in 1...60 {
        let offset = random.uniform(in: -1...1) * pow(2, -Double(exponent))
        let angle = Double(turn - 5) * .pi / 2 + offset
        let (sine, cosine) = branchlessSineAndCosine(angle)
        #expect(sine == sin(angle) && cosine == cos(angle))
      }
    }
    for angle in [0, -0.0, 1e-300, 7.98, 8, .infinity, .nan] {
      let (sine, cosine) = branchlessSineAndCosine(angle)
      #expect(sine.bitPattern == sin(angle).bitPattern || sine.isNaN && sin(angle).isNaN)
      #expect(cosine == cos(angle) || cosine.isNaN && cos(angle).isNaN)
    }
  }

  @Test func `a remainder is never negative and never lost`() {
    let turn = 2 * Double.pi
    for angle in [0, 1, 6.2, turn, turn.nextUp, 7, 2 * turn, 13, 100, -1e-18, -1, -turn, -7, -100] {
      let expected = fmod(angle, turn) + (fmod(angle, turn) < 0 ? turn : 0)
      #expect(floorRemainder(angle, turn) == expected)
    }
  }
}
