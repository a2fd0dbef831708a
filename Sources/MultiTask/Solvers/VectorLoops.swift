// The inner loops of the solvers, on double precision; eight at a time, in an order of additions
// that is the same on every processor.

@inline(__always)
private func eight(_ x: UnsafePointer<Double>) -> SIMD8<Double> {
  UnsafeRawPointer(x).loadUnaligned(as: SIMD8<Double>.self)
}

/// `Σᵢ xᵢ yᵢ`.
@inline(__always)
func dot(_ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ count: Int) -> Double {
  var sums = SIMD8<Double>.zero
  var index = 0
  while index &+ 8 <= count {
    sums += eight(x + index) * eight(y + index)
    index &+= 8
  }
  var rest = 0.0
  while index < count {
    rest += x[index] * y[index]
    index &+= 1
  }
  return sums.sum() + rest
}

/// `y ← y + a x`.
@inline(__always)
func add(_ a: Double, _ x: UnsafePointer<Double>, to y: UnsafeMutablePointer<Double>, _ count: Int)
{
  var index = 0
  while index &+ 8 <= count {
    let sums = eight(y + index) + a * eight(x + index)
    UnsafeMutableRawPointer(y + index).storeBytes(of: sums, as: SIMD8<Double>.self)
    index &+= 8
  }
  while index < count {
    y[index] += a * x[index]
    index &+= 1
  }
}

/// `A ← A + a x xᵀ` of the lower triangle of `A`, whose rows and `x` go on to whole vectors.
@inline(__always)
func addSquare(
  _ a: Double, _ x: UnsafePointer<Double>, toLower matrix: UnsafeMutablePointer<Double>,
  stride: Int, _ count: Int
) {
  var column = 0
  while column < count {
    let part = a * eight(x + column)
    var entry = UnsafeMutableRawPointer(matrix + column &* (stride &+ 1))
    var row = column
    while row < count {
      let sums = entry.loadUnaligned(as: SIMD8<Double>.self) + x[row] * part
      entry.storeBytes(of: sums, as: SIMD8<Double>.self)
      entry += stride &* 8
      row &+= 1
    }
    column &+= 8
  }
}

/// `(x, y) ← (c x + s y, −s x + c y)`.
@inline(__always)
func rotate(
  _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, cosine c: Double,
  sine s: Double, _ count: Int
) {
  var index = 0
  while index &+ 8 <= count {
    let (left, right) = (eight(x + index), eight(y + index))
    UnsafeMutableRawPointer(x + index).storeBytes(
      of: c * left + s * right, as: SIMD8<Double>.self)
    UnsafeMutableRawPointer(y + index).storeBytes(
      of: c * right - s * left, as: SIMD8<Double>.self)
    index &+= 8
  }
  while index < count {
    let (left, right) = (x[index], y[index])
    x[index] = c * left + s * right
    y[index] = c * right - s * left
    index &+= 1
  }
}
