import Glibc

/// Memory of a plan that never moves: what instructions point at.
///
/// Freed as a whole.
final class PlanMemory {
  private var blocks: [UnsafeMutableRawPointer] = []
  /// Large blocks, which the system gives and takes back page by page.
  private var mappings: [UnsafeMutableRawBufferPointer] = []
  private(set) var byteCount = 0

  deinit {
    for block in blocks { block.deallocate() }
    for mapping in mappings { munmap(mapping.baseAddress, mapping.count) }
  }

  /// Floats that are zero, aligned to 64 bytes; one more line behind them may be read.
  func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    let bytes = (Arena.rounded(count) + Arena.line) * MemoryLayout<Float>.stride
    if let large = mapped(bytes) { return large.assumingMemoryBound(to: Float.self) }
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

  /// Zeros in pages of two megabytes, for what is that large; `nil` if the system has none.
  ///
  /// A large arena takes longer to be given in small pages than its plan takes to be made, and every
  /// run looks up the address of each page that it touches.
  private func mapped(_ bytes: Int) -> UnsafeMutableRawPointer? {
    let page = 1 << 21
    guard bytes >= 2 * page else { return nil }
    let size = (bytes + page - 1) / page * page + page
    let mapping = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapping, mapping != MAP_FAILED else { return nil }
    mappings.append(UnsafeMutableRawBufferPointer(start: mapping, count: size))
    byteCount += bytes
    let start = mapping.alignedUp(toMultipleOf: page)
    madvise(start, size - page, MADV_HUGEPAGE)
    return start
  }

  private func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
    let block = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    blocks.append(block)
    byteCount += bytes
    return block
  }
}
