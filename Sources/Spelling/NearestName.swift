/// The known name that was most likely meant, or `nil` if none is near.
///
/// Only letters and digits count, and not their case. Near is: equal, or the beginning of exactly
/// one name, or away from a name or its beginning by a few slips, at most one in three letters and
/// three in all. A slip is a letter inserted, left out, replaced or swapped with its neighbour.
package func nearestName(to name: String, among known: [String]) -> String? {
  let asked = letters(of: name)
  guard !asked.isEmpty else { return nil }
  if let same = known.first(where: { letters(of: $0) == asked }) { return same }
  let beginnings = known.filter { letters(of: $0).starts(with: asked) }
  if !beginnings.isEmpty { return beginnings.count == 1 ? beginnings[0] : nil }

  let near = known.map { ($0, slips(asked, letters(of: $0))) }
    .filter { $0.1.beginning <= min(3, asked.count / 3) }
  return near.min { ($0.1.beginning, $0.1.whole) < ($1.1.beginning, $1.1.whole) }?.0
}

private func letters(of name: String) -> [Character] {
  name.lowercased().filter { $0.isLetter || $0.isNumber }.map { $0 }
}

/// The fewest slips between what was asked and a name, or the nearest beginning of it.
///
/// The distance of Damerau and Levenshtein: row `i` of the table holds the slips between the first
/// `i` letters of one and all beginnings of the other.
private func slips(_ asked: [Character], _ name: [Character]) -> (beginning: Int, whole: Int) {
  var rows = [Array(0...name.count)]
  for (i, letter) in asked.enumerated() {
    var row = [i + 1]
    for (j, other) in name.enumerated() {
      let replaced = rows[i][j] + (letter == other ? 0 : 1)
      var fewest = min(replaced, rows[i][j + 1] + 1, row[j] + 1)
      if i > 0 && j > 0 && letter == name[j - 1] && asked[i - 1] == other {
        fewest = min(fewest, rows[i - 1][j - 1] + 1)
      }
      row.append(fewest)
    }
    rows.append(row)
  }
  let last = rows[asked.count]
  return (last.min() ?? asked.count, last[name.count])
}
