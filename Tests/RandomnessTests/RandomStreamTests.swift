import Foundation
import Randomness
import Testing

@Suite struct RandomStreamTests {
  @Test func `words are pinned`() {
    var stream = Seeds(root: 20_261_121)["policy"]
    #expect(
      (0..<4).map { _ in stream.next() } == [
        0xcc86_9dc1_4e24_6004, 0x4a88_b097_ea68_054a, 0xfe8e_bb58_7c00_fa34, 0x0370_5bec_d578_6631,
      ])
    #expect(stream.position == 8)
  }

  @Test func `uniform numbers are pinned`() {
    var stream = RandomStream(key: 42)
    let floats = (0..<4).map { _ in stream.uniform() as Float }
    #expect(
      floats == [0.6129598617553711, 0.4685865044593811, 0.07323169708251953, 0.34086149930953980])
    let doubles = (0..<3).map { _ in stream.uniform() as Double }
    #expect(doubles == [0.32706338120338474, 0.4543156017348883, 0.6583155272123093])
  }

  @Test func `whole numbers are pinned`() {
    var stream = RandomStream(key: 42)
    #expect(
      (0..<12).map { _ in stream.integer(below: 10) } == [6, 4, 0, 3, 9, 3, 5, 4, 8, 6, 6, 7])
    #expect(
      (0..<4).map { _ in stream.integer(below: 3 << 30) } == [
        2_350_203_735, 2_160_282_176, 1_888_927_730, 1_221_250_553,
      ])
    #expect(
      (0..<4).map { _ in stream.integer(below: 3 << 60) } == [
        2_902_060_619_663_083_187, 815_299_381_962_857_922, 1_015_036_250_062_379_137,
        140_449_147_109_790_234,
      ])
    #expect(stream.position == 24)  // 12 + 4 words + 4 pairs: nothing was rejected here
  }

  /// Against Python's `statistics.NormalDist`, another implementation of the same algorithm.
  @Test func `normal draws are pinned`() {
    var stream = RandomStream(key: 42)
    let expected: [Float] = [
      0.28704190254211426, -0.07882346957921982, -1.4521371126174927, -0.4101129472255707,
      2.248211622238159, -0.44803664088249207,
    ]
    #expect((0..<6).map { _ in stream.normal() as Float } == expected)
    let doubles = (0..<4).map { _ in stream.normal() as Double }
    for (drawn, expected) in zip(
      doubles, [-0.11476523741853367, 0.4078702358053096, 0.7507043067685636, 0.4416806772623011])
    {
      #expect(abs(drawn - expected) < 1e-15)
    }
  }

  @Test func `permutations, categories and Gumbel draws are pinned`() {
    var stream = RandomStream(key: 42)
    #expect(stream.permutation(of: 10) == [7, 3, 8, 9, 1, 5, 2, 0, 4, 6])
    #expect(stream.position == 9)
    stream = RandomStream(key: 43)
    #expect(
      (0..<16).map { _ in stream.categorical([1, 0, 3, 4]) } == [
        2, 0, 2, 3, 2, 2, 3, 0, 2, 3, 3, 3, 3, 3, 2, 3,
      ])
    stream = RandomStream(key: 44)
    for expected in [-0.8932788665144181, 0.10909755875619935, 0.08016031914057051] {
      #expect(abs(stream.gumbel() - expected) < 1e-15)
    }
  }

  @Test func `a stream survives encoding and goes on`() throws {
    for drawn in 0..<9 {
      var stream = RandomStream(key: 99)
      for _ in 0..<drawn { _ = stream.nextWord() }
      let data = try JSONEncoder().encode(stream)
      var copy = try JSONDecoder().decode(RandomStream.self, from: data)
      #expect(copy == stream)
      #expect((0..<9).map { _ in copy.nextWord() } == (0..<9).map { _ in stream.nextWord() })
    }
  }

  @Test func `a stream begins anywhere`() {
    var stream = RandomStream(key: 5)
    for _ in 0..<11 { _ = stream.nextWord() }
    var later = RandomStream(key: 5, position: 11)
    #expect(later == stream)
    #expect(later.next() == stream.next())
  }

  @Test func `an ordinary collection shuffles like a permutation`() {
    var stream = RandomStream(key: 3)
    var letters = Array("abcdefgh")
    stream.shuffle(&letters)
    var again = RandomStream(key: 3)
    #expect(letters == again.permutation(of: 8).map { Array("abcdefgh")[$0] })
    #expect(letters.sorted() == Array("abcdefgh"))
    var part = letters[2..<5]
    stream.shuffle(&part)
    #expect(part.sorted() == letters[2..<5].sorted())
  }
}
