import Glibc

/// Zeroed memory for one column, which the system hands out page by page when it is first written.
///
/// A column is read at random, so its pages should be large: with small ones half of the time of a
/// read goes into finding the page.
struct Column<Element: BitwiseCopyable>: ~Copyable {
  let base: UnsafeMutablePointer<Element>
  let count: Int
  private let mapping: UnsafeMutableRawPointer
  private let length: Int

  init(count: Int) throws(ReplayError) {
    let largePage = 2 << 20
    let bytes = max(1, count) * MemoryLayout<Element>.stride
    let padding = bytes >= largePage ? largePage : 0
    length = bytes + padding
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    guard let start = mmap(nil, length, PROT_READ | PROT_WRITE, flags, -1, 0), start != MAP_FAILED
    else { throw .noMemory(bytes: bytes) }
    mapping = start
    self.count = count
    var aligned = start
    if padding > 0 {
      let address = UInt(bitPattern: start)
      let mask = UInt(largePage - 1)
      aligned = start + Int(((address + mask) & ~mask) - address)
      // Only a wish: the column is right without it.
      madvise(aligned, bytes, MADV_HUGEPAGE)
    }
    base = aligned.assumingMemoryBound(to: Element.self)
  }

  deinit { munmap(mapping, length) }
}
