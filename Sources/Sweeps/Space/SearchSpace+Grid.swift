extension ParameterRange {
  /// All values of a range, in ascending order or in the order in which they are listed.
  ///
  /// - Throws: for ranges that have no such list: real ones without a step, and normal ones.
  public func gridValues() throws(SearchError) -> [ParameterValue] {
    let count = try gridCount()
    guard count <= 1 << 24 else {
      throw SearchError(path: "", problem: "has \(count) values, too many to list")
    }
    return (0..<count).map(gridValue(_:))
  }

  /// How many values a grid has along this range.
  func gridCount() throws(SearchError) -> Int {
    switch self {
    case .real(_, _, _, nil):
      throw SearchError(
        path: "",
        problem: "is a real range without a step, which a grid cannot list; "
          + "give it a step or a list of values, or search by another method")
    case .normal:
      throw SearchError(
        path: "",
        problem: "is normally distributed, which a grid cannot list; "
          + "give it a list of values, or search by another method")
    default: return Axis(self).count ?? 1
    }
  }

  /// The value with this index among `gridCount()`.
  func gridValue(_ index: Int) -> ParameterValue {
    let axis = Axis(self)
    return axis.value(at: axis.categories == nil ? axis.center(ofLevel: index) : Double(index))
  }
}

extension SearchSpace {
  /// The number of points in the grid of all values.
  ///
  /// - Throws: if a range has no list of values, or there are more points than can be counted.
  public func gridCount() throws(SearchError) -> Int {
    try validate()
    var product = 1
    for (parameter, count) in zip(parameters, try gridCounts()) {
      let (value, overflow) = product.multipliedReportingOverflow(by: count)
      guard !overflow else {
        throw SearchError(
          path: parameter.path, problem: "makes the grid larger than can be counted")
      }
      product = value
    }
    return product
  }

  /// The grid's point with this index, the last parameter varying fastest; nothing past the end.
  public func gridPoint(_ index: Int) throws(SearchError) -> [ParameterValue]? {
    guard index >= 0, index < (try gridCount()) else { return nil }
    var rest = index
    var values: [ParameterValue] = []
    for (parameter, count) in zip(parameters, try gridCounts()).reversed() {
      values.append(parameter.range.gridValue(rest % count))
      rest /= count
    }
    return values.reversed()
  }

  private func gridCounts() throws(SearchError) -> [Int] {
    var counts: [Int] = []
    for parameter in parameters {
      do throws(SearchError) {
        counts.append(try parameter.range.gridCount())
      } catch {
        throw SearchError(path: parameter.path, problem: error.problem)
      }
    }
    return counts
  }
}
