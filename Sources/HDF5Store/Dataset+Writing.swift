import CHDF5
import Checksums

extension HDF5Group {
  func reserve<Scalar: HDF5Scalar>(
    shape: [Int], of _: Scalar.Type, named name: String
  ) throws(HDF5Error) -> Dataset {
    try reserve(shape: shape, element: .number(Scalar.kind), Scalar.kind.type, named: name)
  }

  /// A new dataset in one piece whose place in the file is fixed at once, so that filling it
  /// later changes nothing but its bytes.
  func reserve(
    shape: [Int], element: DatasetDescription.Element, _ type: hid_t, named name: String
  ) throws(HDF5Error) -> Dataset {
    let path = full(name)
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    try file.requireSetup(path)
    let (parent, last) = try parentForNew(name)
    let creation = HDF5Handle(try check(chdf5_dataset_creation(), path))
    try check(H5Pset_alloc_time(creation.id, H5D_ALLOC_TIME_EARLY), path)
    let sizes = shape.map { hsize_t($0) }
    let space = HDF5Handle(
      try check(
        shape.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), sizes, nil),
        path))
    let id = try check(
      H5Dcreate2(parent.handle.id, last, type, space.id, 0, creation.id, 0), path)
    return Dataset(
      file: file, path: path, handle: HDF5Handle(id, in: file),
      description: DatasetDescription(element: element, shape: shape))
  }

  /// A new dataset that grows along its first axis.
  func createGrowing(
    width: Int?, kind: HDF5Kind, chunkRows: Int, isCompressed: Bool, named name: String
  ) throws(HDF5Error) -> Dataset {
    let path = full(name)
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    try file.requireSetup(path)
    let (parent, last) = try parentForNew(name)
    let creation = HDF5Handle(try check(chdf5_dataset_creation(), path))
    let row = width.map { [hsize_t($0)] } ?? []
    try check(
      H5Pset_chunk(creation.id, Int32(1 + row.count), [hsize_t(chunkRows)] + row), path)
    if isCompressed {
      try check(H5Pset_shuffle(creation.id), path)
      try check(H5Pset_deflate(creation.id, 1), path)
    }
    let space = HDF5Handle(
      try check(
        H5Screate_simple(Int32(1 + row.count), [0] + row, [chdf5_unlimited()] + row), path))
    let id = try check(
      H5Dcreate2(parent.handle.id, last, kind.type, space.id, 0, creation.id, 0), path)
    return Dataset(
      file: file, path: path, handle: HDF5Handle(id, in: file),
      description: DatasetDescription(
        element: .number(kind), shape: [0] + (width.map { [$0] } ?? []),
        chunk: [chunkRows] + (width.map { [$0] } ?? []), isFiltered: isCompressed))
  }

  @discardableResult
  private func check<Answer: SignedInteger>(
    _ answer: Answer, _ path: String
  ) throws(HDF5Error) -> Answer {
    try file.check(answer, "creating it", path)
  }
}

extension DatasetDescription {
  init(
    element: Element, shape: [Int], chunk: [Int]? = nil, isFiltered: Bool = false
  ) {
    self.element = element
    self.shape = shape
    self.chunk = chunk
    self.address = nil
    self.isFiltered = isFiltered
  }
}

extension Dataset {
  /// Writes all of a dataset in one piece.
  func write(_ bytes: UnsafeRawBufferPointer, type: hid_t) throws(HDF5Error) {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    try file.requireWritable(path)
    guard !bytes.isEmpty else { return }
    try check(H5Dwrite(id, type, 0, 0, 0, bytes.baseAddress), "writing")
  }

  func write(
    _ bytes: UnsafeRawBufferPointer, rows: Range<Int>, type: hid_t
  ) throws(HDF5Error) {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    try file.requireWritable(path)
    guard !bytes.isEmpty else { return }
    var start = description.shape.map { _ in hsize_t(0) }
    var count = description.shape.map { hsize_t($0) }
    guard !count.isEmpty, rows.lowerBound >= 0, rows.upperBound <= description.shape[0] else {
      throw error(.misuse, "rows \(rows) of shape \(description.shape) were to be written")
    }
    (start[0], count[0]) = (hsize_t(rows.lowerBound), hsize_t(rows.count))
    let fileSpace = HDF5Handle(try check(H5Dget_space(id), "writing"))
    let memorySpace = HDF5Handle(
      try check(H5Screate_simple(Int32(count.count), count, nil), "writing"))
    try check(
      H5Sselect_hyperslab(fileSpace.id, H5S_SELECT_SET, start, nil, count, nil), "writing")
    try check(
      H5Dwrite(id, type, memorySpace.id, fileSpace.id, 0, bytes.baseAddress), "writing")
  }

  /// Reads everything and compares its checksum, where it has one.
  func readAll(
    into memory: UnsafeMutableRawBufferPointer, type: hid_t
  ) throws(HDF5Error) {
    let rows = description.shape.first.map { 0..<$0 }
    try read(rows: rows, type: type, into: memory.baseAddress)
    try verify(UnsafeRawBufferPointer(memory))
  }

  /// Compares the checksum that was written beside a dataset with what was read.
  func verify(_ bytes: UnsafeRawBufferPointer) throws(HDF5Error) {
    let attributes = HDF5Attributes(file: file, path: path, id: id)
    guard try attributes.contains(checksumAttribute) else { return }
    let written: UInt64 = try attributes.number(checksumAttribute)
    guard XXHash64.digest(of: bytes) != written else { return }
    throw error(.damaged, "its numbers have changed since they were written (checksum)")
  }
}
