import Autodiff
import Environments

/// Chooses the allowed action with the largest sum of values over the tables; the first of equals.
final class TablePolicy: Policy {
  private let surroundings: Surroundings
  private let numbering: StateNumbering
  /// Keeps the table's memory.
  private let variables: Variables<ActionValues.Tables>
  private let table: ActionValues
  private let tables: Int
  private let chosen: UnsafeMutablePointer<Int32>

  /// A policy that follows the tables in `variables` as they change.
  init(
    _ surroundings: Surroundings, _ numbering: StateNumbering, _ table: ActionValues, tables: Int,
    in variables: Variables<ActionValues.Tables>
  ) {
    self.surroundings = surroundings
    self.numbering = numbering
    self.variables = variables
    self.table = table
    self.tables = tables
    chosen = .allocate(capacity: surroundings.environments)
    chosen.initialize(repeating: 0, count: surroundings.environments)
  }

  deinit { chosen.deallocate() }

  func best(in state: Int, allowed: UnsafePointer<UInt8>?) -> Int {
    table.best(in: state, allowed: allowed) { action in
      var sum: Float = 0
      for index in 0..<tables { sum += table[state, action, table: index] }
      return sum
    }
  }

  func actions(
    for observations: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> ActionRows {
    for copy in 0..<surroundings.environments {
      let state = numbering.number(of: observations + copy * surroundings.observationSize)
      chosen[copy] = Int32(best(in: state, allowed: masks.map { $0 + copy * table.actions }))
    }
    return .discrete(chosen)
  }
}
