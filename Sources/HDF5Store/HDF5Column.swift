import CHDF5
import Checksums

/// A column of numbers that grows row by row, or a table of rows of equal width.
public final class HDF5Column<Scalar: HDF5Scalar> {
  private let dataset: Dataset
  /// Rows in the file.
  ///
  /// While another process writes, `refresh()` looks again.
  public private(set) var count: Int
  /// Numbers in a row.
  public let width: Int

  // For appending without making anything: spaces that are given new extents, and their sizes.
  private var fileSpace: HDF5Handle?
  private var memorySpace: HDF5Handle?
  private let sizes: UnsafeMutablePointer<hsize_t>
  private var hash = XXHash64()

  init(dataset: Dataset) {
    self.dataset = dataset
    count = dataset.description.shape.first ?? 0
    width = dataset.width
    sizes = .allocate(capacity: 6)
    sizes.initialize(repeating: hsize_t(dataset.width), count: 6)
  }

  deinit { sizes.deallocate() }

  /// Its place in the file, such as `/episodes/return`.
  public var path: String { dataset.path }

  /// XXH64 of all rows appended through this value.
  package var checksum: UInt64 { hash.digest }

  /// Adds rows at the end.
  ///
  /// They are safe from a kill after the file's `flush()`. A failure ends all writing to the file.
  ///
  /// - Parameter values: whole rows, one after another; not kept.
  public func append(_ values: UnsafeBufferPointer<Scalar>) throws(HDF5Error) {
    precondition(
      values.count.isMultiple(of: max(1, width)),
      "\(values.count) numbers are no whole rows of \(width)")
    guard !values.isEmpty else { return }
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    try dataset.file.requireWritable(path)
    let rows = values.count / width
    let (fileSpace, memorySpace) = try spaces()
    let (rank, id) = (Int32(dataset.description.shape.count), dataset.id)
    // Three pairs of sizes: the new extent, where the new rows start, how many they are.
    let (extent, start, block) = (sizes, sizes + 2, sizes + 4)
    (extent[0], start[0], start[1], block[0]) = (
      hsize_t(count + rows), hsize_t(count), 0, hsize_t(rows)
    )
    try dataset.check(H5Dset_extent(id, extent), "growing")
    try dataset.check(H5Sset_extent_simple(fileSpace, rank, extent, nil), "growing")
    try dataset.check(H5Sset_extent_simple(memorySpace, rank, block, nil), "growing")
    try dataset.check(
      H5Sselect_hyperslab(fileSpace, H5S_SELECT_SET, start, nil, block, nil), "growing")
    try dataset.check(
      H5Dwrite(id, Scalar.kind.type, memorySpace, fileSpace, 0, values.baseAddress), "writing")
    count += rows
    hash.update(UnsafeRawBufferPointer(values))
  }

  /// Adds rows at the end.
  public func append(_ values: [Scalar]) throws(HDF5Error) {
    try values.withUnsafeBufferPointer { (values) throws(HDF5Error) in try append(values) }
  }

  /// The numbers of some rows, one row after another.
  public func read(_ rows: Range<Int>) throws(HDF5Error) -> [Scalar] {
    let size = rows.count * width
    return try [Scalar](unsafeUninitializedCapacity: size) {
      (memory, initialized) throws(HDF5Error) in
      try read(rows, into: UnsafeMutableBufferPointer(rebasing: memory[..<size]))
      initialized = size
    }
  }

  /// Reads some rows straight into memory, which holds `rows.count * width` numbers.
  public func read(
    _ rows: Range<Int>, into memory: UnsafeMutableBufferPointer<Scalar>
  ) throws(HDF5Error) {
    precondition(
      memory.count == rows.count * width, "\(rows.count) rows of \(width) into \(memory.count)")
    guard rows.lowerBound >= 0, rows.upperBound <= count else {
      throw dataset.error(.misuse, "rows \(rows) were asked for, it has \(count)")
    }
    try dataset.read(rows: rows, type: Scalar.kind.type, into: memory.baseAddress)
  }

  /// All rows, compared with the checksum that `seal()` wrote, where there is one.
  public func readAll() throws(HDF5Error) -> [Scalar] {
    let values = try read(0..<count)
    try values.withUnsafeBufferPointer { (values) throws(HDF5Error) in
      try dataset.verify(UnsafeRawBufferPointer(values))
    }
    return values
  }

  /// Looks how many rows there are by now, while another process writes.
  public func refresh() throws(HDF5Error) {
    try dataset.refresh()
    count = dataset.description.shape.first ?? 0
  }

  /// Writes the checksum beside a finished column; not while others read along.
  public func seal() throws(HDF5Error) {
    try HDF5Attributes(file: dataset.file, path: path, id: dataset.id)
      .set(checksumAttribute, to: checksum)
  }

  private func spaces() throws(HDF5Error) -> (hid_t, hid_t) {
    if let fileSpace, let memorySpace { return (fileSpace.id, memorySpace.id) }
    let file = HDF5Handle(try dataset.check(H5Screate(H5S_SIMPLE), "growing"))
    let memory = HDF5Handle(try dataset.check(H5Screate(H5S_SIMPLE), "growing"))
    (fileSpace, memorySpace) = (file, memory)
    return (file.id, memory.id)
  }
}

extension HDF5Group {
  /// A new, empty column.
  ///
  /// - Parameters:
  ///   - width: numbers in a row, which makes it a table of two axes; `nil` for a plain column.
  ///   - chunkRows: rows that are written and read together.
  ///   - isCompressed: shuffle and deflate, for what is written once and read as a whole.
  public func createColumn<Scalar: HDF5Scalar>(
    _ name: String, of _: Scalar.Type, width: Int? = nil, chunkRows: Int = 1024,
    isCompressed: Bool = false
  ) throws(HDF5Error) -> HDF5Column<Scalar> {
    precondition(width ?? 1 > 0 && chunkRows > 0, "a column of width \(width ?? 1)")
    let dataset = try createGrowing(
      width: width, kind: Scalar.kind, chunkRows: chunkRows, isCompressed: isCompressed,
      named: name)
    return HDF5Column(dataset: dataset)
  }

  /// The column of that name, for reading.
  ///
  /// - Parameter width: what it has to be; `nil` for a plain column of one axis.
  public func column<Scalar: HDF5Scalar>(
    _ name: String, of _: Scalar.Type, width: Int? = nil
  ) throws(HDF5Error) -> HDF5Column<Scalar> {
    let dataset = try openDataset(name)
    try dataset.requireKind(Scalar.self)
    let shape = dataset.description.shape
    guard shape.count == (width == nil ? 1 : 2), width == nil || shape[1] == width else {
      let wanted = width.map { "rows of \($0)" } ?? "a column"
      throw dataset.error(.wrongType, "its shape is \(shape), not \(wanted)")
    }
    return HDF5Column(dataset: dataset)
  }
}
