import Foundation
import HDF5Store

extension DatasetFile {
  /// Reads a data set; every stored number is compared with its checksum.
  ///
  /// - Throws: `HDF5Error` for what is not an undamaged HDF5 file, `DatasetError` for one of
  ///   another layout.
  public static func read(_ path: String) throws -> Dataset {
    let root = try HDF5File.open(path).root
    guard try root.hasAttribute("format"), try root.textAttribute("format") == format else {
      throw DatasetError(
        "'\(path)'", "this HDF5 file is not a data set",
        remedy: "make one with `fledge data import`")
    }
    let found: Int64 = try root.attribute("version")
    guard found == version else {
      throw DatasetError(
        "'\(path)'", "its layout is version \(found), this program reads version \(version)",
        remedy: "import the data again")
    }
    var data = try inputs(in: root, path)
    data.name = try root.textAttribute("name")
    data.provenance = try decode([String: String].self, "provenance", in: root, path)
    if try root.contains("inputNames") {
      data.inputNames = try decode([String].self, "inputNames", in: root, path)
    }
    data.tasks = try tasks(in: root, count: data.count, path)
    if try root.contains("split") {
      data.givenSplit = try split(in: root.group("split"))
    }
    return data
  }

  private static func inputs(in root: HDF5Group, _ path: String) throws -> Dataset {
    let (shape, numbers): ([Int], [Float])
    switch try root.child("inputs") {
    case .numbers(.uint8, _):
      let bytes = try root.array("inputs", of: UInt8.self)
      let divisor: Float = try root.attribute("inputsDivisor")
      (shape, numbers) = (bytes.shape, bytes.scalars.map { Float($0) / divisor })
    default:
      let array = try root.array("inputs", of: Float.self)
      (shape, numbers) = (array.shape, array.scalars)
    }
    guard shape.count >= 2, shape.allSatisfy({ $0 > 0 }) else {
      throw wrong("/inputs", path, "it has shape \(shape)")
    }
    return Dataset(name: "", inputShape: Array(shape[1...]), inputs: numbers, tasks: [])
  }

  private static func tasks(
    in root: HDF5Group, count: Int, _ path: String
  ) throws -> [TaskColumn] {
    let group = try root.group("tasks")
    var tasks: [(index: Int64, task: TaskColumn)] = []
    for name in try group.names() {
      let task = try group.group(name)
      let labels = try task.array("labels", of: Float.self)
      guard labels.shape.count == 2, labels.shape[0] == count else {
        throw wrong("\(task.path)/labels", path, "\(labels.shape) do not fit \(count) rows")
      }
      let kind = try kind(of: task, width: labels.shape[1], path)
      var column = TaskColumn(name: name, kind: kind, labels: labels.scalars)
      if try task.hasAttribute("unit") { column.unit = try task.textAttribute("unit") }
      if try task.contains("classNames") {
        column.classNames = try decode([String].self, "classNames", in: task, path)
      }
      tasks.append((try task.attribute("index"), column))
    }
    let stated: Int64 = try root.attribute("tasks")
    guard Int(stated) == tasks.count else {
      throw wrong("/tasks", path, "it has \(tasks.count) tasks, not \(stated)")
    }
    return tasks.sorted { $0.index < $1.index }.map(\.task)
  }

  private static func kind(of task: HDF5Group, width: Int, _ path: String) throws -> TaskKind {
    let kind = try task.textAttribute("kind")
    switch kind {
    case "regression" where width > 0: return .regression(width: width)
    case "binary" where width == 1: return .binary
    case "classification" where width == 1:
      let classes: Int64 = try task.attribute("classes")
      return .classification(classes: Int(classes))
    default:
      throw wrong(task.path, path, "labels \(width) wide do not make a task of kind '\(kind)'")
    }
  }

  private static func split(in group: HDF5Group) throws -> DatasetSplit {
    func rows(_ part: String) throws -> [Int] {
      try group.contains(part) ? group.array(part, of: Int64.self).scalars.map { Int($0) } : []
    }
    return DatasetSplit(
      training: try rows("training"), validation: try rows("validation"), test: try rows("test"))
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type, _ name: String, in group: HDF5Group, _ path: String
  ) throws -> Value {
    let text = try group.text(name)
    guard let value = try? JSONDecoder().decode(type, from: Data(text.utf8)) else {
      throw wrong("\(group.path)/\(name)", path, "it is not the JSON that belongs there")
    }
    return value
  }

  private static func wrong(_ object: String, _ path: String, _ detail: String) -> DatasetError {
    DatasetError("'\(object)' in '\(path)'", detail, remedy: "import the data again")
  }
}
