import Autodiff
import Foundation
import Interchange
import Kernels
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// A named function of some inputs: what is written is compared with what ONNX Runtime makes of it.
private struct Example: Sendable, CustomTestStringConvertible {
  let name: String
  /// The sizes of each input after the rows.
  let inputs: [[Int]]
  let body: @Sendable ([Tensor]) -> Tensor

  init(_ name: String, _ inputs: [Int]..., body: @escaping @Sendable ([Tensor]) -> Tensor) {
    (self.name, self.inputs, self.body) = (name, inputs, body)
  }

  var testDescription: String { name }

  func graph(rows: Int) -> NamedGraph {
    let values = inputs.enumerated().map { index, sizes in
      NamedGraph.Value("input_\(index)", .zeros([rows] + sizes))
    }
    let weights = Tensor(shape: [3, 2], scalars: [1, -2, 0.5, 3, -1, 0.25])
    return NamedGraph(["weight": weights], inputs: values) { weights, inputs in
      let used = weights["weight"].map { inputs + [$0] } ?? inputs
      return [NamedGraph.Value("output", body(used))]
    }
  }

  static let all: [Example] = [
    Example("arithmetic", [3], [3]) { ($0[0] + $0[1]) * $0[0] - $0[1] / ($0[0] + 7) },
    Example("exponentials", [3]) {
      ($0[0].exp() + 1).log() + $0[0].tanh() + $0[0].sigmoid() + $0[0].softplus()
    },
    Example("curves", [3]) { $0[0].sine() + $0[0].cosine() + $0[0].erf() + $0[0].squared() },
    Example("kinks", [3]) { $0[0].relu() + $0[0].absolute() + $0[0].sign() - (-$0[0]) },
    Example("roots", [3]) { ($0[0].squared() + 1).squareRoot() },
    Example("comparisons", [3], [3]) {
      select(Tensor.apply(.greater, $0[0], $0[1]), $0[0], $0[1] * 2)
        + Tensor.apply(.equal, $0[0], $0[0]) + Tensor.apply(.step, $0[1])
    },
    Example("largest and least", [3], [3]) {
      maximum($0[0], $0[1]) - minimum($0[0], 0.25) + $0[0].clamped(to: -1...1)
    },
    Example("powers", [3]) { Tensor.apply(.power, $0[0].absolute() + 1, $0[0]) },
    Example("reductions", [3]) {
      $0[0].sum(axis: 1) + $0[0].maximum(axis: 1) + $0[0].argmax(axis: 1)
    },
    Example("a layer", [3]) { matmul($0[0], $0[1]).addingRow(Tensor([0.5, -1])) },
    Example("a softmax", [5]) { $0[0].softmax() + $0[0].logSoftmax() },
    Example("rearranged", [2, 3]) {
      $0[0].transposed(by: [0, 2, 1]).reshaped(to: [$0[0].shape[0], 6])
    },
    Example("cut and joined", [4]) {
      let parts = $0[0].split(axis: 1, into: [1, 3])
      return concatenated([parts[1], parts[0], parts[1]], axis: 1)
    },
    Example("rows gathered", [3]) {
      $0[1].gathered(rows: $0[0].argmax(axis: 1))
    },
    Example("one of each row", [3], [3]) { $0[0].picked(at: $0[1].argmax(axis: 1)) },
    Example("padded", [3]) { Tensor.apply(.pad(axis: 1, before: 2, after: 1), $0[0]) },
    Example("positions", [3]) { $0[0] + $0[0].positions(axis: 1) + $0[0].positions(axis: 0) },
    Example("constants alone stretched", [3]) {
      concatenated([$0[0], $0[0].filled(with: 2) * 3], axis: 1)
    },
    Example("a row repeated", [3]) {
      concatenated([$0[0], Tensor([1, 2]).broadcast(along: 0, count: $0[0].shape[0])], axis: 1)
    },
    Example("a convolution", [5, 6, 1]) {
      let filters = Tensor(shape: [4, 2], scalars: [1, -1, 2, 0.5, -0.5, 3, 0.25, 1])
      return matmul($0[0].patches(height: 2, width: 2, stride: 2, padding: 1), filters)
    },
    Example("patches", [4, 5, 2]) { $0[0].patches(height: 3, width: 2, stride: 1, padding: 1) },
    Example("a pooling", [4, 6, 2]) {
      $0[0].maximumPooled(height: 2, width: 2, stride: 2, padding: 0)
    },
  ]
}

