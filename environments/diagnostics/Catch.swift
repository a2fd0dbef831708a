public import Environments
public import Randomness

/// A ball falls down a board; a paddle at the bottom is to be under it.
///
/// bsuite's `catch` (Osband et al. 2020): the ball starts in a random column of the first row and
/// falls a row a step, the paddle starts in the middle of the last row. Action 0 moves it left, 1
/// leaves it, 2 moves it right. Reward 1 for a catch and -1 for a miss, both at the end. The
/// observation is the board, row after row, with a 1 for the ball and one for the paddle.
/// Asks: is a reward assigned to actions some steps before it?
public struct Catch: DiagnosticWorld, TabularEnvironment {
  /// Rows of the board; an episode is one step shorter.
  public var rows = 10
  /// Columns of the board.
  public var columns = 5
  public var signal = RewardSignal()

  /// Makes bsuite's board; its properties may then be changed.
  public init() {}

  /// Where ball and paddle are.
  public struct State: Codable, Hashable, Sendable {
    /// Row of the ball, from 0 at the top.
    public var ballRow = 0
    /// Column of the ball, from 0 at the left.
    public var ballColumn: Int
    /// Column of the paddle, from 0 at the left.
    public var paddle: Int
  }

  public var actions: Discrete { Discrete(3) }
  public var actionNames: [String] { ["left", "stay", "right"] }

  public var observations: Box {
    Box(
      low: Array(repeating: 0, count: rows * columns),
      high: Array(repeating: 1, count: rows * columns))
  }

  public func initialState(using random: inout PCG64) -> State {
    State(ballColumn: random.integer(below: columns), paddle: columns / 2)
  }

  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    guard state.ballRow < rows - 1 else { return .termination(at: state, reward: 0) }
    let next = State(
      ballRow: state.ballRow + 1, ballColumn: state.ballColumn,
      paddle: min(max(state.paddle + action - 1, 0), columns - 1))
    guard next.ballRow == rows - 1 else {
      return .transition(to: next, reward: signal(0, using: &random))
    }
    let reward = next.paddle == next.ballColumn ? 1.0 : -1
    return .termination(at: next, reward: signal(reward, using: &random))
  }

  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    // The ball is never behind the paddle in the order of the board's places.
    let ball = state.ballRow * columns + state.ballColumn
    let paddle = (rows - 1) * columns + state.paddle
    let (first, second) = (min(ball, paddle), max(ball, paddle))
    features.append(repeating: 0, count: first)
    features.append(1)
    if second > first {
      features.append(repeating: 0, count: second - first - 1)
      features.append(1)
    }
    features.append(repeating: 0, count: rows * columns - second - 1)
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("rows", \.rows, 2...100), Setting("columns", \.columns, 1...100),
    ] + signalSettings
  }

  public func drawLuck(using random: inout PCG64) -> Luck? {
    _ = initialState(using: &random)
    return drawNoise(ofSteps: rows - 1, using: &random)
  }

  /// The ball's row and column and the paddle's column.
  public func numbers(of state: State) -> [Double] {
    [Double(state.ballRow), Double(state.ballColumn), Double(state.paddle)]
  }

  public func state(from numbers: [Double]) throws -> State {
    State(
      ballRow: try wholeNumber(numbers[0], "ball's row", in: 0...(rows - 1), of: "Catch"),
      ballColumn: try wholeNumber(numbers[1], "ball's column", in: 0...(columns - 1), of: "Catch"),
      paddle: try wholeNumber(numbers[2], "paddle's column", in: 0...(columns - 1), of: "Catch"))
  }

  // Tables: the ball's row, then its column, then the paddle's.
  public var stateCount: Int { rows * columns * columns }

  public func index(of state: State) -> Int {
    (state.ballRow * columns + state.ballColumn) * columns + state.paddle
  }

  public var initialDistribution: [Double] {
    var chances = Array(repeating: 0.0, count: stateCount)
    for column in 0..<columns {
      chances[index(of: State(ballColumn: column, paddle: columns / 2))] = 1 / Double(columns)
    }
    return chances
  }

  public func transitions(from index: Int, taking action: Int) -> [Transition] {
    let place = index / columns
    let state = State(
      ballRow: place / columns, ballColumn: place % columns, paddle: index % columns)
    guard state.ballRow < rows - 1 else {
      return [Transition(probability: 1, nextState: index, reward: 0, terminated: true)]
    }
    var silent = self
    silent.signal.noise = 0
    var random = PCG64(seed: 0)
    let step = silent.step(from: state, taking: action, using: &random)
    return [
      Transition(
        probability: 1, nextState: self.index(of: step.state), reward: step.reward,
        terminated: step.ending != nil)
    ]
  }

  public func picture(of state: State) -> Picture? {
    var picture = Picture(width: Double(columns), height: Double(rows))
    picture.rectangle(
      x: Double(state.paddle), y: Double(rows) - 0.4, width: 1, height: 0.4,
      DiagnosticColors.agent)
    picture.disc(
      center: .init(Double(state.ballColumn) + 0.5, Double(state.ballRow) + 0.5), radius: 0.3,
      DiagnosticColors.other)
    return picture
  }
}
