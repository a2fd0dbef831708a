public import Environments

extension Blackjack {
  /// The table: both hands, the dealer's second card face down while the game goes on, and sums.
  public func picture(of state: State) -> Picture? {
    var picture = Picture(width: 12, height: 9, background: ToyTextColor.felt)
    let dealerSum = state.isOver ? ": \(state.dealer.sum)" : ""
    picture.text("Dealer\(dealerSum)", at: .init(0.6, 1), size: 0.5, .white)
    draw(state.dealer, y: 1.4, in: &picture) { place in
      guard place == 0 else { return state.isOver ? "" : nil }
      return state.dealer.cards[0] == 10 ? ["J", "Q", "K"][state.face] : ""
    }
    drawSuit(state.suit, x: 1.35, y: 3.1, in: &picture)
    let ace = state.player.hasUsableAce ? ", usable ace" : ""
    picture.text("Player: \(state.player.sum)\(ace)", at: .init(0.6, 5.4), size: 0.5, .white)
    draw(state.player, y: 5.8, in: &picture) { _ in "" }
    return picture
  }

  /// Draws a hand; `face` gives a card's letter, an empty one for its number and `nil` for its
  /// back.
  private func draw(
    _ hand: Hand, y: Double, in picture: inout Picture, face: (_ place: Int) -> String?
  ) {
    let distance = min(1.8, 9 / Double(max(1, hand.count - 1)))
    for place in 0..<hand.count {
      let x = 0.6 + Double(place) * distance
      picture.rectangle(x: x - 0.04, y: y - 0.04, width: 1.58, height: 2.28, ToyTextColor.ink)
      guard let letter = face(place) else {
        picture.rectangle(x: x, y: y, width: 1.5, height: 2.2, .white)
        picture.rectangle(x: x + 0.12, y: y + 0.12, width: 1.26, height: 1.96, ToyTextColor.back)
        continue
      }
      picture.rectangle(x: x, y: y, width: 1.5, height: 2.2, .white)
      let card = hand.cards[place]
      picture.text(
        letter.isEmpty ? (card == 1 ? "A" : "\(card)") : letter, at: .init(x + 0.18, y + 0.7),
        size: 0.5, ToyTextColor.ink)
    }
  }

  /// Draws clubs (0), diamonds (1), hearts (2) or spades (3) around a point.
  private func drawSuit(_ suit: Int, x: Double, y: Double, in picture: inout Picture) {
    let color = suit == 1 || suit == 2 ? ToyTextColor.red : ToyTextColor.ink
    func triangle(_ tip: Double, _ base: Double, _ half: Double) {
      picture.polygon(
        [.init(x, y + tip), .init(x + half, y + base), .init(x - half, y + base)], color)
    }
    func discs(_ places: [(Double, Double)], _ radius: Double) {
      for (right, down) in places {
        picture.disc(center: .init(x + right, y + down), radius: radius, color)
      }
    }
    switch suit {
    case 0: discs([(0, -0.18), (-0.2, 0.1), (0.2, 0.1)], 0.18)
    case 1:
      triangle(-0.4, 0, 0.28)
      triangle(0.4, 0, 0.28)
    case 2:
      discs([(-0.15, -0.12), (0.15, -0.12)], 0.17)
      triangle(0.38, -0.04, 0.3)
    default:
      discs([(-0.15, 0.08), (0.15, 0.08)], 0.17)
      triangle(-0.38, 0.04, 0.3)
    }
    if suit == 0 || suit == 3 { triangle(0.05, 0.4, 0.14) }
  }
}
