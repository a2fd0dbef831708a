import CKernels
import Glibc
import Randomness

/// One product with all that can be asked of it, and its definition in double precision.
///
/// The operands are small whole numbers, so that every sum is exact in `Float` whatever its order
/// and results can be compared for equality. Padding between rows of operands is not-a-number,
/// which a result must not pick up; padding of the result must stay as it is.
struct ProductCase: CustomStringConvertible {
  var rows: Int
  var columns: Int
  var depth: Int
  var isLeftTransposed = false
  var isRightTransposed = false
  var padding = 0
  var alpha: Float = 1
  var beta: Float = 0
  var hasBias = false
  var hasGate = false
  var activation = FLEDGE_IDENTITY
  var slope: Float = 0.25

  var leftStride: Int { max(1, (isLeftTransposed ? rows : depth) + padding) }
  var rightStride: Int { max(1, (isRightTransposed ? depth : columns) + padding) }
  var resultStride: Int { max(1, columns + padding) }

  var description: String {
    "[\(rows), \(depth)]\(isLeftTransposed ? "ᵀ" : "") · [\(depth), \(columns)]"
      + "\(isRightTransposed ? "ᵀ" : ""), padding \(padding), alpha \(alpha), beta \(beta), "
      + "bias \(hasBias), gate \(hasGate), activation \(activation.rawValue)"
  }

  struct Numbers {
    var left: [Float]
    var right: [Float]
    var result: [Float]
    var bias: [Float]
    var gate: [Float]
  }

  func numbers() -> Numbers {
    var random = Seeds(root: 1)["product"]
    func matrix(_ rows: Int, _ columns: Int, _ stride: Int, padding: Float) -> [Float] {
      var scalars = [Float](repeating: padding, count: rows * stride)
      for i in 0..<rows {
        for j in 0..<columns {
          scalars[i * stride + j] = Float(random.integer(below: 17) - 8)
        }
      }
      return scalars
    }
    let left =
      isLeftTransposed
      ? matrix(depth, rows, leftStride, padding: .nan)
      : matrix(rows, depth, leftStride, padding: .nan)
    let right =
      isRightTransposed
      ? matrix(columns, depth, rightStride, padding: .nan)
      : matrix(depth, columns, rightStride, padding: .nan)
    return Numbers(
      left: left, right: right, result: matrix(rows, columns, resultStride, padding: 1234),
      bias: matrix(1, columns, columns, padding: 0),
      gate: matrix(rows, columns, resultStride, padding: .nan))
  }

  /// The definition.
  func expected(_ numbers: Numbers) -> [Double] {
    var result = numbers.result.map { Double($0) }
    for i in 0..<rows {
      for j in 0..<columns {
        var sum = 0.0
        for p in 0..<depth {
          let left = numbers.left[isLeftTransposed ? p * leftStride + i : i * leftStride + p]
          let right = numbers.right[isRightTransposed ? j * rightStride + p : p * rightStride + j]
          sum += Double(left) * Double(right)
        }
        let place = i * resultStride + j
        var value = Double(alpha) * sum
        if beta != 0 { value += Double(beta) * result[place] }
        if hasBias { value += Double(numbers.bias[j]) }
        value = activated(value)
        if hasGate { value *= numbers.gate[place] > 0 ? 1 : 0 }
        result[place] = value
      }
    }
    return result
  }

  private func activated(_ x: Double) -> Double {
    switch activation {
    case FLEDGE_RELU: x < 0 ? 0 : x
    case FLEDGE_LEAKY_RELU: x > 0 ? x : Double(slope) * x
    case FLEDGE_TANH: tanh(x)
    case FLEDGE_SIGMOID: 1 / (1 + exp(-x))
    case FLEDGE_SOFTPLUS: max(x, 0) + log1p(exp(-abs(x)))
    case FLEDGE_SILU: x / (1 + exp(-x))
    case FLEDGE_GELU: 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
    default: x
    }
  }

  /// What the loops of a level make of it.
  ///
  /// With not-a-number in the result where `beta` is 0, as it
  /// must not be read then, and with every operand at an odd address.
  func computed(_ numbers: Numbers, with loops: fledge_loops, shift: Int = 1) -> [Float] {
    var result = numbers.result
    if beta == 0 {
      for i in 0..<rows { for j in 0..<columns { result[i * resultStride + j] = .nan } }
    }
    let scratchCount = Int(fledge_gemm_scratch(Int64(rows), Int64(columns), Int64(depth)))
    var scratch = [Float](repeating: 77, count: scratchCount + 64)
    let left = [Float](repeating: .nan, count: shift) + numbers.left
    let right = [Float](repeating: .nan, count: shift) + numbers.right
    result = [Float](repeating: 0, count: shift) + result
    numbers.bias.withUnsafeBufferPointer { bias in
      numbers.gate.withUnsafeBufferPointer { gate in
        var epilogue = fledge_epilogue(
          bias: hasBias ? bias.baseAddress : nil, activation: Int32(activation.rawValue),
          slope: slope, gate: hasGate ? gate.baseAddress : nil, gate_row: resultStride)
        run(loops, left, right, &result, &epilogue, &scratch, shift: shift)
      }
    }
    precondition(scratch.suffix(64).allSatisfy { $0 == 77 }, "more scratch used than promised")
    return Array(result.dropFirst(shift))
  }

  private func run(
    _ loops: fledge_loops, _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    _ result: UnsafeMutablePointer<Float>, _ epilogue: UnsafePointer<fledge_epilogue>,
    _ scratch: UnsafeMutablePointer<Float>, shift: Int
  ) {
    let isPlain = !hasBias && !hasGate && activation == FLEDGE_IDENTITY
    loops.gemm(
      Int64(rows), Int64(columns), Int64(depth),
      left + shift, isLeftTransposed ? 1 : leftStride, isLeftTransposed ? leftStride : 1,
      right + shift, isRightTransposed ? 1 : rightStride, isRightTransposed ? rightStride : 1,
      result + shift, resultStride, alpha, beta, isPlain ? nil : epilogue, scratch)
  }
}

/// The loops of every level that this processor can run.
let availableLoops: [(level: Int32, loops: fledge_loops)] = (0...2).compactMap { level in
  fledge_loops_at(level).map { (level, $0.pointee) }
}

/// A variable of the process's environment.
enum Environment {
  static func value(of name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
