/// The version of this program, as in its change log.
public enum FledgeVersion {
  /// The version of this program.
  public static let current = "0.1.0"
}
