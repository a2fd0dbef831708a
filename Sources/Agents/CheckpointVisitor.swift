public import Autodiff
public import Replay

/// Something that writes down, or reads back, each changing part of an agent.
///
/// An agent names its parts once, in `visitCheckpoint`, and the same lines serve saving and
/// restoring; so a part cannot be saved and then forgotten. A visitor that restores throws where a
/// part is missing.
public protocol CheckpointVisitor {
  /// Comes to weights and what belongs to them: moments, target networks.
  mutating func visit<Value: Traceable>(_ name: String, _ variables: Variables<Value>) throws
  /// Comes to counters, random streams, or another small value.
  mutating func visit<Value: Codable>(_ name: String, _ value: inout Value) throws
  /// Comes to stored transitions.
  mutating func visit(_ name: String, _ replay: inout ReplayBuffer) throws
}
