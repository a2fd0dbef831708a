import Randomness
import Testing

@Suite struct PhiloxTests {
  /// The known answers that come with the authors' own implementation (Random123).
  @Test(arguments: [
    (
      SIMD4<UInt32>(0, 0, 0, 0), 0 as UInt64,
      SIMD4<UInt32>(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
    ),
    (
      SIMD4(repeating: .max), .max,
      SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
    ),
    (
      SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), 0x299f_31d0_a409_3822,
      SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
    ),
  ])
  func `gives the known answers`(
    counter: SIMD4<UInt32>, key: UInt64, expected: SIMD4<UInt32>
  ) {
    #expect(Philox.block(at: counter, key: key) == expected)
  }

  @Test func `blocks made together are the blocks made one by one`() {
    let (first, key) = (0xffff_fffa as UInt64, 0x0123_4567_89ab_cdef as UInt64)
    var words = [UInt64](repeating: 0, count: 2 * 11)
    words.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      Philox.write(blocks: 11, from: first, key: key, to: start)
    }
    for index in 0..<11 {
      let block = Philox.block(first + UInt64(index), key: key)
      #expect(words[2 * index] == UInt64(block.x) | UInt64(block.y) << 32)
      #expect(words[2 * index + 1] == UInt64(block.z) | UInt64(block.w) << 32)
    }
  }
}
