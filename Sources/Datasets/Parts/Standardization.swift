/// A shift and a scale for each column, so that what it was fitted on gets mean 0 and standard
/// deviation 1.
///
/// Entries that are not a number are left alone. A column that never changes is only shifted.
public struct Standardization: Codable, Hashable, Sendable {
  /// By column.
  public private(set) var means: [Float]
  /// By column, of the whole (dividing by the number of rows); 1 where a column never changes.
  public private(set) var deviations: [Float]

  /// Fits to some rows.
  ///
  /// - Parameters:
  ///   - width: numbers of a row.
  ///   - rows: the rows that are fitted to.
  ///   - numbers: `[rows, width]`.
  ///   - isShared: whether all columns get one mean and one deviation, as the pixels of an image.
  public init(fitting numbers: [Float], width: Int, rows: [Int], isShared: Bool = false) {
    var columns = [RunningMoments](repeating: RunningMoments(), count: isShared ? 1 : width)
    for row in rows {
      for column in 0..<width {
        columns[isShared ? 0 : column].add(Double(numbers[row * width + column]))
      }
    }
    let moments = isShared ? Array(repeating: columns[0], count: width) : columns
    means = moments.map { Float($0.mean) }
    deviations = moments.map { $0.usableDeviation }
  }

  /// Numbers as they came to what a network sees, in place.
  public func apply(to numbers: inout [Float]) {
    transform(&numbers) { ($0 - $1) / $2 }
  }

  /// What a network answers back to the original unit, in place.
  public func invert(_ numbers: inout [Float]) {
    transform(&numbers) { $0 * $2 + $1 }
  }

  /// The same without an array, for buffers of the caller.
  public func invert(_ numbers: UnsafeMutableBufferPointer<Float>) {
    let width = means.count
    precondition(width > 0 && numbers.count % width == 0, "rows have to be \(width) wide")
    for start in stride(from: 0, to: numbers.count, by: width) {
      for column in 0..<width {
        numbers[start + column] = numbers[start + column] * deviations[column] + means[column]
      }
    }
  }

  private func transform(_ numbers: inout [Float], _ body: (Float, Float, Float) -> Float) {
    let width = means.count
    precondition(width > 0 && numbers.count % width == 0, "rows have to be \(width) wide")
    numbers.withUnsafeMutableBufferPointer { numbers in
      for start in stride(from: 0, to: numbers.count, by: width) {
        for column in 0..<width {
          numbers[start + column] = body(
            numbers[start + column], means[column], deviations[column])
        }
      }
    }
  }
}

/// Mean and variance, one number at a time (Welford 1962); not-a-number is passed over.
struct RunningMoments {
  private(set) var count = 0
  private(set) var mean = 0.0
  private var squares = 0.0
  private(set) var minimum = Double.infinity
  private(set) var maximum = -Double.infinity

  mutating func add(_ value: Double) {
    guard !value.isNaN else { return }
    count += 1
    let step = value - mean
    mean += step / Double(count)
    squares += step * (value - mean)
    minimum = min(minimum, value)
    maximum = max(maximum, value)
  }

  /// Of the whole, dividing by the count; 0 for nothing.
  var variance: Double { count > 0 ? squares / Double(count) : 0 }
  var isConstant: Bool { count == 0 || minimum == maximum }

  /// To divide by: 1 where nothing changes or the spread cannot be told from rounding.
  var usableDeviation: Float {
    let deviation = Float(variance.squareRoot())
    return isConstant || !(deviation >= Float.leastNormalMagnitude) || !deviation.isFinite
      ? 1 : deviation
  }
}

/// What was done to inputs and regression labels, fitted on the training part alone.
public struct DatasetNormalization: Codable, Hashable, Sendable {
  /// How inputs are treated.
  public enum Inputs: String, Codable, Hashable, Sendable {
    /// As they are.
    case none
    /// A mean and a deviation for each column.
    case perColumn
    /// One mean and one deviation for all columns, as for images.
    case shared
  }

  /// Nil where inputs stay as they are.
  public var inputs: Standardization?
  /// By the name of the task, for regressions.
  public var targets: [String: Standardization]

  /// Takes shifts and scales as they are given.
  public init(inputs: Standardization? = nil, targets: [String: Standardization] = [:]) {
    self.inputs = inputs
    self.targets = targets
  }
}

extension Dataset {
  /// Fits a normalization to the training rows.
  ///
  /// - Parameters:
  ///   - inputs: how inputs are normalized.
  ///   - rows: the training part; nothing else is looked at.
  ///   - targets: whether the labels of regressions are normalized too.
  public func normalization(
    from rows: [Int], inputs: DatasetNormalization.Inputs, targets: Bool
  ) -> DatasetNormalization {
    var normalization = DatasetNormalization()
    if inputs != .none {
      normalization.inputs = Standardization(
        fitting: self.inputs, width: inputSize, rows: rows, isShared: inputs == .shared)
    }
    for task in tasks where targets {
      guard case .regression(let width) = task.kind else { continue }
      normalization.targets[task.name] = Standardization(
        fitting: task.labels, width: width, rows: rows)
    }
    return normalization
  }

  /// Applies a normalization to all rows.
  public mutating func normalize(by normalization: DatasetNormalization) {
    normalization.inputs?.apply(to: &inputs)
    for index in tasks.indices {
      normalization.targets[tasks[index].name]?.apply(to: &tasks[index].labels)
    }
  }
}
