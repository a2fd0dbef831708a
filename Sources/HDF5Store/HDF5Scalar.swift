import CHDF5

/// A number that columns and arrays are made of.
public protocol HDF5Scalar: BitwiseCopyable, Sendable {
  /// How it lies in a file.
  static var kind: HDF5Kind { get }
}

/// The types of numbers that are written and read, all of them little-endian.
public enum HDF5Kind: String, CaseIterable, Sendable {
  case float32, float64, int32, int64, uint8, uint64, boolean

  /// Bytes of one number.
  package var byteCount: Int {
    switch self {
    case .uint8, .boolean: 1
    case .float32, .int32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// The library's name for it; belongs to the library and is never closed.
  var type: hid_t {
    switch self {
    case .float32: chdf5_float32()
    case .float64: chdf5_float64()
    case .int32: chdf5_int32()
    case .int64: chdf5_int64()
    case .uint8: chdf5_uint8()
    case .uint64: chdf5_uint64()
    case .boolean: chdf5_boolean()
    }
  }

  /// The kind of a type found in a file, or `nil` when it is none of these.
  init?(of type: hid_t) {
    guard let kind = Self.allCases.first(where: { H5Tequal($0.type, type) > 0 }) else {
      return nil
    }
    self = kind
  }
}

extension Float: HDF5Scalar { public static var kind: HDF5Kind { .float32 } }
extension Double: HDF5Scalar { public static var kind: HDF5Kind { .float64 } }
extension Int32: HDF5Scalar { public static var kind: HDF5Kind { .int32 } }
extension Int64: HDF5Scalar { public static var kind: HDF5Kind { .int64 } }
extension UInt8: HDF5Scalar { public static var kind: HDF5Kind { .uint8 } }
extension UInt64: HDF5Scalar { public static var kind: HDF5Kind { .uint64 } }

/// Yes or no as h5py writes it: an enumeration of FALSE and TRUE over one byte.
public struct HDF5Boolean: HDF5Scalar, Hashable {
  public static var kind: HDF5Kind { .boolean }
  private let byte: Int8

  public init(_ truth: Bool) { byte = truth ? 1 : 0 }

  /// Whatever is not 0 is true.
  public var isTrue: Bool { byte != 0 }
}
