public import Autodiff
public import NeuralNetworks
public import Randomness

/// A column of layers for each task, and after each layer linear combinations across the columns:
/// `z̃ₖ = Σⱼ αₖⱼ zⱼ`.
///
/// With `α` the identity these are independent networks, with equal `α` one average. A stitch has
/// one `α` for each pair of columns. After the last layer row `k` of `α` serves task `k` alone and
/// is its own; all else comes to every task through the stitches.
///
/// I. Misra, A. Shrivastava, A. Gupta & M. Hebert (2016), "Cross-stitch Networks for Multi-task
/// Learning", eq. 1.
public struct CrossStitch: MultiTaskNetwork {
  public struct Shared: Traceable, Sendable {
    /// By task, `[K]`.
    public var columns: [MLP]
    /// `α` after each layer but the last, `[K, K]`.
    public var stitches: [Tensor]

    public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("columns", &columns)
      visitor.visit("stitches", &stitches)
    }
  }

  public struct Own: Traceable, Sendable {
    /// Row `k` of `α` after the last layer, `[K]`.
    public var stitch: Tensor
    /// From the task's own column to the answer.
    public var head: MLP

    public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("stitch", &stitch)
      visitor.visit("head", &head)
    }
  }

  public var shared: Shared
  public var own: [Own]

  public var isRepresentationCommon: Bool { true }

  /// Of all columns.
  public var lastSharedParameters: [String] {
    lastLayers(of: shared.columns, at: "shared/columns")
  }

  /// What all columns' last layers give, side by side: `[B, K · units]`.
  public func representation(of rows: Tensor, for task: Int) -> Tensor {
    var columns = [Tensor](repeating: rows, count: taskCount)
    for depth in shared.columns[0].layers.indices {
      columns = zip(shared.columns, columns).map { $0.activation($0.layers[depth]($1)) }
      if depth < shared.stitches.count {
        columns = stitched(columns, by: shared.stitches[depth])
      }
    }
    return concatenated(columns, axis: 1)
  }

  public func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    let shape = [rows.shape[0], taskCount, representation.shape[1] / taskCount]
    // [B, K, units] → [K, B · units], once for all tasks.
    let columns = representation.reshaped(to: shape).transposed(by: [1, 0, 2])
      .reshaped(to: [taskCount, shape[0] * shape[2]])
    let combined = matmul(own[task].stitch.insertingAxis(at: 0), columns)
    return own[task].head(combined.reshaped(to: [shape[0], shape[2]]))
  }

  /// All combinations by one product: `[K, K] · [K, B · units]`.
  private func stitched(_ columns: [Tensor], by stitch: Tensor) -> [Tensor] {
    let flat = columns.map { $0.reshaped(to: [1, $0.count]) }
    let product = matmul(stitch, concatenated(flat, axis: 0))
    return columns.enumerated().map { index, column in
      product.sliced(axis: 0, from: index, count: 1).reshaped(to: column.shape)
    }
  }

  /// What cross-stitch networks can be told.
  public struct Settings: ArchitectureDefinition, LayeredDefinition {
    /// The weight of a task's own column to begin with, 0 to 1.
    ///
    /// The rest of 1 is spread over the other columns. The paper finds 0.9 and 0.1 best for two
    /// tasks.
    public var sameTask = 0.9
    /// Units of each column's layers: 1 to 32 layers of 1 to 65536.
    public var hidden = [128, 128]
    /// What follows each layer.
    public var activation = Activation.relu
    /// What the weights begin with.
    public var initializer = Initializer.torchDefault
    /// What each task has for itself on top.
    public var head = HeadSettings()

    public init() {}
  }
}

extension CrossStitch.Settings {
  public static let about = ArchitectureSummary(
    summary: "a column of layers for each task, linearly combined after each layer",
    shares: "columns and stitches; own: the last stitch and heads",
    source: "Misra et al. 2016")

  public var sees: String { "by its column and its head" }

  public func validate() throws(SettingsError) {
    try require((0...1).contains(sameTask), "sameTask", "must be 0 to 1", found: sameTask)
    try validateLayered()
  }

  public func parameterCount(inputShape: [Int], outputs: [Int]) -> Int {
    let inputs = rowSize(inputShape)
    let tasks = ParameterCount(outputs.count)
    let columns = tasks * .layers([inputs] + hidden)
    let stitches = ParameterCount(hidden.count) * tasks * tasks
    let heads = head.count(features: hidden.last ?? inputs, outputs: outputs)
    return (columns + stitches + heads).value
  }

  public func make(
    inputShape: [Int], outputs: [Int], using random: inout RandomStream
  ) -> CrossStitch {
    let inputs = rowSize(inputShape)
    let rows = outputs.indices.map { stitchRow(task: $0, of: outputs.count) }
    let stitch = Tensor(shape: [rows.count, rows.count], scalars: rows.flatMap(\.self))
    let shared = CrossStitch.Shared(
      columns: outputs.map { _ in features([inputs] + hidden, using: &random) },
      stitches: [Tensor](repeating: stitch, count: hidden.count - 1))
    let own = zip(outputs, rows).map { width, row in
      CrossStitch.Own(
        stitch: Tensor(row), head: head.make(hidden.last ?? inputs, width, using: &random))
    }
    return CrossStitch(shared: shared, own: own)
  }

  /// Row `k` of `α`, which adds up to 1 (a single task keeps all).
  private func stitchRow(task: Int, of tasks: Int) -> [Float] {
    guard tasks > 1 else { return [1] }
    let other = (1 - sameTask) / Double(tasks - 1)
    return (0..<tasks).map { Float($0 == task ? sameTask : other) }
  }
}
