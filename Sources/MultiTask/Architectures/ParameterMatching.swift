import NeuralNetworks

extension ArchitectureSettings {
  /// Hard sharing with as many parameters as another network, as nearly as whole layers allow: the
  /// control for what an architecture owes to its size alone.
  ///
  /// All widths of the trunk are scaled together first, by the largest factor that does not exceed
  /// the count; then the last layer alone is widened until one unit more would be farther off. So
  /// the count is met to within half of what one unit of the last layer costs (its weights, its
  /// bias, and a weight in the first layer of every head), unless the smallest trunk, of one unit a
  /// layer, is too large already, or the widest, of 65536, too small.
  ///
  /// - Parameters:
  ///   - count: The number of parameters to come near to.
  ///   - inputShape: Extents of an example.
  ///   - outputs: The numbers of each task's answer.
  ///   - settings: Gives the kind of trunk, the proportions of its widths, and all else.
  /// - Throws: `ArchitectureError` where settings or shapes are refused.
  public static func hardSharing(
    matching count: Int, inputShape: [Int], outputs: [Int],
    like settings: HardSharing.Settings = HardSharing.Settings()
  ) throws(ArchitectureError) -> ArchitectureSettings {
    func changed(_ widths: [Int]) -> ArchitectureSettings {
      var settings = settings
      settings.trunk.widths = widths
      return .hardSharing(settings)
    }
    /// How many parameters too many; of numbers of 0 or more, so that nothing overflows.
    func excess(_ widths: [Int]) throws(ArchitectureError) -> Int {
      try changed(widths).parameterCount(inputShape: inputShape, outputs: outputs) - max(count, 0)
    }
    try ArchitectureSettings.hardSharing(settings).validate(inputShape, outputs)
    let standard = settings.trunk.widths
    let widest = standard.max() ?? 1
    func scaled(_ units: Int) -> [Int] {
      standard.map { max(1, ($0 * units + widest / 2) / widest) }
    }
    let widths = scaled(
      try largest { units throws(ArchitectureError) in try excess(scaled(units)) <= 0 })
    func ending(in units: Int) -> [Int] { widths.dropLast() + [units] }
    let last = try largest { units throws(ArchitectureError) in
      try excess(ending(in: units)) <= 0
    }
    let more = min(last + 1, widestLayer)
    let isNearer = try abs(excess(ending(in: more))) < abs(excess(ending(in: last)))
    return changed(ending(in: isNearer ? more : last))
  }
}

private let widestLayer = 65_536

/// The largest number of units that fulfils a condition which holds up to some number; 1 where none
/// does.
private func largest(
  where holds: (Int) throws(ArchitectureError) -> Bool
) throws(ArchitectureError) -> Int {
  var (low, high) = (1, widestLayer + 1)
  while high - low > 1 {
    let middle = (low + high) / 2
    if try holds(middle) { low = middle } else { high = middle }
  }
  return low
}
