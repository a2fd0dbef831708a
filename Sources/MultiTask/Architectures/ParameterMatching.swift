public import NeuralNetworks

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
  ///   - trunk: Gives the number of layers, the proportions of their widths, and all else.
  ///   - head: The heads, which are not scaled.
  /// - Throws: `ArchitectureError` where settings or shapes are refused.
  public static func hardSharing(
    matching count: Int, inputShape: [Int], outputs: [Int],
    trunk: TrunkSettings.MLPTrunk = TrunkSettings.MLPTrunk(), head: HeadSettings = HeadSettings()
  ) throws(ArchitectureError) -> ArchitectureSettings {
    func settings(_ hidden: [Int]) -> ArchitectureSettings {
      var (trunk, settings) = (trunk, HardSharing.Settings())
      trunk.hidden = hidden
      (settings.trunk, settings.head) = (.mlp(trunk), head)
      return .hardSharing(settings)
    }
    /// How many parameters too many; of numbers of 0 or more, so that nothing overflows.
    func excess(_ hidden: [Int]) throws(ArchitectureError) -> Int {
      try settings(hidden).parameterCount(inputShape: inputShape, outputs: outputs) - max(count, 0)
    }
    try settings(trunk.hidden).validate(inputShape, outputs)
    let widest = trunk.hidden.max() ?? 1
    func scaled(_ units: Int) -> [Int] {
      trunk.hidden.map { max(1, ($0 * units + widest / 2) / widest) }
    }
    let hidden = scaled(
      try largest { units throws(ArchitectureError) in try excess(scaled(units)) <= 0 })
    func ending(in units: Int) -> [Int] { hidden.dropLast() + [units] }
    let last = try largest { units throws(ArchitectureError) in
      try excess(ending(in: units)) <= 0
    }
    let more = min(last + 1, widestLayer)
    let isNearer = try abs(excess(ending(in: more))) < abs(excess(ending(in: last)))
    return settings(ending(in: isNearer ? more : last))
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
