extension PlanGraph {
  /// Whether each value is computed before a plan's pause: what the outputs that do not depend on
  /// late inputs need, and nothing else.
  ///
  /// - Parameters:
  ///   - outputs: Values that lie in the plan's own memory.
  ///   - lateInputs: The numbers of the inputs that are given in the pause.
  func early(of outputs: [Int], lateInputs: Range<Int>) -> [Bool] {
    var isLate = [Bool](repeating: false, count: values.count)
    for id in values.indices {
      if case .primitive(.input(let index)) = self[id].op {
        isLate[id] = lateInputs.contains(index)
      } else {
        isLate[id] = self[id].inputs.contains { isLate[$0] }
      }
    }
    var isEarly = [Bool](repeating: false, count: values.count)
    for id in live(outputs.filter { !isLate[$0] }) { isEarly[id] = true }
    return isEarly
  }
}
