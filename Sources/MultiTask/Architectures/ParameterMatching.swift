import NeuralNetworks

extension ArchitectureSettings {
  /// Hard sharing with as many parameters as another network, as nearly as whole layers allow: the
  /// control for what an architecture owes to its size alone.
  ///
  /// All widths of the trunk are scaled together first, by the largest factor that does not exceed
  /// the count; then the last layer alone is widened until one unit more would be farther off. So
  /// the count is met to within half of what a unit of the last layer adds, which is `units before
  /// it + 1 + numbers that heads read each unit with`, unless the smallest trunk, of one unit a
  /// layer, is too large already or the widest, of 65536, too small.
  ///
  /// - Parameters:
  ///   - count: The number of parameters to come near to.
  ///   - inputShape: The numbers of an example.
  ///   - outputs: The numbers of each task's answer.
  ///   - settings: Gives the number of layers, the proportions of their widths, and all else.
  /// - Throws: `ArchitectureError` where settings or shapes are refused.
  public static func hardSharing(
    matching count: Int, inputShape: [Int], outputs: [Int],
    like settings: HardSharing.Settings = HardSharing.Settings()
  ) throws(ArchitectureError) -> ArchitectureSettings {
    let inputs = try ArchitectureSettings.hardSharing(settings).validated(inputShape, outputs)
    func error(_ hidden: [Int]) -> Int {
      var settings = settings
      settings.hidden = hidden
      // Counts of 0 or more: the difference does not overflow.
      return settings.parameterCount(inputs: inputs, outputs: outputs) - max(count, 0)
    }
    let widest = settings.hidden.max() ?? 1
    func scaled(_ units: Int) -> [Int] {
      settings.hidden.map { max(1, ($0 * units + widest / 2) / widest) }
    }
    var hidden = scaled(largest { error(scaled($0)) <= 0 })
    func ending(in units: Int) -> [Int] { hidden.dropLast() + [units] }
    let last = largest { error(ending(in: $0)) <= 0 }
    let more = min(last + 1, widestLayer)
    let isNearer = abs(error(ending(in: more))) < abs(error(ending(in: last)))
    hidden = ending(in: isNearer ? more : last)
    var matched = settings
    matched.hidden = hidden
    return .hardSharing(matched)
  }
}

private let widestLayer = 65_536

/// The largest number of units that fulfils a condition which holds up to some number; 1 where none
/// does.
private func largest(where holds: (Int) -> Bool) -> Int {
  var (low, high) = (1, widestLayer + 1)
  while high - low > 1 {
    let middle = (low + high) / 2
    if holds(middle) { low = middle } else { high = middle }
  }
  return low
}
