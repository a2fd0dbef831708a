/// Projects each of some gradients of length 1 on `{v: ⟨gₖ, v⟩ ≥ 0 for all k}`, by their Gram
/// matrix `G`.
///
/// The projection of `gᵢ` is `gᵢ + Σ xₖ gₖ` with `x ≥ 0`, `s = G (eᵢ + x) ≥ 0` and `xₖ sₖ = 0`: a
/// linear complementarity problem, solved by principal pivots (Cottle, Pang & Stone 1992, The
/// linear complementarity problem, 2.3 and 4.2). Where a set of coordinates of `x` is free and
/// pivoted on in `G`, column `i` of what `G` has become holds their `−x` and the others' `s`. So
/// one tableau serves all tasks, and each begins where the one before has ended.
///
/// The pivot that gains most is fast but not certain to come to an end, and rounding grows from
/// pivot to pivot: whoever asks must look whether the answer `isExact`.
package struct PrincipalPivots {
  private let count: Int
  /// Rows are lengthened to whole vectors.
  private let stride: Int
  private let gram: [Double]
  /// `G` after pivots, symmetric, its lower triangle row by row; then the column that was read.
  ///
  /// With the coordinates `F` free it is `−G_FF⁻¹` there, `G_FF⁻¹ G_FN` between them and the others
  /// `N`, and there `G_NN − G_NF G_FF⁻¹ G_FN`.
  private var tableau: [Double]
  /// 1 of coordinates that are free, −1 of the others.
  private var signs: [Double]
  /// `x` of the task that was asked for last.
  package private(set) var solution: [Double]
  private var slopes: [Double]
  /// How far the solution is from fulfilling its conditions.
  package private(set) var residual = 0.0

  /// What is below 0 by less counts as 0.
  private static let rounding = 1e-14
  /// A gradient depends on the free ones where no more of its squared length is orthogonal to them.
  private static let dependence = 1e-14
  /// Added to a pivot where it is weighed.
  ///
  /// Where the free gradients span nearly everything, all pivots gain alike, and rounding would
  /// choose the smallest.
  private static let margin = 1e-5

  /// - Parameter gram: Of gradients of length 1 or 0.
  package init(_ gram: GramMatrix) {
    count = gram.count
    stride = (count + 7) / 8 * 8
    var rows = Array(repeating: 0.0, count: (count + 1) * stride)
    for row in 0..<count {
      for other in 0..<count { rows[row * stride + other] = gram[row, other] }
    }
    self.gram = rows
    tableau = rows
    signs = Array(repeating: -1, count: count)
    solution = Array(repeating: 0, count: stride)
    slopes = solution
  }

  /// Whether the solution is one to rounding.
  package var isExact: Bool { residual <= 1e-13 }

  /// Finds the solution for one task, if need be without the rounding of all pivots before.
  package mutating func solve(_ task: Int) {
    search(task)
    guard !isExact else { return }
    tableau = gram
    for index in 0..<count { signs[index] = -1 }
    search(task)
  }

  private mutating func search(_ task: Int) {
    // The projection has no use for less of the gradient itself.
    if signs[task] > 0 { pivot(task) }
    for _ in 0..<(2 * count + 10) {
      guard let next = mostHelpful(task) else { break }
      pivot(next)
    }
    for index in 0..<count {
      solution[index] = signs[index] > 0 ? max(0, -tableau[count * stride + index]) : 0
    }
    updateSlopes(task)
    // Relative to what is added up in `s`; by more than this, it is not the rounding of that sum.
    for _ in 0..<2 where residual > 1e-15 * (1 + solution.reduce(0, +)) {
      refine()
      updateSlopes(task)
    }
  }

  /// Of the coordinates that are below 0, in `x` or in `s`, the one that gains most when it changes
  /// sides: `xₖ²` or `sₖ²` over the pivot, which is how much a squared length changes.
  private mutating func mostHelpful(_ task: Int) -> Int? {
    tableau.withUnsafeMutableBufferPointer { tableau in
      guard let rows = tableau.baseAddress else { return nil }
      let column = readColumn(task, of: rows, stride: stride, count)
      var (gain, least) = (0.0, 1.0)
      var result: Int?
      for index in 0..<count {
        let size = -signs[index] * rows[index &* (stride &+ 1)]
        let weight = size > Self.dependence ? size + Self.margin : .infinity
        let lack = max(0, signs[index] * column[index] - Self.rounding)
        // Compares `lack² / weight` without divisions.
        if lack * lack * least > gain * weight {
          (gain, least, result) = (lack * lack, weight, index)
        }
      }
      return result
    }
  }

  /// Frees a coordinate, or makes a free one 0.
  private mutating func pivot(_ index: Int) {
    let sign = signs[index]
    tableau.withUnsafeMutableBufferPointer { tableau in
      guard let rows = tableau.baseAddress else { return }
      let column = readColumn(index, of: rows, stride: stride, count)
      let inverse = 1 / column[index]
      addSquare(-inverse, column, toLower: rows, stride: stride, count)
      let scale = -sign * inverse
      for other in 0..<index { rows[index &* stride &+ other] = scale * column[other] }
      for other in index..<count { rows[other &* stride &+ index] = scale * column[other] }
      rows[index * (stride + 1)] = -inverse
    }
    signs[index] = -sign
  }

  /// Computes `s` from the Gram matrix itself, and the residual.
  private mutating func updateSlopes(_ task: Int) {
    gram.withUnsafeBufferPointer { gram in
      slopes.withUnsafeMutableBufferPointer { slopes in
        guard let rows = gram.baseAddress, let slopes = slopes.baseAddress else { return }
        slopes.update(from: rows + task * stride, count: stride)
        for index in 0..<count where solution[index] > 0 {
          add(solution[index], rows + index * stride, to: slopes, stride)
        }
      }
    }
    residual = 0
    for index in 0..<count {
      let lack = solution[index] > 0 ? abs(slopes[index]) : -slopes[index]
      if lack > residual || lack.isNaN { residual = lack }
    }
  }

  /// A step of iterative refinement: `x ← x − G_FF⁻¹ s` of what is free.
  private mutating func refine() {
    for index in 0..<count where signs[index] < 0 { slopes[index] = 0 }
    tableau.withUnsafeBufferPointer { tableau in
      slopes.withUnsafeBufferPointer { slopes in
        solution.withUnsafeMutableBufferPointer { solution in
          guard let rows = tableau.baseAddress, let slopes = slopes.baseAddress,
            let solution = solution.baseAddress
          else { return }
          for index in 0..<count where signs[index] > 0 {
            let row = rows + index * stride
            solution[index] += dot(row, slopes, index + 1)
            add(slopes[index], row, to: solution, index)
          }
        }
      }
    }
    for index in 0..<count { solution[index] = signs[index] > 0 ? max(0, solution[index]) : 0 }
  }
}

/// Writes a column of a symmetric matrix, of which there is the lower triangle, behind its last row.
@inline(__always)
private func readColumn(
  _ index: Int, of rows: UnsafeMutablePointer<Double>, stride: Int, _ count: Int
) -> UnsafePointer<Double> {
  let column = rows + count * stride
  column.update(from: rows + index * stride, count: index)
  for row in index..<count { column[row] = rows[row &* stride &+ index] }
  return UnsafePointer(column)
}
