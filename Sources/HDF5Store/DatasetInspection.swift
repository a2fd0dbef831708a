import CHDF5
import Glibc

/// What a dataset is, after everything about it was found harmless.
struct DatasetDescription {
  enum Element: Equatable {
    case number(HDF5Kind)
    /// Fixed-length text of so many bytes.
    case text(bytes: Int)

    var byteCount: Int {
      switch self {
      case .number(let kind): kind.byteCount
      case .text(let bytes): bytes
      }
    }
  }

  var element: Element
  /// Empty for a single value.
  var shape: [Int]
  /// Rows and so on of a chunk; `nil` where the dataset lies in one piece.
  var chunk: [Int]?
  /// Address of a dataset that lies in one piece, `nil` when never written.
  var address: UInt64?
  var isFiltered: Bool

  /// Bytes of the whole, in memory.
  var byteCount: Int { shape.reduce(element.byteCount, *) }
}

extension DatasetDescription {
  /// More than this is never allocated for one object: the memory of this machine.
  static let maximumByteCount = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
  /// Below this, a size is believed without comparing it to what is stored.
  private static let harmlessByteCount = 1 << 20
  /// Deflate expands by no more than 1032.
  private static let largestExpansion: UInt64 = 1100

  /// Looks at an open dataset, with the library's lock held.
  ///
  /// - Throws: `HDF5Error` for external storage, virtual datasets, unknown filters, types that are
  ///   not plain numbers or fixed-length text, and sizes beyond what is stored.
  init(of id: hid_t, in path: String, object: String) throws(HDF5Error) {
    element = try Self.element(of: id, path, object)
    shape = try Self.shape(of: id, path, object)
    (chunk, address, isFiltered) = (nil, nil, false)

    let creation = HDF5Handle(
      try HDF5Library.check(H5Dget_create_plist(id), "inspecting", path, object))
    isFiltered = try Self.hasFilters(creation.id, path, object)
    switch H5Pget_layout(creation.id) {
    case H5D_COMPACT: break
    case H5D_CONTIGUOUS:
      guard H5Pget_external_count(creation.id) == 0 else {
        throw HDF5Error(.forbidden, path, object, "its numbers lie in another file")
      }
      let offset = H5Dget_offset(id)
      address = UInt64(offset) == chdf5_no_address() ? nil : UInt64(offset)
    case H5D_CHUNKED:
      chunk = try Self.chunk(of: creation.id, rank: shape.count, path, object)
    case H5D_VIRTUAL:
      throw HDF5Error(.forbidden, path, object, "it is virtual: its numbers lie in other files")
    default:
      throw HDF5Error(.damaged, path, object, "its layout is unknown")
    }
    try checkSize(stored: UInt64(H5Dget_storage_size(id)), path, object)
  }

  private static func element(
    of id: hid_t, _ path: String, _ object: String
  ) throws(HDF5Error) -> Element {
    let type = HDF5Handle(try HDF5Library.check(H5Dget_type(id), "inspecting", path, object))
    if let kind = HDF5Kind(of: type.id) { return .number(kind) }
    let size = H5Tget_size(type.id)
    guard H5Tget_class(type.id) == H5T_STRING, H5Tis_variable_str(type.id) == 0, size > 0,
      size <= maximumByteCount
    else {
      throw HDF5Error(
        .wrongType, path, object,
        "its type is none of float32, float64, int32, int64, uint8, uint64, boolean, fixed-length "
          + "text")
    }
    return .text(bytes: size)
  }

  private static func shape(
    of id: hid_t, _ path: String, _ object: String
  ) throws(HDF5Error) -> [Int] {
    let space = HDF5Handle(try HDF5Library.check(H5Dget_space(id), "inspecting", path, object))
    let rank = try HDF5Library.check(
      H5Sget_simple_extent_ndims(space.id), "inspecting", path, object)
    var sizes = [hsize_t](repeating: 0, count: 32)
    guard rank <= 8, H5Sget_simple_extent_dims(space.id, &sizes, nil) == rank,
      H5Sget_simple_extent_type(space.id) != H5S_NULL
    else {
      throw HDF5Error(.wrongType, path, object, "it has \(rank) axes or no extent at all")
    }
    return sizes.prefix(Int(rank)).map { Int(clamping: $0) }
  }

  private static func chunk(
    of creation: hid_t, rank: Int, _ path: String, _ object: String
  ) throws(HDF5Error) -> [Int] {
    var sizes = [hsize_t](repeating: 0, count: 32)
    let found = H5Pget_chunk(creation, 32, &sizes)
    guard found == rank, sizes.prefix(rank).allSatisfy({ $0 > 0 }) else {
      throw HDF5Error(.damaged, path, object, "its chunks have an impossible shape")
    }
    return sizes.prefix(rank).map { Int(clamping: $0) }
  }

  private static func hasFilters(
    _ creation: hid_t, _ path: String, _ object: String
  ) throws(HDF5Error) -> Bool {
    let count = try HDF5Library.check(H5Pget_nfilters(creation), "inspecting", path, object)
    for index in 0..<UInt32(count) {
      var (flags, values, configuration) = (UInt32(0), 0, UInt32(0))
      let filter = H5Pget_filter2(
        creation, index, &flags, &values, nil, 0, nil, &configuration)
      guard [H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32].contains(filter) else {
        throw HDF5Error(
          .forbidden, path, object,
          "it is packed by filter \(filter), known are deflate, shuffle and fletcher32")
      }
    }
    return count > 0
  }

  private func checkSize(stored: UInt64, _ path: String, _ object: String) throws(HDF5Error) {
    let limit = Self.maximumByteCount
    guard let declared = Self.product(shape, element.byteCount), declared <= limit else {
      throw HDF5Error(
        .tooLarge, path, object,
        "its shape \(shape) needs more than this machine's \(limit >> 20) MiB of memory")
    }
    guard declared > 0 else { return }
    // A chunk is unpacked as a whole, so that it counts as a whole.
    guard let inChunk = chunk.map({ Self.product($0, element.byteCount) }) ?? declared else {
      throw HDF5Error(.tooLarge, path, object, "its chunks are absurdly large")
    }
    let (packed, overflow) = stored.multipliedReportingOverflow(by: Self.largestExpansion)
    let believable = isFiltered ? (overflow ? .max : packed) : stored
    let needed = max(declared, inChunk)
    guard needed <= Self.harmlessByteCount || needed <= believable else {
      throw HDF5Error(
        .tooLarge, path, object, "it says that it holds \(needed) bytes, stored are \(stored)")
    }
  }

  /// The product, or `nil` where it is negative or does not fit.
  static func product(_ sizes: [Int], _ first: Int) -> Int? {
    var result = first
    for size in sizes {
      let (product, overflow) = result.multipliedReportingOverflow(by: size)
      guard !overflow, product >= 0 else { return nil }
      result = product
    }
    return result
  }
}
