import Checksums
import Testing

@Suite struct XXHash64Tests {
  private func digest(_ text: String) -> UInt64 {
    Array(text.utf8).withUnsafeBytes { XXHash64.digest(of: $0) }
  }

  /// Values of the `xxhash` package for Python, `xxh64_intdigest`.
  @Test func `gives the published values`() {
    #expect(digest("") == 0xEF46_DB37_51D8_E999)
    #expect(digest("a") == 0xD24E_C4F1_A98C_6E5B)
    #expect(digest("abc") == 0x44BC_2CF5_AD77_0999)
    #expect(
      digest("Nobody inspects the spammish repetition") == 0xFBCE_A83C_8A37_8BF1)
    #expect(digest("xxhash is an extremely fast hash algorithm") == 0x873E_D399_A51C_60CC)
  }

  @Test func `does not depend on how the bytes arrive`() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let whole = bytes.withUnsafeBytes { XXHash64.digest(of: $0) }
    #expect(whole == 0x2527_5608_A9CF_C168)
    for piece in [1, 3, 7, 31, 32, 33, 64, 100] {
      var hash = XXHash64()
      for start in stride(from: 0, to: bytes.count, by: piece) {
        Array(bytes[start..<min(start + piece, bytes.count)]).withUnsafeBytes { hash.update($0) }
      }
      #expect(hash.digest == whole, "in pieces of \(piece)")
    }
  }
}
