package import Autodiff

/// Networks as ONNX models, which other programs run.
///
/// Operator set 17 and file version 8, which every runtime since 2022 knows; the number of rows is
/// free, and named `batch`. Parameters keep the names that they have in a run.
package enum ONNXModel {
  package static let operatorSet = 17
  static let fileVersion = 8

  /// The file's bytes.
  ///
  /// - Parameters:
  ///   - make: The network for so many rows; it is called with two numbers.
  ///   - name: What the graph is called.
  ///   - version: Of the program that writes it.
  ///   - metadata: Texts for whoever uses the model.
  /// - Throws: a sentence where the network has an operation that ONNX has not.
  package static func bytes(
    of make: (Int) -> NamedGraph, name: String, version: String,
    metadata: [(key: String, value: String)] = []
  ) throws(InterchangeError) -> [UInt8] {
    var writer = ONNXGraphWriter(try BatchedGraph(make))
    try writer.writeAll()
    let graph = writer.message(name: name)
    return ProtobufMessage { model in
      model.integer(1, fileVersion)
      model.text(2, "fledge")
      model.text(3, version)
      model.message(7, graph)
      model.message(8) {
        $0.text(1, "")
        $0.integer(2, operatorSet)
      }
      for (key, value) in metadata {
        model.message(14) {
          $0.text(1, key)
          $0.text(2, value)
        }
      }
    }.bytes
  }
}

/// An attribute of an operation.
enum ONNXAttribute {
  case integer(String, Int)
  case integers(String, [Int])

  var message: ProtobufMessage {
    ProtobufMessage { attribute in
      switch self {
      case .integer(let name, let value):
        attribute.text(1, name)
        attribute.integer(3, value)
        attribute.integer(20, 2)
      case .integers(let name, let values):
        attribute.text(1, name)
        for value in values { attribute.integer(8, value) }
        attribute.integer(20, 7)
      }
    }
  }
}

/// The element types that are used, by their numbers in the format.
enum ONNXType: Int {
  case float = 1
  case int64 = 7
  case boolean = 9
}

/// Numbers that belong to a model.
struct ONNXInitializer {
  let name: String
  let shape: [Int]
  let type: ONNXType
  let data: [UInt8]

  init(_ name: String, shape: [Int], floats: [Float]) {
    (self.name, self.shape, type) = (name, shape, .float)
    data = [UInt8](littleEndian: floats)
  }

  init(_ name: String, integers: [Int]) {
    (self.name, shape, type) = (name, [integers.count], .int64)
    var bytes: [UInt8] = []
    for number in integers { bytes.append(littleEndian: Int64(number)) }
    data = bytes
  }

  var message: ProtobufMessage {
    ProtobufMessage { tensor in
      for size in shape { tensor.integer(1, size) }
      tensor.integer(2, type.rawValue)
      tensor.text(8, name)
      tensor.data(9, data)
    }
  }
}

/// One operation of a model.
struct ONNXOperation {
  let type: String
  let inputs: [String]
  let output: String
  let attributes: [ONNXAttribute]

  var message: ProtobufMessage {
    ProtobufMessage { operation in
      for input in inputs { operation.text(1, input) }
      operation.text(2, output)
      operation.text(3, output)
      operation.text(4, type)
      for attribute in attributes { operation.message(5, attribute.message) }
    }
  }
}

/// An input or an output of a model.
struct ONNXPort {
  let name: String
  let type: ONNXType
  let extents: [BatchExtent]

  var message: ProtobufMessage {
    ProtobufMessage { port in
      port.text(1, name)
      port.message(2) { type in
        type.message(1) { tensor in
          tensor.integer(1, self.type.rawValue)
          tensor.message(2) { shape in
            for extent in extents {
              shape.message(1) { size in
                if extent.isFixed {
                  size.integer(1, extent.fixed)
                } else {
                  size.text(2, extent.perRow == 1 ? "batch" : "batch_times_\(extent.perRow)")
                }
              }
            }
          }
        }
      }
    }
  }
}
