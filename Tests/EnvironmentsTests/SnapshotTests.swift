import Environments
import Testing

@Suite struct SnapshotTests {
  enum Kind: Codable, Equatable {
    case plain
    case labelled(name: String, weight: Float?)
    case nested([Int: [Kind]])
  }

  struct Everything: Codable, Equatable {
    var small: Int8 = -128
    var large: UInt64 = .max
    var negative: Int64 = .min
    var byte: UInt8 = 255
    var single: Float = -0.0
    var double = Double.leastNonzeroMagnitude
    var infinite = -Double.infinity
    var truth = true
    var text = "a \"name\" with ü and \0"
    var nothing: Int?
    var something: Int? = 3
    var lists: [[UInt8]] = [[], [1, 2]]
    var table = ["b": 1.5, "a": 2.5]
    var kinds: [Kind] = [.plain, .labelled(name: "x", weight: nil), .nested([7: [.plain]])]
    var optionals: [Double?] = [nil, 1, nil]
  }

  @Test func `values of all kinds come back as they were`() throws {
    let bytes = try SnapshotEncoder.encode(Everything())
    let back = try SnapshotDecoder.decode(Everything.self, from: bytes)
    #expect(back == Everything())
    #expect(back.single.sign == .minus)
  }

  @Test func `not a number keeps its bits`() throws {
    let number = Double(nan: 123, signaling: false)
    let bytes = try SnapshotEncoder.encode([number])
    #expect(
      try SnapshotDecoder.decode([Double].self, from: bytes)[0].bitPattern == number.bitPattern)
  }

  @Test func `classes with superclasses come back`() throws {
    let bytes = try SnapshotEncoder.encode(Leaf(root: 1, leaf: 2))
    let back = try SnapshotDecoder.decode(Leaf.self, from: bytes)
    #expect(back.root == 1 && back.leaf == 2)
  }

  private class Root: Codable {
    var root: Int
    init(root: Int) { self.root = root }
  }

  private final class Leaf: Root {
    var leaf: Int

    init(root: Int, leaf: Int) {
      self.leaf = leaf
      super.init(root: root)
    }

    enum CodingKeys: String, CodingKey { case leaf }

    required init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      leaf = try container.decode(Int.self, forKey: .leaf)
      try super.init(from: container.superDecoder())
    }

    override func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(leaf, forKey: .leaf)
      try super.encode(to: container.superEncoder())
    }
  }

  @Test func `what does not fit says where`() throws {
    struct Old: Codable { var items = [["size": 300]] }
    struct New: Codable { var items: [[String: UInt8]] }
    let bytes = try SnapshotEncoder.encode(Old())
    let error = #expect(throws: SnapshotError.self) {
      try SnapshotDecoder.decode(New.self, from: bytes)
    }
    #expect("\(error, default: "")" == "there is no UInt8 at items[0].size")
  }
}
