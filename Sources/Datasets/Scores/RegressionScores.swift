/// What the scores of a regression are made of.
///
/// A task of several numbers is scored by the mean over its numbers, each by itself.
struct RegressionSums {
  private struct Column {
    var labels = RunningMoments()
    var errors = RunningMoments()
    var squared = RunningMoments()
    var absolute = RunningMoments()
  }

  private var columns: [Column]

  init(predictions: UnsafeBufferPointer<Float>, labels: UnsafeBufferPointer<Float>, width: Int) {
    columns = [Column](repeating: Column(), count: width)
    for index in labels.indices where !labels[index].isNaN {
      let column = index % width
      let error = Double(predictions[index]) - Double(labels[index])
      columns[column].labels.add(Double(labels[index]))
      // A prediction that is not a number must not be passed over as a missing label is.
      let counted = error.isNaN ? .infinity : error
      columns[column].errors.add(counted)
      columns[column].squared.add(counted * counted)
      columns[column].absolute.add(abs(counted))
    }
  }

  func score(_ score: Score) -> Double {
    let values = columns.map { column in
      guard column.labels.count > 0 else { return Double.nan }
      let variance = column.labels.isConstant ? .nan : column.labels.variance
      return switch score {
      case .meanSquaredError: column.squared.mean
      case .normalizedMeanSquaredError: column.squared.mean / variance
      case .meanAbsoluteError: column.absolute.mean
      case .explainedVariance: 1 - column.errors.variance / variance
      default: Double.nan
      }
    }
    return values.reduce(0, +) / Double(values.count)
  }
}
