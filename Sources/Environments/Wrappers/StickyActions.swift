import Randomness

/// Repeats, by chance, the action that was taken last instead of the agent's own.
///
/// Machado et al. (2018), "Revisiting the Arcade Learning Environment", section 5.2: with
/// probability ς, drawn anew at each step but an episode's first. Gymnasium's `StickyAction`.
public struct StickyActions: Wrapper {
  public static let name = "stickyActions"
  public static let summary = "Repeats the last action with a probability, instead of the agent's."
  public static let source = "Machado et al. (2018), section 5.2; Gymnasium, StickyAction"

  /// ς, from 0 to 1.
  public var probability = 0.25

  public init() {}

  /// Repeats the last action with this probability.
  public init(probability: Double) { self.probability = probability }

  public func check() throws(WrapperProblem) {
    try require(
      probability >= 0 && probability <= 1, "probability", "must lie in 0...1", found: probability)
  }

  public func wrap(_ layer: WrapperLayer) throws(WrapperProblem) -> WrapperLayer {
    guard layer.batch.actionMasks == nil else { throw .repeatsMaskedActions }
    let count = layer.batch.count
    let width = layer.batch.actionSpace.width
    return layer.transformed(
      by: Sticking(
        threshold: UInt64((probability * 0x1p32).rounded()), width: width,
        streams: RowBuffer(repeating: RandomStream(key: 0), count: count),
        hasLast: RowBuffer(repeating: false, count: count),
        choices: RowBuffer(repeating: 0, count: count * width),
        numbers: RowBuffer(repeating: 0, count: count * width)))
  }

  private struct Sticking: RowTransform {
    static let name = StickyActions.name
    static let changesActions = true
    /// A word below this repeats.
    let threshold: UInt64
    let width: Int
    let streams: RowBuffer<RandomStream>
    let hasLast: RowBuffer<Bool>
    /// The actions taken last: `[count, width]` choices or numbers.
    let choices: RowBuffer<Int32>
    let numbers: RowBuffer<Float>

    struct State: Codable {
      var streams: [RandomStream]
      var hasLast: [Bool]
      var choices: [Int32]
      var numbers: [Float]
    }

    var state: State {
      get {
        State(
          streams: streams.elements, hasLast: hasLast.elements, choices: choices.elements,
          numbers: numbers.elements)
      }
      set {
        streams.elements = newValue.streams
        hasLast.elements = newValue.hasLast
        choices.elements = newValue.choices
        numbers.elements = newValue.numbers
      }
    }

    func accepts(_ state: State) -> Bool {
      state.streams.count == streams.count && state.hasLast.count == hasLast.count
        && state.choices.count == choices.count && state.numbers.count == numbers.count
    }

    mutating func reset(_ rows: WrapperRows, seeds: CopySeeds) {
      for copy in 0..<rows.count {
        streams.base[copy] = seeds.stream(of: copy)
        hasLast.base[copy] = false
      }
    }

    mutating func actions(
      _ rows: ActionRows, skipping skipped: UnsafePointer<UInt8>?
    ) -> ActionRows {
      let (streams, hasLast) = (streams.base, hasLast.base)
      for copy in 0..<self.hasLast.count {
        if let skipped, skipped[copy] != 0 { continue }
        if hasLast[copy] && UInt64(streams[copy].nextWord()) < threshold { continue }
        hasLast[copy] = true
        switch rows {
        case .discrete(let chosen):
          for index in 0..<width {
            choices.base[copy * width + index] = chosen[copy * width + index]
          }
        case .continuous(let given):
          for index in 0..<width {
            numbers.base[copy * width + index] = given[copy * width + index]
          }
        }
      }
      return switch rows {
      case .discrete: .discrete(choices.base)
      case .continuous: .continuous(numbers.base)
      }
    }

    mutating func step(_ rows: WrapperRows) {
      for episode in rows.ended { hasLast.base[episode.environment] = false }
    }
  }
}

extension WrapperProblem {
  /// What repeats actions cannot know whether they are still allowed.
  static var repeatsMaskedActions: WrapperProblem {
    WrapperProblem(
      "some actions are forbidden at times, so a repeated one might be; leave it out")
  }
}
