extension TransitionTable {
  /// The best actions of all states, such that whoever takes any of them, always, does best.
  ///
  /// With a discount these are all actions of the largest value. Without one, an action of the
  /// largest value may lead nowhere, such as a step against a wall that costs nothing; so those are
  /// left out that cannot come nearer to an end (by steps over actions of the largest value).
  func optimalActions(following values: [Double], discount: Double) -> [[Int]] {
    let best = (0..<stateCount).map {
      bestActions(in: $0, discount: discount, following: values)
    }
    guard discount == 1 else { return best }
    let free = freeChoices()
    // From where there is no more to come, nothing needs to lead on.
    var result: [[Int]?] = (0..<stateCount).map { state in
      free[state] != nil && abs(values[state]) <= roundingMargin(of: 0) ? best[state] : nil
    }
    approach(&result) { state, known in
      let nearer = best[state].filter { action in
        self[state, action].contains {
          $0.probability > 0 && ($0.terminated || known[$0.nextState] != nil)
        }
      }
      return nearer.isEmpty ? nil : nearer
    }
    return zip(result, best).map { $0 ?? $1 }
  }

  /// Gives states without a choice one that rests on those with a choice, nearest states first.
  func approach<Choice: Equatable>(
    _ choices: inout [Choice?], _ choice: (_ state: Int, _ known: [Choice?]) -> Choice?
  ) {
    var known: [Choice?]
    repeat {
      known = choices
      for state in 0..<stateCount where known[state] == nil {
        choices[state] = choice(state, known)
      }
    } while choices != known
  }

  /// In the largest set of states that can be stayed in for ever without a reward, how to do it.
  func freeChoices() -> [Int?] {
    var choices = [Int?](repeating: 0, count: stateCount)
    var known: [Int?]
    repeat {
      known = choices
      for state in 0..<stateCount where choices[state] != nil {
        choices[state] = (0..<actionCount).first { action in
          self[state, action].reduce(0) { $0 + $1.probability * $1.reward } == 0
            && self[state, action].allSatisfy {
              $0.probability == 0 || $0.terminated || choices[$0.nextState] != nil
            }
        }
      }
    } while choices != known
    return choices
  }
}
