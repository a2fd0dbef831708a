import Autodiff
import Glibc
import Kernels
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// GRU and LSTM against numbers recorded with PyTorch 2.13 in double precision, three steps of two
/// sequences, the second of which begins a new episode at the second step.
@Suite struct RecurrentCellTests {
  /// What was recorded: outputs, the last state, and gradients of `Σ outputs·w + Σ state·v`.
  struct Recording: Sendable {
    let kind: RecurrenceSettings
    let outputs, state: [Float]
    /// By input weight, hidden weight, input bias, hidden bias, inputs and first state.
    let gradients: [[Float]]
  }

  static let (steps, rows, inputs, units) = (3, 2, 2, 3)
  static let keep = Tensor([1, 1, 1, 0, 1, 1])

  /// The numbers with which the recording was made.
  static func numbers(_ shape: [Int], _ seed: Double, scale: Double = 1) -> Tensor {
    let scalars: [Float] = (0..<shape.reduce(1, *)).map { place in
      let i = Double(place)
      let angle: Double = 0.221 * i * i + 0.9 * i + seed
      return Float(scale * sin(angle))
    }
    return Tensor(shape: shape, scalars: scalars)
  }

  static func cell(_ settings: RecurrenceSettings) -> AnyRecurrentCell {
    var random = Seeds(root: 1)["network"]
    var small = settings
    small.cell.units = units
    let cell = AnyRecurrentCell(inputs, small, using: &random)
    let parameters = cell.tensors.enumerated().map {
      numbers($0.element.shape, Double($0.offset + 1), scale: 0.7)
    }
    return cell.replacingTensors(with: parameters)
  }

  static let x = numbers([steps * rows, inputs], 5)
  static func state(_ cell: AnyRecurrentCell) -> Tensor { numbers([rows, cell.stateSize], 6) }

  @Test(arguments: recordings)
  func `outputs and the last state are PyTorch's`(recording: Recording) {
    let cell = Self.cell(recording.kind)
    let result = cell(Self.x, steps: 3, from: Self.state(cell), keep: Self.keep)
    #expect(result.outputs.shape == [6, 3])
    expectClose(result.outputs.scalars, recording.outputs, relative: 1e-6)
    expectClose(result.state.scalars, recording.state, relative: 1e-6)
  }

  @Test(arguments: recordings)
  func `gradients through time are PyTorch's`(recording: Recording) {
    let cell = Self.cell(recording.kind)
    let slope = gradient { (all: Pair<AnyRecurrentCell, [Tensor]>) in
      let result = all.first(
        all.second[0], steps: 3, from: all.second[1], keep: Self.keep)
      let outputs = result.outputs.dot(Self.numbers(result.outputs.shape, 7))
      return outputs + result.state.dot(Self.numbers(result.state.shape, 8))
    }(Pair(cell, [Self.x, Self.state(cell)]))
    for (found, expected) in zip(slope.tensors, recording.gradients) {
      expectClose(found.scalars, expected, relative: 2e-6)
    }
  }

  @Test(arguments: recordings)
  func `one step after another gives what the sequence gives`(recording: Recording) {
    let cell = Self.cell(recording.kind)
    let whole = cell(Self.x, steps: 3, from: Self.state(cell), keep: Self.keep)
    var state = Self.state(cell)
    for step in 0..<3 {
      let rows = (Self.x, Self.keep)
      let result = cell(
        rows.0.sliced(axis: 0, from: 2 * step, count: 2), from: state,
        keep: rows.1.sliced(axis: 0, from: 2 * step, count: 2))
      state = result.state
      let expected = whole.outputs.sliced(axis: 0, from: 2 * step, count: 2)
      expectClose(result.outputs.scalars, expected.scalars, relative: 1e-6)
    }
    expectClose(state.scalars, whole.state.scalars, relative: 1e-6)
  }

  @Test(arguments: recordings)
  func `what came before an episode's beginning does not matter`(recording: Recording) {
    let cell = Self.cell(recording.kind)
    let other = Self.numbers([Self.rows, cell.stateSize], 9)
    let keep = Tensor([0, 0, 1, 1, 1, 1])
    let zero = cell.initialState(rows: 2)
    let expected = cell(Self.x, steps: 3, from: zero).outputs.scalars
    #expect(cell(Self.x, steps: 3, from: other, keep: keep).outputs.scalars == expected)
    #expect(cell(Self.x, steps: 3, from: other).outputs.scalars != expected)
  }

  @Test(arguments: recordings)
  func `gradients agree with finite differences`(recording: Recording) {
    let cell = Self.cell(recording.kind)
    let shapes = cell.tensors.map(\.shape) + [Self.x.shape, Self.state(cell).shape]
    let numbers = shapes.enumerated().map {
      sampleNumbers(Shape($0.element), in: -1...1, name: "parameter \($0.offset)")
    }
    expectGradient(at: numbers, tolerance: 1e-7) { tensors in
      let result = cell.replacingTensors(with: tensors.prefix(4))(
        tensors[4], steps: 3, from: tensors[5], keep: Self.keep)
      return concatenated([result.outputs.flattened(), result.state.flattened()], axis: 0)
    }
  }

  @Test(arguments: recordings, [1, 5])
  func `a plan trains a cell as the interpreter does`(recording: Recording, steps: Int) {
    var random = Seeds(root: 3)["network"]
    var settings = recording.kind
    settings.cell.units = 20
    let cell = AnyRecurrentCell(7, settings, using: &random)
    let inputs = [
      Self.numbers([steps * 3, 7], 1), Self.numbers([3, cell.stateSize], 2),
      Tensor((0..<steps * 3).map { $0 % 4 == 3 ? 0 : 1 }),
    ]
    expectEnginesAgree(
      updating: Pair(cell, Adam(for: cell)), on: inputs, runs: 2, relative: 2e-5
    ) { learner, inputs in
      let result = learner.first(inputs[0], steps: steps, from: inputs[1], keep: inputs[2])
      let loss = result.outputs.squared().mean()
      let slope = gradient(of: loss, withRespectTo: learner.first)
      learner.second.update(&learner.first, along: slope, learningRate: Tensor(0.01))
      return [loss, result.state]
    }
  }

  @Test func `weights are orthogonal and biases zero unless asked for otherwise`() {
    var random = Seeds(root: 1)["network"]
    let cell = AnyRecurrentCell(5, .lstm(.init(units: 4)), using: &random)
    let tensors = cell.namedTensors
    #expect(tensors.map(\.name) == ["inputWeight", "hiddenWeight", "inputBias", "hiddenBias"])
    #expect(tensors.map(\.tensor.shape) == [[5, 16], [4, 16], [16], [16]])
    let hidden = tensors[1].tensor
    let products = matmul(hidden, hidden.transposed()).scalars
    expectClose(products, (0..<16).map { $0 % 5 == 0 ? 1 : 0 }, relative: 1e-5)
    #expect(tensors[2...].allSatisfy { $0.tensor.scalars.allSatisfy { $0 == 0 } })

    let plain = GRUCell(9, 4, using: &random)
    for tensor in plain.tensors {
      #expect(tensor.scalars.allSatisfy { abs($0) <= 0.5 && $0 != 0 })
    }
    #expect(plain.inputWeight.scalars.contains { abs($0) > 0.4 })
  }

  @Test func `cells are refused without units`() {
    #expect(throws: SettingsError.self) { try RecurrenceSettings.gru(.init(units: 0)).validate() }
    #expect(RecurrenceSettings.lstm(.init(units: 3)).stateSize == 6)
    #expect(RecurrenceSettings.gru(.init(units: 3)).stateSize == 3)
  }
}
