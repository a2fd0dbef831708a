import Randomness
import Testing

@Suite struct SeedsTests {
  /// Equal names must give equal streams in every version: results on disk depend on it.
  @Test func `keys are pinned`() {
    let seeds = Seeds(root: 20_261_121)
    #expect(seeds["policy"].key == 0x04e7_4769_1c2a_ebe0)
    #expect(seeds["replay"].key == 0x51d7_5eb0_4c64_8a96)
    #expect(Seeds(root: 0)[""].key == 0xa706_dd2f_4d19_7e6f)
    #expect(seeds.branch("worker").root == 0xf552_f3b7_f4aa_d7fc)
  }

  @Test func `streams of different names and roots differ`() {
    var keys: Set<UInt64> = []
    for root in 0..<50 as Range<UInt64> {
      let seeds = Seeds(root: root)
      for name in ["", "a", "b", "ab", "ba", "a\0", "policy", "policy2"] {
        keys.insert(seeds[name].key)
        keys.insert(seeds.branch(name)["policy"].key)
      }
    }
    #expect(keys.count == 50 * 16)
  }

  @Test func `drawing from one stream leaves the others alone`() {
    let seeds = Seeds(root: 7)
    var first = seeds["first"]
    let untouched = seeds["second"]
    for _ in 0..<100 { _ = first.next() }
    #expect(seeds["second"] == untouched)
    #expect(seeds["first"] != first)
  }
}
