extension ParameterValue {
  /// The value as YAML in one line, as `--set path=…` takes it.
  ///
  /// Numbers are written with the fewest digits that read back as the same number. Text stands as
  /// it is, because it may be any YAML; empty text is written as `''`.
  public var yaml: String {
    switch self {
    case .integer(let value): String(value)
    case .number(let value):
      value.isNaN ? ".nan" : value.isInfinite ? (value < 0 ? "-.inf" : ".inf") : "\(value)"
    case .boolean(let value): value ? "true" : "false"
    case .text(let value): value.isEmpty ? "''" : value
    }
  }

  /// The value as a number, if it is one.
  public var numeric: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .boolean, .text: nil
    }
  }

  /// False for a number that is infinite or not a number.
  var isFinite: Bool { numeric?.isFinite ?? true }
}
