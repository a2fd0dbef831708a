import CHDF5

/// A folder within a file.
///
/// Names may have slashes: `"final/weights"` is a group in a group.
public final class HDF5Group {
  /// What stands under a name.
  public enum Child: Equatable, Sendable {
    case group
    /// Numbers of a kind, with their shape.
    case numbers(HDF5Kind, shape: [Int])
    case text
  }

  public let file: HDF5File
  /// Its place in the file, such as `/final/weights`.
  public let path: String
  let handle: HDF5Handle

  init(file: HDF5File, path: String, handle: HDF5Handle) {
    self.file = file
    self.path = path
    self.handle = handle
  }

  /// A new group; groups on the way to it are made as needed.
  public func createGroup(_ name: String) throws(HDF5Error) -> HDF5Group {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    try file.requireSetup(full(name))
    let (parent, last) = try parentForNew(name)
    let path = parent.full(last)
    let id = try file.check(
      H5Gcreate2(parent.handle.id, last, 0, HDF5Library.groupCreation, 0), "creating the group",
      path)
    return HDF5Group(file: file, path: path, handle: HDF5Handle(id, in: file))
  }

  /// The group of that name.
  public func group(_ name: String) throws(HDF5Error) -> HDF5Group {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    var group = self
    for component in try components(of: name) { group = try group.childGroup(component) }
    return group
  }

  /// Whether there is an object of that name within this file.
  public func contains(_ name: String) throws(HDF5Error) -> Bool {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    do {
      _ = try open(name)
      return true
    } catch {
      guard error.reason == .missingObject else { throw error }
      return false
    }
  }

  /// What stands under `name`, after everything about it was found harmless.
  public func child(_ name: String) throws(HDF5Error) -> Child {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    let (object, kind) = try open(name)
    guard kind == CHDF5_DATASET else { return .group }
    let found = try DatasetDescription(of: object.id, in: file.path, object: full(name))
    return switch found.element {
    case .number(let kind): .numbers(kind, shape: found.shape)
    case .text: .text
    }
  }

  /// The paths, relative to this group, of all numbers and texts in it and in its groups.
  ///
  /// - Throws: `HDF5Error` also for a group that contains itself.
  public func datasetPaths() throws(HDF5Error) -> [String] {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    var (paths, visited) = ([String](), Set<UInt64>())
    try collect("", depth: 0, into: &paths, visited: &visited)
    return paths
  }

  private func collect(
    _ prefix: String, depth: Int, into paths: inout [String], visited: inout Set<UInt64>
  ) throws(HDF5Error) {
    var address = UInt64(0)
    try file.check(chdf5_object_kind(handle.id, &address), "inspecting", path)
    guard visited.insert(address).inserted, depth < 64 else {
      throw HDF5Error(.forbidden, file.path, path, "a group stands in two places or too deep")
    }
    for name in try names() {
      let (object, kind) = try openChild(name)
      if kind == CHDF5_DATASET {
        paths.append(prefix + name)
        guard paths.count <= NameList.limit else {
          throw HDF5Error(.tooLarge, file.path, path, "it has too many members")
        }
      } else {
        try HDF5Group(file: file, path: full(name), handle: object)
          .collect(prefix + name + "/", depth: depth + 1, into: &paths, visited: &visited)
      }
    }
  }

  /// The names in this group, sorted.
  public func names() throws(HDF5Error) -> [String] {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    try file.requireOpen(path)
    let list = NameList()
    let answer = chdf5_list(
      handle.id,
      { name, _, list in
        guard let name, let list else { return -1 }
        return Unmanaged<NameList>.fromOpaque(list).takeUnretainedValue()
          .append(String(cString: name))
      }, Unmanaged.passUnretained(list).toOpaque())
    guard list.names.count <= NameList.limit else {
      throw HDF5Error(.tooLarge, file.path, path, "it has more than \(NameList.limit) members")
    }
    try file.check(answer, "listing", path)
    return list.names.sorted()
  }
}

private final class NameList {
  static let limit = 1_000_000
  var names: [String] = []

  func append(_ name: String) -> Int32 {
    names.append(name)
    return names.count > Self.limit ? 1 : 0
  }
}

// Finding the way: hard links only, one step at a time. All of it with the library's lock held.
extension HDF5Group {
  func full(_ name: String) -> String { path == "/" ? "/" + name : path + "/" + name }

  func components(of name: String) throws(HDF5Error) -> [String] {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    for part in parts where part.isEmpty || part == "." || part.utf8.contains(0) {
      throw HDF5Error(.misuse, file.path, full(name), "an object cannot have this name")
    }
    return parts
  }

  /// Opens the object under a name, which may be a path.
  func open(_ name: String) throws(HDF5Error) -> (HDF5Handle, kind: Int) {
    let parts = try components(of: name)
    var group = self
    for component in parts.dropLast() { group = try group.childGroup(component) }
    return try group.openChild(parts[parts.count - 1])
  }

  func openDataset(_ name: String) throws(HDF5Error) -> Dataset {
    let (object, kind) = try open(name)
    guard kind == CHDF5_DATASET else {
      throw HDF5Error(.wrongType, file.path, full(name), "it is a group, not numbers")
    }
    return Dataset(
      file: file, path: full(name), handle: object,
      description: try DatasetDescription(of: object.id, in: file.path, object: full(name)))
  }

  /// The group that a new object goes into, made if needed, and the object's own name.
  func parentForNew(_ name: String) throws(HDF5Error) -> (HDF5Group, String) {
    let parts = try components(of: name)
    var group = self
    for component in parts.dropLast() {
      let exists = chdf5_link_kind(group.handle.id, component, HDF5Library.linkAccess) != -1
      group = try exists ? group.childGroup(component) : group.createGroup(component)
    }
    let last = parts[parts.count - 1]
    guard chdf5_link_kind(group.handle.id, last, HDF5Library.linkAccess) == -1 else {
      throw HDF5Error(.exists, file.path, full(name), "there is already an object of this name")
    }
    return (group, last)
  }

  private func childGroup(_ name: String) throws(HDF5Error) -> HDF5Group {
    let (object, kind) = try openChild(name)
    guard kind == CHDF5_GROUP else {
      throw HDF5Error(.wrongType, file.path, full(name), "it is not a group")
    }
    return HDF5Group(file: file, path: full(name), handle: object)
  }

  private func openChild(_ name: String) throws(HDF5Error) -> (HDF5Handle, kind: Int) {
    let path = full(name)
    try file.requireOpen(path)
    switch chdf5_link_kind(handle.id, name, HDF5Library.linkAccess) {
    case 0: break
    case -1: throw HDF5Error(.missingObject, file.path, path, "there is no such object")
    case 1: throw HDF5Error(.forbidden, file.path, path, "it is a soft link")
    case 64: throw HDF5Error(.forbidden, file.path, path, "it is a link to another file")
    case -2: throw HDF5Library.failure("looking up the name", file.path, path)
    default: throw HDF5Error(.forbidden, file.path, path, "it is a link of an unknown kind")
    }
    let id = H5Oopen(handle.id, name, HDF5Library.linkAccess)
    let object = HDF5Handle(try file.check(id, "opening", path), in: file)
    var address = UInt64(0)
    let kind = try file.check(Int(chdf5_object_kind(object.id, &address)), "inspecting", path)
    guard kind == CHDF5_GROUP || kind == CHDF5_DATASET else {
      throw HDF5Error(.wrongType, file.path, path, "it is neither a group nor numbers")
    }
    return (object, kind)
  }
}
