import Checksums
import Reports
import Testing

@Suite struct SmallPartsTests {
  @Test(arguments: [
    ("", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
    ("abc", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
    (String(repeating: "a", count: 200), "wqkI2Y9d+Yet5BtfziEwZ++8wh7yJAISpB5UtefCiuU="),
  ]) func `digests agree with known ones`(text: String, digest: String) {
    #expect(SHA256.base64Digest(of: text) == digest)
  }

  @Test func `a difference keeps common lines and orders removals before additions`() {
    let difference = LineDifference(from: ["a", "b", "c"], to: ["a", "x", "c", "d"])
    #expect(
      difference.lines == [.same("a"), .removed("b"), .added("x"), .same("c"), .added("d")])
    #expect(!difference.isEmpty)
    #expect(LineDifference(from: ["a"], to: ["a"]).isEmpty)
    #expect(LineDifference(from: [], to: []).isEmpty)
  }

  @Test func `text for a script cannot end the element that it stands in`() {
    #expect(
      FigureData.quoted("</script>\"\\\n\u{2028}&é")
        == "\"\\u003c/script\\u003e\\\"\\\\\\u000a\\u2028\\u0026é\"")
  }

  @Test func `a paragraph is broken between words`() {
    #expect(wrapped("one two three", to: 8) == "one two\nthree")
    #expect(wrapped("! one two", to: 6, indent: 2) == "! one\n  two")
    #expect(wrapped("incomprehensible word", to: 5) == "incomprehensible\nword")
  }

  @Test func `names are listed in words, and many are counted`() {
    #expect(listed(["a"]) == "a")
    #expect(listed(["a", "b"]) == "a and b")
    #expect(listed(["a", "b", "c"]) == "a, b and c")
    #expect(listed(["a", "b", "c", "d", "e", "f"]) == "a, b, c, d and 2 more")
  }
}
