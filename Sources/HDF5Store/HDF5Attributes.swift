import CHDF5

// Small facts beside a group or a column: one number or a short text each, written before others
// may read along.

extension HDF5Group {
  /// Writes one number beside this group.
  public func setAttribute<Scalar: HDF5Scalar>(
    _ name: String, to value: Scalar
  ) throws(HDF5Error) {
    try HDF5Attributes(file: file, path: path, id: handle.id).set(name, to: value)
  }

  /// Writes a text of at most 60,000 bytes beside this group.
  public func setAttribute(_ name: String, to text: String) throws(HDF5Error) {
    try HDF5Attributes(file: file, path: path, id: handle.id).set(name, to: text)
  }

  /// The number of that name beside this group.
  public func attribute<Scalar: HDF5Scalar>(
    _ name: String, as _: Scalar.Type = Scalar.self
  ) throws(HDF5Error) -> Scalar {
    try HDF5Attributes(file: file, path: path, id: handle.id).number(name)
  }

  /// The text of that name beside this group.
  public func textAttribute(_ name: String) throws(HDF5Error) -> String {
    try HDF5Attributes(file: file, path: path, id: handle.id).text(name)
  }

  /// Whether there is an attribute of that name.
  public func hasAttribute(_ name: String) throws(HDF5Error) -> Bool {
    try HDF5Attributes(file: file, path: path, id: handle.id).contains(name)
  }
}

/// The attributes of one open object.
struct HDF5Attributes {
  let file: HDF5File
  let path: String
  let id: hid_t

  /// The format keeps larger ones elsewhere; those belong into a dataset.
  private static let maximumByteCount = 60_000

  func contains(_ name: String) throws(HDF5Error) -> Bool {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    try file.requireOpen(path)
    return try check(H5Aexists(id, name), "looking up the attribute '\(name)'") > 0
  }

  func set<Scalar: HDF5Scalar>(_ name: String, to value: Scalar) throws(HDF5Error) {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    try withUnsafeBytes(of: value) { (bytes) throws(HDF5Error) in
      try write(name, type: Scalar.kind.type, bytes: bytes)
    }
  }

  func set(_ name: String, to text: String) throws(HDF5Error) {
    let bytes = text.isEmpty ? [0] : Array(text.utf8)
    guard bytes.count <= Self.maximumByteCount, !text.utf8.contains(0) else {
      throw error(.misuse, "the attribute '\(name)' is longer than 60,000 bytes or has a zero byte")
    }
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    let type = HDF5Handle(try check(chdf5_create_text(bytes.count), "writing '\(name)'"))
    try bytes.withUnsafeBufferPointer { (bytes) throws(HDF5Error) in
      try write(name, type: type.id, bytes: UnsafeRawBufferPointer(bytes))
    }
  }

  private func write(
    _ name: String, type: hid_t, bytes: UnsafeRawBufferPointer
  ) throws(HDF5Error) {
    try file.requireSetup(path)
    let space = HDF5Handle(try check(H5Screate(H5S_SCALAR), "writing '\(name)'"))
    guard try !contains(name) else {
      throw error(.exists, "it has an attribute '\(name)' already")
    }
    let attribute = HDF5Handle(
      try check(H5Acreate2(id, name, type, space.id, 0, 0), "writing '\(name)'"), in: file)
    try check(H5Awrite(attribute.id, type, bytes.baseAddress), "writing '\(name)'")
  }

  func number<Scalar: HDF5Scalar>(_ name: String) throws(HDF5Error) -> Scalar {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    let attribute = try open(name)
    let type = HDF5Handle(try check(H5Aget_type(attribute.id), "reading '\(name)'"))
    guard HDF5Kind(of: type.id) == Scalar.kind else {
      throw error(.wrongType, "the attribute '\(name)' is not \(Scalar.kind)")
    }
    return try withUnsafeTemporaryAllocation(of: Scalar.self, capacity: 1) {
      (memory) throws(HDF5Error) in
      try check(
        H5Aread(attribute.id, Scalar.kind.type, memory.baseAddress), "reading '\(name)'")
      return memory[0]
    }
  }

  func text(_ name: String) throws(HDF5Error) -> String {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    let attribute = try open(name)
    let type = HDF5Handle(try check(H5Aget_type(attribute.id), "reading '\(name)'"))
    let size = H5Tget_size(type.id)
    guard H5Tget_class(type.id) == H5T_STRING, H5Tis_variable_str(type.id) == 0,
      (1...65_536).contains(size)
    else { throw error(.wrongType, "the attribute '\(name)' is not a fixed-length text") }
    let bytes = try [UInt8](unsafeUninitializedCapacity: size) {
      (memory, count) throws(HDF5Error) in
      try check(H5Aread(attribute.id, type.id, memory.baseAddress), "reading '\(name)'")
      count = size
    }
    guard let text = Self.text(of: bytes) else {
      throw error(.damaged, "the attribute '\(name)' is not UTF-8")
    }
    return text
  }

  /// The text before the padding.
  static func text(of bytes: [UInt8]) -> String? {
    String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  private func open(_ name: String) throws(HDF5Error) -> HDF5Handle {
    guard try contains(name) else {
      throw error(.missingObject, "it has no attribute '\(name)'")
    }
    let attribute = HDF5Handle(try check(H5Aopen(id, name, 0), "opening '\(name)'"), in: file)
    let space = HDF5Handle(try check(H5Aget_space(attribute.id), "reading '\(name)'"))
    guard H5Sget_simple_extent_npoints(space.id) == 1 else {
      throw error(.wrongType, "the attribute '\(name)' is not a single value")
    }
    return attribute
  }

  @discardableResult
  private func check<Answer: SignedInteger>(
    _ answer: Answer, _ action: String
  ) throws(HDF5Error) -> Answer {
    try file.check(answer, action, path)
  }

  private func error(_ reason: HDF5Error.Reason, _ detail: String) -> HDF5Error {
    HDF5Error(reason, file.path, path, detail)
  }
}
