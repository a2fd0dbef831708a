public import Autodiff

/// A network that answers for several tasks: how much of it they share is its architecture.
///
/// The parameters are parted in two: a strategy combines the tasks' gradients with respect to
/// `shared`, and each part of `own` follows the gradient of its own task alone.
///
/// ```swift
/// struct HardSharing: MultiTaskNetwork {
///   var shared: MLP                                  // the trunk
///   var own: [MLP]                                   // one head a task
///
///   func representation(of rows: Tensor, for task: Int) -> Tensor { shared(rows) }
///   func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
///     own[task](representation)
///   }
/// }
/// ```
///
/// What counts is use, not place: a task's row of a table of embeddings is its own, and so is its
/// bias that stands for a one-hot name joined to the input.
public protocol MultiTaskNetwork: Traceable, Sendable {
  /// What all tasks have in common.
  associatedtype Shared: Traceable & Sendable
  /// What one task has for itself.
  associatedtype Own: Traceable & Sendable

  /// Parameters that the answers of several tasks depend on; none at all in a network that shares
  /// nothing.
  var shared: Shared { get set }
  /// Parameters that the answers of one task alone depend on, by task.
  var own: [Own] { get set }

  /// Whether all tasks read the same representation of a row, so that its gradient can stand for
  /// the gradient of what they share.
  ///
  /// Where it holds, the representation is the same for every task and depends on the rows and on
  /// `shared` alone, and what a task makes of it depends on its `own` and on the rows, not on
  /// `shared`. Where it does not, the representation may depend on the task and on its `own`.
  var isRepresentationCommon: Bool { get }

  /// The names ("shared/…") of the parameters of the last layer that all tasks share, whose
  /// gradients stand for those of all shared parameters in ``GradientMode/lastLayer``.
  ///
  /// Of parts side by side, such as experts, it is the last layer of each. Empty where no layer is
  /// the last.
  var lastSharedParameters: [String] { get }

  /// What the shared part makes of rows, as this task sees it: `[B, inputs]` → `[B, features]`.
  func representation(of rows: Tensor, for task: Int) -> Tensor

  /// What a task answers: `[B, features]`, and the rows themselves for parts such as gates →
  /// `[B, outputs of the task]`.
  func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor
}

extension MultiTaskNetwork {
  /// As for a trunk with heads.
  public var isRepresentationCommon: Bool { true }

  /// The layer of `shared` that is visited last, as is right for a trunk.
  public var lastSharedParameters: [String] { lastLayer(of: shared, at: "shared") }

  /// The names of the parameters of the layer that is visited last in a part of the network.
  ///
  /// - Parameters:
  ///   - part: Such as `shared.trunk`.
  ///   - path: Its name, such as "shared/trunk".
  public func lastLayer(of part: some Traceable, at path: String) -> [String] {
    let names = part.namedTensors.map { $0.name.isEmpty ? path : "\(path)/\($0.name)" }
    let layers = names.map { $0.split(separator: "/").dropLast() }
    return names.indices.filter { layers[$0] == layers.last }.map { names[$0] }
  }

  /// The names of the parameters of the last layer of each of the parts that stand side by side.
  public func lastLayers(of parts: [some Traceable], at path: String) -> [String] {
    parts.enumerated().flatMap { lastLayer(of: $1, at: "\(path)/\($0)") }
  }

  /// The number of tasks.
  public var taskCount: Int { own.count }

  /// What a task answers to rows: `[B, inputs]` → `[B, outputs of the task]`.
  public func callAsFunction(_ rows: Tensor, task: Int) -> Tensor {
    output(of: task, from: representation(of: rows, for: task), rows: rows)
  }

  /// Names are "shared/…" and "own/<task>/…".
  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("shared", &shared)
    visitor.visit("own", &own)
  }
}
