/// The known name that was most likely meant, or `nil` if none is near.
///
/// Near is: the same letters in another case, or the beginning of exactly one name, or at most one
/// slip in three letters away, where a slip is a letter inserted, left out or replaced.
func nearestName(to name: String, among known: [String]) -> String? {
  let asked = letters(of: name)
  guard !asked.isEmpty else { return nil }
  if let same = known.first(where: { letters(of: $0) == asked }) { return same }
  let longer = known.filter { letters(of: $0).starts(with: asked) }
  if longer.count == 1 { return longer[0] }
  let nearest = known.map { (name: $0, slips: slips(from: asked, to: letters(of: $0))) }
    .min { $0.slips < $1.slips }
  return nearest.flatMap { $0.slips <= min(3, asked.count / 3) ? $0.name : nil }
}

private func letters(of name: String) -> [Character] {
  name.lowercased().filter { $0.isLetter || $0.isNumber }.map { $0 }
}

/// Levenshtein's distance, by rows of its table.
private func slips(from asked: [Character], to name: [Character]) -> Int {
  var row = Array(0...name.count)
  for (i, letter) in asked.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, other) in name.enumerated() {
      let replaced = diagonal + (letter == other ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[name.count]
}
