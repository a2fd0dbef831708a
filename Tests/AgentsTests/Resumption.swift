import Agents
import Autodiff
import Environments
import Testing

/// Compares a run of so many steps with runs that are interrupted at some of them and go on, each
/// with an agent of another seed, so that nothing can be right by being made the same way again.
///
/// - Parameters:
///   - instants: Steps after which a run is interrupted.
///   - steps: Steps of a whole run.
///   - world: Makes the environments.
///   - learner: Where an agent's numbers are.
///   - make: Makes an agent for environments, of a seed.
///   - compare: Looks at what else is to be the same of the resumed and the whole run's agent.
/// - Returns: The run never interrupted.
@discardableResult
func expectExactResumption<A: Agent, Learner: Traceable>(
  at instants: [Int], of steps: Int, in world: () throws -> any BatchedEnvironment,
  learner: (A) -> Variables<Learner>,
  make: (_ world: any BatchedEnvironment, _ seed: UInt64) throws -> A,
  compare: (_ resumed: A, _ whole: A) -> Void = { _, _ in },
  at place: SourceLocation = #_sourceLocation
) throws -> Training<A> {
  func begin() throws -> Training<A> {
    let world = try world()
    return Training(try make(world, 1), in: world)
  }
  let whole = try begin()
  try whole.run(steps: steps)
  let expected = bits(of: learner(whole.agent))
  for instant in instants {
    let first = try begin()
    try first.run(steps: instant)
    let checkpoint = try Checkpoint(of: &first.agent)
    let environment = try world()
    try environment.restoreState(try first.environment.encodedState())
    var other = try make(environment, 77)
    try checkpoint.restore(&other)
    let second = Training(resuming: other, in: environment)
    try second.run(steps: steps - instant)

    let resumed = bits(of: learner(second.agent))
    let changed = expected.filter { resumed[$0.key] != $0.value }.keys.sorted()
    #expect(changed == [], "interrupted after \(instant) steps", sourceLocation: place)
    #expect(first.actions + second.actions == whole.actions, sourceLocation: place)
    #expect(first.records + second.records == whole.records, sourceLocation: place)
    compare(second.agent, whole.agent)
  }
  return whole
}

/// The numbers of every tensor; what lies between them has no meaning.
func bits(of variables: Variables<some Traceable>) -> [String: [UInt32]] {
  Dictionary(
    uniqueKeysWithValues: variables.value.namedTensors.map {
      ($0.name, $0.tensor.scalars.map(\.bitPattern))
    })
}
