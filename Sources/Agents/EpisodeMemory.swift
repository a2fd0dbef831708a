import Autodiff

/// What a network remembers of each environment's episode: a state that goes into every step of the
/// network and comes out of it.
///
/// Shapes: `N` environments, `S` numbers of state.
final class EpisodeMemory {
  private let plan: Plan
  /// What the plan was asked with last, `[N, S]`.
  let before: UnsafeMutableBufferPointer<Float>
  /// What it answered, `[N, S]`.
  private let after: UnsafeBufferPointer<Float>
  /// What is remembered now, `[N, S]`.
  private let state: UnsafeMutableBufferPointer<Float>
  private let ownsState: Bool
  private let environments: Int

  /// A memory that holds nothing yet.
  ///
  /// - Parameters:
  ///   - plan: One step of the network.
  ///   - input, output: Where the plan takes the state and where it gives the next one.
  ///   - environments: `N`.
  ///   - state: Where the state is kept, `[N, S]`; a place of its own if `nil`.
  init(
    of plan: Plan, input: Int, output: Int, environments: Int,
    state: UnsafeMutablePointer<Float>?
  ) {
    self.plan = plan
    before = plan.input(input)
    after = plan.output(output)
    self.environments = environments
    ownsState = state == nil
    self.state = UnsafeMutableBufferPointer(
      start: state ?? .allocate(capacity: before.count), count: before.count)
    if ownsState { self.state.initialize(repeating: 0) }
  }

  deinit { if ownsState { state.deallocate() } }

  /// Forgets the episode before the one that begins.
  func beginEpisode(in environment: Int) {
    let size = state.count / environments
    for place in environment * size..<(environment + 1) * size { state[place] = 0 }
  }

  /// Takes one step of the network.
  func run() {
    for place in before.indices { before[place] = state[place] }
    plan.run()
    for place in after.indices { state[place] = after[place] }
  }
}
