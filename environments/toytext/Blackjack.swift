public import Environments
public import Randomness

/// Blackjack against a dealer who draws up to 17, with an infinite deck.
///
/// Sutton & Barto (2018), example 5.1. Cards count 1 to 10, ten four times as often; an ace counts
/// 11 where that does not exceed 21 ("usable"). Actions: 0 stick, 1 hit. Reward -1 for a hand above
/// 21, which terminates, and 0 for another hit; sticking terminates with 1, 0 or -1 for a better,
/// equal or worse hand than the dealer's. An observation is the hand's sum, the dealer's open card
/// and whether the hand has a usable ace. Equal to Gymnasium's Blackjack seed for seed.
public struct Blackjack: Environment {
  /// Whether an ace and a ten as the first two cards pay 1.5 when they win; without `sab`.
  public var natural = false
  /// Whether an ace and a ten as the first two cards always win, but against the dealer's own: the
  /// rules of Sutton & Barto.
  public var sab = true

  /// Makes the world of Gymnasium; its properties may then be changed.
  public init() {}

  /// Cards in the order in which they were drawn.
  public struct Hand: Codable, Hashable, Sendable {
    /// The cards, 1 for an ace; places from `count` on are 0.
    public private(set) var cards = SIMD32<UInt8>()
    /// How many there are.
    public private(set) var count = 0
    /// Their sum with every ace as 1.
    public private(set) var low = 0
    /// Whether there is an ace.
    public private(set) var hasAce = false

    /// Makes an empty hand.
    public init() {}

    /// Whether an ace counts 11.
    public var hasUsableAce: Bool { hasAce && low <= 11 }
    /// What the hand counts.
    public var sum: Int { hasUsableAce ? low + 10 : low }
    /// What the hand counts against another one: 0 above 21.
    var score: Int { sum > 21 ? 0 : sum }
    /// Whether it is an ace and a ten and nothing else.
    var isNatural: Bool { count == 2 && hasAce && low == 11 }

    /// Adds a card, 1 to 10; a hand has room for 32.
    public mutating func add(_ card: Int) {
      cards[count] = UInt8(card)
      count += 1
      low += card
      if card == 1 { hasAce = true }
    }
  }

  /// The hands on the table.
  public struct State: Codable, Hashable, Sendable {
    /// The dealer's hand, whose first card is open.
    public var dealer = Hand()
    /// The player's hand.
    public var player = Hand()
    /// The suit of the open card (clubs, diamonds, hearts, spades), to be looked at.
    public var suit = 0
    /// Which picture the open card shows if it counts 10 (jack, queen, king), to be looked at.
    public var face = 0
    /// Whether the game is over.
    public var isOver = false

    /// Makes an empty table.
    public init() {}
  }

  public var actions: Discrete { Discrete(2) }
  public var observations: Box { Box(categories: [32, 11, 2]) }

  public func initialState(using random: inout PCG64) -> State {
    var state = State()
    for _ in 0..<2 { state.dealer.add(Self.card(using: &random)) }
    for _ in 0..<2 { state.player.add(Self.card(using: &random)) }
    state.suit = random.integer(below: 4)
    if state.dealer.cards[0] == 10 { state.face = random.integer(below: 3) }
    return state
  }

  /// Draws one of 1, 2, … 10, jack, queen and king.
  private static func card(using random: inout PCG64) -> Int {
    min(random.integer(below: 13) + 1, 10)
  }

  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    var next = state
    guard !state.isOver else { return .termination(at: state, reward: 0) }
    if action == 1 {
      next.player.add(Self.card(using: &random))
      guard next.player.sum > 21 else { return .transition(to: next, reward: 0) }
      next.isOver = true
      return .termination(at: next, reward: -1)
    }
    while next.dealer.sum < 17 { next.dealer.add(Self.card(using: &random)) }
    next.isOver = true
    return .termination(
      at: next,
      reward: payoff(
        score: next.player.score, isNatural: next.player.isNatural,
        against: next.dealer.score, dealerIsNatural: next.dealer.isNatural))
  }

  /// What a game pays.
  func payoff(
    score: Int, isNatural: Bool, against other: Int, dealerIsNatural: Bool
  ) -> Double {
    if sab && isNatural && !dealerIsNatural { return 1 }
    let result = Double((score - other).signum())
    return !sab && natural && isNatural && result == 1 ? 1.5 : result
  }

  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.player.sum))
    features.append(Float(state.dealer.cards[0]))
    features.append(state.player.hasUsableAce ? 1 : 0)
  }

  public static var settings: [Setting<Self>] {
    [Setting("natural", \.natural), Setting("sab", \.sab)]
  }

  /// The cards of both hands, the dealer's open one first: `{"dealer": [10, 7], "player": [1, 5]}`.
  public func describe(_ state: State) -> StateValue {
    func cards(_ hand: Hand) -> StateValue {
      StateValue((0..<hand.count).map { Double(hand.cards[$0]) })
    }
    return ["dealer": cards(state.dealer), "player": cards(state.player)]
  }

  public func state(describedBy description: StateValue) throws -> State {
    func refuse(_ reason: String) -> EnvironmentError {
      .invalidState(environment: "Blackjack", reason: reason)
    }
    func hand(_ name: String) throws -> Hand {
      guard let list = description[name]?.list, list.count >= 2 else {
        throw refuse("give {\"dealer\": [10, 7], \"player\": [1, 5]}, two cards or more in a hand")
      }
      var hand = Hand()
      for value in list {
        guard let card = value.integer, (1...10).contains(card) else {
          throw refuse("a card of the \(name) is \(value); cards are whole numbers from 1 to 10")
        }
        guard hand.sum <= 21 else {
          throw refuse("the \(name) would have drawn another card to a hand above 21")
        }
        hand.add(card)
      }
      return hand
    }
    var state = State()
    state.dealer = try hand("dealer")
    state.player = try hand("player")
    state.isOver = state.player.sum > 21 || state.dealer.count > 2
    return state
  }
}
