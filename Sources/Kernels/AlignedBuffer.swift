/// Memory that starts on a cache line and is whole cache lines long, for as long as the buffer
/// lives.
///
/// Vector loops may read and write whole 64-byte vectors at the end: up to the next multiple of 64
/// bytes the memory is the buffer's own, and one more line behind it may be read.
package final class AlignedBuffer<Scalar: BitwiseCopyable> {
  /// The number of elements asked for.
  package let count: Int
  /// The first element; aligned to 64 bytes.
  package let start: UnsafeMutablePointer<Scalar>
  private let memory: UnsafeMutableRawPointer

  /// Memory for `count` elements, all of whose bytes are zero.
  package init(count: Int) {
    precondition(count >= 0, "a buffer cannot have \(count) elements")
    self.count = count
    let line = 64
    let bytes = (count * MemoryLayout<Scalar>.stride + line - 1) / line * line + line
    memory = .allocate(byteCount: bytes, alignment: line)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    start = memory.assumingMemoryBound(to: Scalar.self)
  }

  deinit { memory.deallocate() }

  /// All elements.
  package var elements: UnsafeMutableBufferPointer<Scalar> {
    UnsafeMutableBufferPointer(start: start, count: count)
  }

  package subscript(index: Int) -> Scalar {
    get { elements[index] }
    set { elements[index] = newValue }
  }
}
