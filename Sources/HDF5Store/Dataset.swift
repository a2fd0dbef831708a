import CHDF5

/// An open dataset of numbers or text: what columns and arrays have in common.
final class Dataset {
  let file: HDF5File
  /// Its place in the file, such as `/episodes/return`.
  let path: String
  let handle: HDF5Handle
  private(set) var description: DatasetDescription

  init(file: HDF5File, path: String, handle: HDF5Handle, description: DatasetDescription) {
    self.file = file
    self.path = path
    self.handle = handle
    self.description = description
  }

  var id: hid_t { handle.id }

  /// How many numbers one row has: the product of all axes but the first.
  var width: Int { description.shape.dropFirst().reduce(1, *) }

  /// Looks again at a dataset that another process may have changed.
  func refresh() throws(HDF5Error) {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    try file.requireOpen(path)
    guard file.isReadingLive else { return }
    try check(H5Drefresh(id), "looking again")
    description = try DatasetDescription(of: id, in: file.path, object: path)
  }

  func requireKind<Scalar: HDF5Scalar>(_: Scalar.Type) throws(HDF5Error) {
    guard description.element != .number(Scalar.kind) else { return }
    throw error(.wrongType, "it holds \(description.element.name), not \(Scalar.kind)")
  }

  /// Reads `rows` of the first axis, or everything of a dataset without axes.
  func read(rows: Range<Int>?, type: hid_t, into memory: UnsafeMutableRawPointer?) throws(HDF5Error)
  {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    try file.requireOpen(path)
    let shape = description.shape
    guard shape.allSatisfy({ $0 > 0 }), rows.map({ !$0.isEmpty }) ?? true else { return }
    guard let rows, !shape.isEmpty else {
      try requireStored(shape.first.map { 0..<$0 } ?? 0..<1)
      try check(H5Dread(id, type, 0, 0, 0, memory), "reading")
      return
    }
    guard rows.lowerBound >= 0, rows.upperBound <= shape[0] else {
      throw error(.misuse, "rows \(rows) were asked for, it has \(shape[0])")
    }
    try requireStored(rows)
    var start = shape.map { _ in hsize_t(0) }
    var count = shape.map { hsize_t($0) }
    (start[0], count[0]) = (hsize_t(rows.lowerBound), hsize_t(rows.count))
    let fileSpace = HDF5Handle(try check(H5Dget_space(id), "reading"))
    let memorySpace = HDF5Handle(
      try check(H5Screate_simple(Int32(count.count), count, nil), "reading"))
    try check(
      H5Sselect_hyperslab(fileSpace.id, H5S_SELECT_SET, start, nil, count, nil), "reading")
    try check(H5Dread(id, type, memorySpace.id, fileSpace.id, 0, memory), "reading")
  }

  @discardableResult
  func check<Answer: SignedInteger>(
    _ answer: Answer, _ action: String
  ) throws(HDF5Error) -> Answer {
    try file.check(answer, action, path)
  }

  func error(_ reason: HDF5Error.Reason, _ detail: String) -> HDF5Error {
    HDF5Error(reason, file.path, path, detail)
  }
}

extension Dataset {
  /// The library reads zeros from beyond the end of a file and for chunks that were never written;
  /// this makes both an error.
  private func requireStored(_ rows: Range<Int>) throws(HDF5Error) {
    let size = try FileSystem.size(ofDescriptor: chdf5_descriptor(file.id), file.path)
    guard let chunk = description.chunk, let chunkRows = chunk.first else {
      if let address = description.address,
        address &+ UInt64(description.byteCount) > size || address > size
      {
        throw error(.damaged, "its numbers lie beyond the end of the file, which is truncated")
      }
      return
    }
    let bytes = chunk.reduce(description.element.byteCount, *)
    var corner = chunk.map { _ in hsize_t(0) }
    for first in stride(
      from: rows.lowerBound / chunkRows * chunkRows, to: rows.upperBound, by: chunkRows)
    {
      corner[0] = hsize_t(first)
      try requireStoredChunks(at: &corner, axis: 1, bytes: bytes, fileSize: size)
    }
  }

  private func requireStoredChunks(
    at corner: inout [hsize_t], axis: Int, bytes: Int, fileSize: UInt64
  ) throws(HDF5Error) {
    guard axis < corner.count, let chunk = description.chunk else {
      var (mask, address, stored) = (UInt32(0), haddr_t(0), hsize_t(0))
      try check(H5Dget_chunk_info_by_coord(id, corner, &mask, &address, &stored), "reading")
      guard UInt64(address) != chdf5_no_address() else {
        throw error(.damaged, "row \(corner[0]) and those after it were never written")
      }
      guard UInt64(address) <= fileSize, stored <= fileSize - UInt64(address),
        description.isFiltered || stored == UInt64(bytes)
      else {
        throw error(.damaged, "row \(corner[0]) lies beyond the end of the file")
      }
      return
    }
    for start in stride(from: 0, to: description.shape[axis], by: chunk[axis]) {
      corner[axis] = hsize_t(start)
      try requireStoredChunks(at: &corner, axis: axis + 1, bytes: bytes, fileSize: fileSize)
    }
  }
}

extension DatasetDescription.Element {
  var name: String {
    switch self {
    case .number(let kind): kind.rawValue
    case .text: "text"
    }
  }
}