@Suite struct ONNXTests {
  /// Checks the file with onnx's own checker and compares numbers with ONNX Runtime's.
  private static let comparison = """
    import sys, json, numpy as np, onnx, onnxruntime
    onnxruntime.set_default_logger_severity(3)
    for case in json.load(open(sys.argv[1])):
        model = onnx.load(case["path"])
        onnx.checker.check_model(model, full_check=True)
        assert model.ir_version == 8 and model.opset_import[0].version == 17
        session = onnxruntime.InferenceSession(case["path"], providers=["CPUExecutionProvider"])
        feed = {k: np.array(v["numbers"], np.float32).reshape(v["shape"])
                for k, v in case["inputs"].items()}
        [output] = session.run(["output"], feed)
        wanted = np.array(case["output"]["numbers"]).reshape(case["output"]["shape"])
        assert output.shape == wanted.shape, (case["name"], output.shape, wanted.shape)
        error = np.max(np.abs(output - wanted) / np.maximum(1, np.abs(wanted)))
        assert error < 1e-5, (case["name"], error, output, wanted)
    """

  private struct Numbers: Encodable {
    let shape: [Int]
    let numbers: [Float]
  }

  private struct Case: Encodable {
    let name: String
    let path: String
    let inputs: [String: Numbers]
    let output: Numbers
  }

  @Test func `every operation gives the numbers of the interpreter, for any number of rows`()
    throws
  {
    guard let python = PythonTools.python(with: "onnx", "onnxruntime") else { return }
    try withTemporaryDirectory { folder in
      var cases: [Case] = []
      var random = Seeds(root: 5)["onnx"]
      for (index, example) in Example.all.enumerated() {
        let path = "\(folder.path)/\(index).onnx"
        let bytes = try ONNXModel.bytes(of: example.graph, name: example.name, version: "0")
        try Data(bytes).write(to: URL(filePath: path))
        for rows in [1, 4] {
          let graph = example.graph(rows: rows)
          let arrays = graph.inputs.map { port in
            NDArray(
              shape: port.node.shape,
              scalars: (0..<port.node.shape.count).map { _ -> Float in random.normal() })
          }
          let result = interpret(
            graph.outputs.map(\.node), inputs: graph.parameters.map(\.tensor.array) + arrays)[0]
          cases.append(
            Case(
              name: example.name, path: path,
              inputs: Dictionary(
                uniqueKeysWithValues: zip(graph.inputs, arrays).map {
                  ($0.name, Numbers(shape: $1.shape.dimensions, numbers: $1.scalars))
                }), output: Numbers(shape: result.shape.dimensions, numbers: result.scalars)))
        }
      }
      let list = folder.path + "/cases.json"
      try JSONEncoder().encode(cases).write(to: URL(filePath: list))
      try PythonTools.expectSuccess(python, Self.comparison, [list])
    }
  }

  @Test func `a layer is one operation, and what is not used is left out`() throws {
    let make: (Int) -> NamedGraph = { rows in
      NamedGraph(
        ["used": Tensor.ones([3, 2]), "bias": Tensor([1, 2]), "unused": Tensor.ones([9])],
        inputs: [NamedGraph.Value("x", .zeros([rows, 3]))]
      ) { weights, inputs in
        guard let weight = weights["used"], let bias = weights["bias"] else { return [] }
        return [NamedGraph.Value("y", matmul(inputs[0], weight).addingRow(bias))]
      }
    }
    let bytes = try ONNXModel.bytes(of: make, name: "layer", version: "0")
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("Gemm") && !text.contains("MatMul") && !text.contains("Expand"))
    #expect(text.contains("used") && !text.contains("unused"))
    #expect(try ONNXModel.bytes(of: make, name: "layer", version: "0") == bytes)
  }

  @Test func `what ONNX cannot say is refused in a sentence`() throws {
    let make: (Int) -> NamedGraph = { rows in
      NamedGraph(NoTensors(), inputs: [NamedGraph.Value("x", .zeros([rows, 3]))]) { _, inputs in
        [NamedGraph.Value("y", .apply(.scatterRows(rows: 4), inputs[0], inputs[0].sum(axis: 1)))]
      }
    }
    let error = try #require(throws: InterchangeError.self) {
      try ONNXModel.bytes(of: make, name: "layer", version: "0")
    }
    #expect(error.description.contains("scatterRows") && error.description.contains("safetensors"))
    let changing: (Int) -> NamedGraph = { rows in
      NamedGraph(NoTensors(), inputs: [NamedGraph.Value("x", .zeros([rows, 3]))]) { _, inputs in
        [NamedGraph.Value("y", rows > 5 ? inputs[0].exp() : inputs[0])]
      }
    }
    #expect(throws: InterchangeError.self) {
      try ONNXModel.bytes(of: changing, name: "layer", version: "0")
    }
  }
}
