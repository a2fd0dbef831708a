import CHDF5

/// The HDF5 library in use.
public enum HDF5Version {
  /// Its version, such as `1.10.8`; empty if it does not say.
  public static var current: String {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
    guard H5get_libversion(&major, &minor, &release) >= 0 else { return "" }
    return "\(major).\(minor).\(release)"
  }
}
