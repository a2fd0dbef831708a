public import Environments

extension GridWorld {
  /// The grid, the agent and the mission, as MiniGrid calls them.
  ///
  /// - `grid`: `grid[x][y]` is `[object, color, state]`, without the agent.
  /// - `agent_position`: `[x, y]`; `agent_direction`: 0 right, 1 down, 2 left, 3 up.
  /// - `max_steps`: the limit that the reward depends on; `step_count`: the steps so far.
  /// - `carrying`: `[object, color, state]` or `null`.
  /// - `mission`: what to do, in words.
  public func describe(_ state: State) -> StateValue {
    let columns = (0..<state.width).map { x in
      StateValue.list((0..<state.height).map { y in state[x, y].described })
    }
    return [
      "grid": .list(columns),
      "agent_position": StateValue([Double(state.agent.x), Double(state.agent.y)]),
      "agent_direction": .number(Double(state.heading.rawValue)),
      "max_steps": .number(Double(ownTimeLimit ?? standardLimit)),
      "step_count": .number(Double(state.stepCount)),
      "carrying": state.carrying == .empty ? .nothing : state.carrying.described,
      "mission": .text(mission(of: state)),
    ]
  }

  /// The state with a grid of any size that fits; `carrying`, `step_count` and `mission` may lack.
  ///
  /// - Throws: `EnvironmentError.invalidState` if a field is missing or makes no sense, if
  ///   `max_steps` is not this world's limit, or if the grid lacks what the mission needs.
  public func state(describedBy description: StateValue) throws -> State {
    do {
      return try read(description)
    } catch let problem as GridProblem {
      throw EnvironmentError.invalidState(
        environment: "\(Self.self)", reason: problem.description)
    }
  }

  private func read(_ description: StateValue) throws -> State {
    guard case .record(let fields) = description else {
      throw GridProblem(
        "give an object with grid, agent_position, agent_direction and max_steps")
    }
    for name in ["grid", "agent_position", "agent_direction", "max_steps"]
    where fields[name] == nil {
      throw GridProblem("it has no \(name)")
    }
    var state = try grid(fields["grid"])
    try readAgent(fields, into: &state)
    let limit = ownTimeLimit ?? standardLimit
    let given = fields["max_steps"]?.integer ?? 0
    guard given > 0 else { throw GridProblem("its max_steps is no whole number above 0") }
    guard given == limit else {
      throw GridProblem(
        "its max_steps is \(given), and this world's limit is \(limit): add --set maximumSteps=\(given)"
      )
    }
    let mission = fields["mission"].flatMap { $0 == .nothing ? nil : $0 }
    if let mission, mission.text == nil { throw GridProblem("its mission is no text") }
    try findTargets(in: &state, mission: mission?.text)
    if let text = mission?.text, text != self.mission(of: state) {
      throw GridProblem(
        "its mission is \"\(text)\", and this world's is \"\(self.mission(of: state))\"")
    }
    return state
  }

  private func grid(_ value: StateValue?) throws -> State {
    guard let columns = value?.list, let first = columns.first?.list, !first.isEmpty else {
      throw GridProblem("its grid is no list of columns of [object, color, state]")
    }
    let (width, height) = (columns.count, first.count)
    if options.fullyObservable && (width != self.width || height != self.height) {
      throw GridProblem(
        "its grid is \(width)x\(height), and what is fully observed is "
          + "\(self.width)x\(self.height)")
    }
    guard width <= Cells.capacity, height <= Cells.capacity, width * height <= Cells.capacity
    else {
      throw GridProblem(
        "its grid is \(width)x\(height), and this world has room for \(Cells.capacity) cells")
    }
    var state = State(width: width, height: height)
    for (x, column) in columns.enumerated() {
      guard let cells = column.list, cells.count == height else {
        throw GridProblem(
          "column \(x) of its grid has not \(height) cells, as the first column has")
      }
      for (y, cell) in cells.enumerated() {
        state[x, y] = try GridTile(cell, "cell [\(x), \(y)] of its grid")
      }
    }
    return state
  }

  private func readAgent(
    _ fields: [String: StateValue], into state: inout State
  ) throws {
    guard let numbers = fields["agent_position"]?.list?.compactMap(\.integer), numbers.count == 2
    else {
      throw GridProblem("its agent_position is not [x, y] in whole numbers")
    }
    state.agent = GridPoint(numbers[0], numbers[1])
    guard state.contains(state.agent) else {
      throw GridProblem(
        "its agent_position \(numbers) is outside of the grid of \(state.width)x\(state.height)")
    }
    guard state[state.agent].canBeEntered else {
      throw GridProblem("its agent_position \(numbers) is in a \(state[state.agent])")
    }
    let direction = fields["agent_direction"]?.integer.flatMap(UInt8.init(exactly:))
    guard let heading = direction.flatMap(GridHeading.init(rawValue:)) else {
      throw GridProblem("its agent_direction is not 0 (right), 1 (down), 2 (left) or 3 (up)")
    }
    state.heading = heading
    if let carrying = fields["carrying"], carrying != .nothing {
      state.carrying = try GridTile(carrying, "its carrying")
      guard state.carrying.canBeCarried else {
        throw GridProblem("its carrying is a \(state.carrying): only key, ball and box can be")
      }
    }
    guard let count = fields["step_count", default: 0].integer, count >= 0 else {
      throw GridProblem("its step_count is no whole number, at least 0")
    }
    guard count <= ownTimeLimit ?? standardLimit else {
      throw GridProblem("its step_count, \(count), lies beyond its max_steps")
    }
    state.stepCount = count
  }
}

extension GridTile {
  fileprivate var described: StateValue {
    let numbers = numbers
    return StateValue([Double(numbers[0]), Double(numbers[1]), Double(numbers[2])])
  }

  fileprivate init(_ value: StateValue, _ place: String) throws {
    guard let numbers = value.list?.compactMap(\.integer), numbers.count == 3 else {
      throw GridProblem("\(place) is not [object, color, state] in whole numbers")
    }
    guard let tile = GridTile(object: numbers[0], color: numbers[1], state: numbers[2]) else {
      throw GridProblem(
        "\(place) is \(numbers): objects are 1 to 9, colors 0 to 5, doors' states 0 to 2, and "
          + "what is empty is [1, 0, 0]")
    }
    self = tile
  }
}
