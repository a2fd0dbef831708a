import Interchange
import Testing

@Suite struct MinariTests {
  private func space(_ text: String) throws -> MinariSpace {
    try MinariSpace(json: JSONValue(parsing: text.utf8, what: "x"), what: "x")
  }

  @Test(
    arguments: [
      #"{"type": "Discrete", "n": 4611686018427387904, "start": 4611686018427387904}"#,
      #"{"type": "Discrete", "n": 0}"#, #"{"type": "Discrete", "n": -1}"#,
      #"{"type": "Discrete", "n": 2, "start": 0.5}"#,
      #"{"type": "Discrete", "n": 2, "start": "1"}"#,
      #"{"type": "MultiBinary", "n": 9223372036854775807}"#,
      #"{"type": "Box", "shape": [4294967296, 0], "low": [], "high": []}"#,
      #"{"type": "Box", "shape": [0, 4294967296, 4294967296], "low": [], "high": []}"#,
      #"{"type": "Tuple", "subspaces": [{"type": "MultiBinary", "n": 2000000000}, "#
        + #"{"type": "MultiBinary", "n": 2000000000}]}"#,
      #"{"type": "Dict", "subspaces": {"a": {"type": "MultiBinary", "n": 2000000000}, "#
        + #""b": {"type": "MultiBinary", "n": 2000000000}}}"#,
    ] as [String])
  func `absurd spaces are refused`(text: String) {
    #expect(throws: InterchangeError.self) { try space(text) }
  }

  @Test func `choices that begin elsewhere are other choices`() throws {
    let two = try space(#"{"type": "Discrete", "n": 2}"#)
    #expect(two == .discrete(n: 2, start: 0))
    #expect(two.hasKind(of: .discrete(n: 2, start: 0)))
    #expect(!two.hasKind(of: .discrete(n: 2, start: 1)))
    let pairs = try space(#"{"type": "MultiDiscrete", "nvec": [2, 3], "start": [0, 1]}"#)
    #expect(!pairs.hasKind(of: .multiDiscrete(counts: [2, 3], starts: [0, 0])))
    #expect("\(pairs)" == "choices among [2, 3] from [0, 1]")
    let empty = try space(#"{"type": "Box", "shape": [3, 0], "low": [], "high": []}"#)
    #expect(empty.width == 0 && empty.json["low"] == .list([]))
  }

  @Test(
    arguments: [
      ("/data/lab/pole-v0", "lab/pole-v0"), ("pole-v1", "pole-v1"), ("../pole-v12/", "pole-v12"),
      ("runs/back", nil), ("", nil), ("lab/pole-v", nil),
    ] as [(String, String?)])
  func `a data set is named by its folder`(path: String, id: String?) {
    #expect(MinariDescription.id(atEndOf: path) == id)
  }
}
