/// The known name that was most likely meant, or `nil` if none is near.
///
/// Near is: equal but for case and punctuation, or the beginning of exactly one name, or at most a
/// third of the letters (and at most three) inserted, left out, replaced or swapped.
package func nearestName(to name: String, among known: [String]) -> String? {
  let asked = letters(of: name)
  guard !asked.isEmpty else { return nil }
  if let same = known.first(where: { letters(of: $0) == asked }) { return same }
  let beginnings = known.filter { letters(of: $0).starts(with: asked) }
  if beginnings.count == 1 { return beginnings[0] }

  let allowed = min(3, max(1, asked.count / 3))
  var best: (name: String, distance: Int)?
  for candidate in known {
    let distance = editDistance(asked, letters(of: candidate))
    if distance <= allowed && distance < (best?.distance ?? .max) { best = (candidate, distance) }
  }
  return best?.name
}

private func letters(of name: String) -> [Character] {
  name.lowercased().filter { $0.isLetter || $0.isNumber }.map { $0 }
}

/// Damerau and Levenshtein's distance, in which a swap of neighbours counts as one change.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var rows = [Array(0...b.count)]
  for i in 1...max(1, a.count) where i <= a.count {
    var row = [i]
    for j in 1...max(1, b.count) where j <= b.count {
      let replaced = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
      var cost = min(replaced, rows[i - 1][j] + 1, row[j - 1] + 1)
      if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
        cost = min(cost, rows[i - 2][j - 2] + 1)
      }
      row.append(cost)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
