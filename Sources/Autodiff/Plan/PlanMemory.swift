/// Memory of a plan that never moves: what instructions point at.
///
/// Freed as a whole.
final class PlanMemory {
  private var blocks: [UnsafeMutableRawPointer] = []
  private(set) var byteCount = 0

  deinit { for block in blocks { block.deallocate() } }

  /// Floats that are zero, aligned to 64 bytes; one more line behind them may be read.
  func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    let bytes = (Arena.rounded(count) + Arena.line) * MemoryLayout<Float>.stride
    let block = allocate(bytes)
    block.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    return block.assumingMemoryBound(to: Float.self)
  }

  func floats(_ numbers: [Float]) -> UnsafeMutablePointer<Float> {
    let start = floats(numbers.count)
    for (index, number) in numbers.enumerated() { start[index] = number }
    return start
  }

  /// Values that stay where they are: numbers and addresses only, nothing that is counted.
  func store<Value>(_ values: [Value]) -> UnsafeMutablePointer<Value> {
    let block = allocate(max(1, values.count * MemoryLayout<Value>.stride))
    let start = block.bindMemory(to: Value.self, capacity: values.count)
    start.initialize(from: values, count: values.count)
    return start
  }

  func store<Value>(_ value: Value) -> UnsafePointer<Value> {
    UnsafePointer(store([value]))
  }

  private func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
    let block = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    blocks.append(block)
    byteCount += bytes
    return block
  }
}
