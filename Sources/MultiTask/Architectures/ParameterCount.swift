/// A number of parameters, which stays at the largest `Int` where it would grow beyond.
struct ParameterCount: Comparable, ExpressibleByIntegerLiteral {
  let value: Int

  init(_ value: Int) { self.value = value }
  init(integerLiteral value: Int) { self.value = value }

  /// Those of a layer with a bias.
  static func dense(_ inputs: Int, _ outputs: Int) -> ParameterCount {
    (ParameterCount(inputs) + 1) * ParameterCount(outputs)
  }

  /// Those of layers with biases, from the inputs to the outputs.
  static func layers(_ sizes: [Int]) -> ParameterCount {
    zip(sizes, sizes.dropFirst()).reduce(0) { $0 + dense($1.0, $1.1) }
  }

  /// The sum over tasks.
  static func sum(_ outputs: [Int], _ count: (Int) -> ParameterCount) -> ParameterCount {
    outputs.reduce(0) { $0 + count($1) }
  }

  static func + (a: ParameterCount, b: ParameterCount) -> ParameterCount {
    let (sum, overflow) = a.value.addingReportingOverflow(b.value)
    return ParameterCount(overflow ? .max : sum)
  }

  static func * (a: ParameterCount, b: ParameterCount) -> ParameterCount {
    let (product, overflow) = a.value.multipliedReportingOverflow(by: b.value)
    return ParameterCount(overflow ? .max : product)
  }

  static func < (a: ParameterCount, b: ParameterCount) -> Bool { a.value < b.value }
}
