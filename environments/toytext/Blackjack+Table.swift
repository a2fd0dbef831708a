public import Environments

/// Blackjack as the player sees it, whose dealer's second card is drawn when it is turned over.
///
/// States 0 to 179 are hands without a usable ace, of sum 4 to 21, those from 180 on hands with
/// one, of sum 12 to 21, those from 280 on an ace and a ten, in each case for the open cards 1 to
/// 10. State 290 is the end.
extension Blackjack: TabularEnvironment {
  public var stateCount: Int { 291 }

  private static let end = 290

  /// What the player sees.
  private struct View {
    /// The sum of the hand with every ace as 1.
    var low: Int
    var hasUsableAce: Bool
    var isNatural: Bool
    var open: Int

    var sum: Int { hasUsableAce ? low + 10 : low }

    init(low: Int, hasAce: Bool, isNatural: Bool, open: Int) {
      self.low = low
      hasUsableAce = hasAce && low <= 11
      self.isNatural = isNatural
      self.open = open
    }

    init(number: Int) {
      open = number % 10 + 1
      hasUsableAce = number >= 180
      isNatural = number >= 280
      low = isNatural ? 11 : hasUsableAce ? (number - 180) / 10 + 2 : number / 10 + 4
    }

    var number: Int {
      let row = isNatural ? 28 : hasUsableAce ? low - 2 + 18 : low - 4
      return row * 10 + open - 1
    }

    /// The view after another card.
    func drawing(_ card: Int) -> View {
      View(low: low + card, hasAce: hasUsableAce || card == 1, isNatural: false, open: open)
    }
  }

  /// How likely a card is.
  private static func probability(of card: Int) -> Double { card == 10 ? 4.0 / 13 : 1.0 / 13 }

  public var initialDistribution: [Double] {
    var distribution = [Double](repeating: 0, count: stateCount)
    for open in 1...10 {
      for first in 1...10 {
        for second in 1...10 {
          let view = View(
            low: first + second, hasAce: min(first, second) == 1,
            isNatural: first + second == 11 && min(first, second) == 1, open: open)
          distribution[view.number] +=
            Self.probability(of: open) * Self.probability(of: first) * Self.probability(of: second)
        }
      }
    }
    return distribution
  }

  public func transitions(from state: Int, taking action: Int) -> [Transition] {
    if state == Self.end {
      return [Transition(probability: 1, nextState: state, reward: 0, terminated: true)]
    }
    let view = View(number: state)
    guard action == 1 else { return stick(view) }
    return (1...10).map { card in
      let next = view.drawing(card)
      let isBust = next.sum > 21
      return Transition(
        probability: Self.probability(of: card), nextState: isBust ? Self.end : next.number,
        reward: isBust ? -1 : 0, terminated: isBust)
    }
  }

  /// How the game may end when the dealer draws, one transition for each reward.
  private func stick(_ view: View) -> [Transition] {
    var probabilities: [Double: Double] = [:]
    for (score, isNatural, probability) in Self.dealerScores(showing: view.open) {
      let reward = payoff(
        score: view.sum, isNatural: view.isNatural, against: score, dealerIsNatural: isNatural)
      probabilities[reward, default: 0] += probability
    }
    return probabilities.sorted { $0.key < $1.key }.map { reward, probability in
      Transition(probability: probability, nextState: Self.end, reward: reward, terminated: true)
    }
  }

  /// How likely the dealer comes to each score.
  private static func dealerScores(
    showing open: Int
  ) -> [(score: Int, isNatural: Bool, probability: Double)] {
    var scores: [(score: Int, isNatural: Bool, probability: Double)] = []
    // How likely he holds a hand of each sum (every ace as 1), without and with an ace. Sums grow,
    // so that each is complete when its turn comes.
    var holding = [[Double]](repeating: [0, 0], count: 27)
    func deal(_ card: Int, to low: Int, hasAce: Bool, _ probability: Double) {
      holding[low + card][hasAce || card == 1 ? 1 : 0] += probability * self.probability(of: card)
    }
    let completing = open == 1 ? 10 : open == 10 ? 1 : nil
    for hidden in 1...10 where hidden != completing {
      deal(hidden, to: open, hasAce: open == 1, 1)
    }
    if let completing { scores.append((21, true, probability(of: completing))) }
    for low in 2...26 {
      for ace in 0...1 where holding[low][ace] > 0 {
        let sum = ace == 1 && low <= 11 ? low + 10 : low
        if sum >= 17 {
          scores.append((sum > 21 ? 0 : sum, false, holding[low][ace]))
        } else {
          for card in 1...10 { deal(card, to: low, hasAce: ace == 1, holding[low][ace]) }
        }
      }
    }
    return scores
  }

  public func index(of state: State) -> Int {
    guard !state.isOver else { return Self.end }
    return View(
      low: state.player.low, hasAce: state.player.hasAce, isNatural: state.player.isNatural,
      open: Int(state.dealer.cards[0])
    ).number
  }

  public var actionNames: [String] { ["stick", "hit"] }

  public func name(ofState state: Int) -> String {
    guard state != Self.end else { return "the end" }
    let view = View(number: state)
    let ace = view.isNatural ? " (ace and ten)" : view.hasUsableAce ? " with a usable ace" : ""
    return "\(view.sum)\(ace) against \(view.open)"
  }

  /// As figure 5.2 of Sutton & Barto: a row for each sum, a column for each open card.
  public var grids: [StateGrid] {
    func grid(_ title: String, _ first: Int, _ sums: ClosedRange<Int>) -> StateGrid {
      StateGrid(
        title: title,
        rows: sums.reversed().map { sum in
          (0..<10).map { .state(first + (sum - sums.lowerBound) * 10 + $0) }
        },
        rowNames: sums.reversed().map { "\($0)" },
        columnNames: ["A", "2", "3", "4", "5", "6", "7", "8", "9", "10"], signs: ["S", "H"])
    }
    return [grid("usable ace", 180, 12...21), grid("no usable ace", 0, 4...21)]
  }
}
