import Autodiff
import Kernels

// Products and images. Ours are [B, height, width, channels]; ONNX has the channels second.

extension ONNXGraphWriter {
  func isPatches(_ node: Node) -> Bool { if case .patches = node.op { true } else { false } }

  /// A matrix product, which is a convolution where its rows are patches of images.
  mutating func product(_ node: Node) throws(InterchangeError) -> Value {
    let (rows, filters) = (node.inputs[0], node.inputs[1])
    guard case .patches(let window) = rows.op else {
      return Value(name: add("MatMul", [try full(rows), try full(filters)]))
    }
    let (channels, outputs) = (rows.inputs[0].shape[3], node.shape[1])
    let images = try channelsSecond(rows.inputs[0])
    let kernel = add(
      "Reshape",
      [try full(filters), constant([window.height, window.width, channels, outputs])])
    let turned = add("Transpose", [kernel], [.integers("perm", [3, 2, 0, 1])])
    let result = add("Conv", [images, turned], attributes(window))
    let last = add("Transpose", [result], [.integers("perm", [0, 2, 3, 1])])
    return Value(name: add("Reshape", [last, constant([-1, outputs])]))
  }

  /// The largest numbers in windows.
  mutating func pooled(_ node: Node, _ window: Window) throws(InterchangeError) -> Value {
    guard node.inputs[0] === node.inputs[1] else {
      throw InterchangeError(
        "the network takes numbers where others are largest, which ONNX has no form for; export "
          + "its weights with --format safetensors")
    }
    let result = add("MaxPool", [try channelsSecond(node.inputs[0])], attributes(window))
    return Value(name: add("Transpose", [result], [.integers("perm", [0, 2, 3, 1])]))
  }

  /// What a window shows at each place, as rows: a strided slice for each of its pixels.
  mutating func patches(_ node: Node, _ window: Window) throws(InterchangeError) -> Value {
    let shape = node.inputs[0].shape
    var images = try full(node.inputs[0])
    if window.padding > 0 {
      let edge = window.padding
      images = add("Pad", [images, constant([0, edge, edge, 0, 0, edge, edge, 0])])
    }
    let places = window.places(onHeight: shape[1], width: shape[2])
    var parts: [String] = []
    for row in 0..<window.height {
      for column in 0..<window.width {
        let ends = [
          row + (places.rows - 1) * window.stride + 1,
          column + (places.columns - 1) * window.stride + 1,
        ]
        parts.append(
          add(
            "Slice",
            [
              images, constant([row, column]), constant(ends), constant([1, 2]),
              constant([window.stride, window.stride]),
            ]))
      }
    }
    let joined = add("Concat", parts, [.integer("axis", 3)])
    return Value(name: add("Reshape", [joined, constant([-1, node.shape[1]])]))
  }

  private mutating func channelsSecond(_ node: Node) throws(InterchangeError) -> String {
    add("Transpose", [try full(node)], [.integers("perm", [0, 3, 1, 2])])
  }

  private func attributes(_ window: Window) -> [ONNXAttribute] {
    [
      .integers("kernel_shape", [window.height, window.width]),
      .integers("strides", [window.stride, window.stride]),
      .integers("pads", Array(repeating: window.padding, count: 4)),
    ]
  }
}
