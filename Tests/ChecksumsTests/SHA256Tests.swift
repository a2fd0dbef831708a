import Checksums
import Testing

@Suite struct SHA256Tests {
  private func hex(_ message: [UInt8], pieces: Int = 1 << 20) -> String {
    var (hash, rest) = (SHA256(), message[...])
    while !rest.isEmpty {
      rest.prefix(pieces).withUnsafeBytes { hash.update($0) }
      rest = rest.dropFirst(pieces)
    }
    return hash.hexDigest
  }

  /// Values of FIPS 180-4's examples and of `sha256sum`.
  @Test func `gives the published values`() {
    #expect(hex([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      hex(Array("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    let long = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
    #expect(
      hex(Array(long.utf8))
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
  }

  @Test func `pieces of any size give the same`() {
    let message = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 * 31) }
    let whole = hex(message)
    for pieces in [1, 7, 63, 64, 65, 128, 999] { #expect(hex(message, pieces: pieces) == whole) }
  }
}
