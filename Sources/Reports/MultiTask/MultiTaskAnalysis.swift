import Tracking

extension MultiTaskAnalysis {
  /// Everything that the comparison says.
  func summary() -> MultiTaskSummary {
    var cells = table.cells.indices.map(summary(of:))
    let best = bestStatic(among: cells)
    let shown = rowPlaces(best: best)
    compare(shown, in: &cells)
    addTradeOffs(shown, to: &cells)
    addCosts(to: &cells)
    let alone = table.tasks.indices.compactMap { singleTask($0) }
    let hasSingle = alone.count == table.tasks.count
    let level = settings.bootstrap.level
    var summary = MultiTaskSummary(
      experiment: table.experiment, tasks: table.tasks, scale: scale, level: level,
      baseline: baseline.map { table.cells[$0].name }, facts: facts(cells), cells: cells,
      rows: (hasSingle ? ["single-task"] : []) + shown.map { table.cells[$0].name },
      bestStatic: best.map { table.cells[$0].name },
      singleTask: hasSingle ? singleTaskEstimate(alone) : nil,
      singleTaskStepTime: nil, hypervolumes: hypervolumes(shown), reference: reference,
      verdicts: [], warnings: [])
    let times = alone.compactMap { cells[$0].stepTime }
    summary.singleTaskStepTime = hasSingle && times.count == alone.count ? times.reduce(0, +) : nil
    let words = MultiTaskWords(summary: summary, table: table)
    summary.verdicts = words.verdicts
    summary.warnings =
      settings.remarks + scaleWarnings
      + (best == nil || choosesStaticByValidation
        ? []
        : [
          "The best static weighting was chosen by its test scores, which flatters it: not all have "
            + "validation scores."
        ]) + leftOutVolume + table.skipped
      + table.repeated.map { "\($0) was given more than once; the last one counts." }
      + words.warnings
    return summary
  }

  /// The cells of the main table: the baseline first, then candidates, controls of the same size,
  /// and the best of the static weightings.
  private func rowPlaces(best: Int?) -> [Int] {
    func places(_ role: RecordedCell.Role) -> [Int] {
      table.cells.indices.filter { table.cells[$0].record.role == role }
    }
    let candidates = places(.candidate)
    let first = baseline.map { [$0] } ?? []
    let order = first + candidates + places(.parameterMatched) + (best.map { [$0] } ?? [])
    let architectures = order.map { table.cells[$0].record.architecture }.uniqued
    let unique = order.uniqued
    return architectures.flatMap { name in
      unique.filter { table.cells[$0].record.architecture == name }
    }
  }

  /// The static weighting with the best validation scores: to choose by the test scores that are
  /// then reported would flatter it.
  private func bestStatic(among cells: [MultiTaskSummary.Cell]) -> Int? {
    let own = cells.indices.filter { cells[$0].role == .staticWeights }
    let judged = own.map { (place: $0, score: validationScore($0)) }
    if judged.allSatisfy({ $0.score != nil }) {
      return judged.max { ($0.score ?? 0) < ($1.score ?? 0) }?.place
    }
    return own.max { (cells[$0].mean?.value ?? 0) < (cells[$1].mean?.value ?? 0) }
  }

  /// Whether every static weighting has validation scores to be chosen by.
  var choosesStaticByValidation: Bool {
    table.cells.indices.filter { table.cells[$0].record.role == .staticWeights }
      .allSatisfy { validationScore($0) != nil }
  }

  /// The mean over seeds of the best validation score along the run, on the common scale.
  private func validationScore(_ place: Int) -> Double? {
    let cell = table.cells[place]
    let whole = replicates.whole
    let bests = cell.runs.map { run -> Double? in
      let series = table.main.compactMap { run.validation[table.columns[$0].key] }
      guard series.count == table.main.count, let first = series.first else { return nil }
      return first.values.indices.compactMap { row -> Double? in
        let values = table.tasks.indices.map { task -> Double in
          guard series[task].values.indices.contains(row) else { return .nan }
          return scaled(series[task].values[row], task: task, cell: place, in: whole)
        }
        return values.mean.isFinite ? values.mean : nil
      }.max()
    }
    let known = bests.compactMap { $0 }
    return known.count == bests.count && !known.isEmpty ? known.mean : nil
  }

  /// Tests against the baseline, single-task runs and controls of the same size; a family each.
  private func compare(_ rows: [Int], in cells: inout [MultiTaskSummary.Cell]) {
    var families: [(places: [Int], members: [PairedComparison])] = []
    let others = rows.filter { baseline(of: $0) != nil && baseline(of: $0) != $0 }
    let own = others.compactMap { place in
      baseline(of: place).map { (place, paired(place, with: $0)) }
    }
    families.append((own.map(\.0), own.map(\.1)))
    let single = rows.compactMap { place in pairedWithSingleTask(place).map { (place, $0) } }
    families.append((single.map(\.0), single.map(\.1)))
    let matched = table.cells.indices.compactMap { control -> (Int, PairedComparison)? in
      guard let architecture = table.cells[control].record.matchedTo else { return nil }
      let larger = table.cells.indices.first {
        table.cells[$0].isEqualWeighting && table.cells[$0].record.architecture == architecture
      }
      return larger.map { ($0, paired($0, with: control)) }
    }
    families.append((matched.map(\.0), matched.map(\.1)))
    let targets: [WritableKeyPath<MultiTaskSummary.Cell, PairedComparison?>] = [
      \.againstBaseline, \.againstSingleTask, \.againstMatched,
    ]
    for (family, target) in zip(families, targets) {
      let judged = PairedComparison.judged(family.members, level: settings.bootstrap.level)
      for (place, comparison) in zip(family.places, judged) {
        cells[place][keyPath: target] = comparison
      }
    }
  }

  private func addTradeOffs(_ rows: [Int], to cells: inout [MultiTaskSummary.Cell]) {
    let whole = replicates.whole
    var random = stream("rank stability")
    let means = rows.map { cell in
      table.tasks.indices.map { scaledMean(cell, task: $0, in: whole) }
    }
    for (place, share) in zip(rows, sharesOfFirstPlace(means, using: &random)) {
      cells[place].rankFirst = share
    }
    let shared = table.cells.indices.filter { table.cells[$0].record.role != .singleTask }
    let front = Set(nonDominated(shared.map { costs($0, in: whole) }).map { shared[$0] })
    for place in shared { cells[place].isNonDominated = front.contains(place) }
    let judged = rows.filter {
      table.cells[$0].record.role == .candidate && !table.cells[$0].isEqualWeighting
    }
    for place in judged {
      let points = staticFront(for: place)
      guard points.count > 1 else { continue }
      cells[place].frontMargin = replicates.estimate(
        of: (points + [place]).flatMap(involved).uniqued, upTo: 2000
      ) { draw in
        marginBeyondFront(costs(place, in: draw), front: points.map { costs($0, in: draw) })
      }
    }
  }

  /// Static and equal weightings with the architecture of a cell; of any, where it has none.
  func staticFront(for place: Int) -> [Int] {
    let fixed = table.cells.indices.filter {
      table.cells[$0].record.role == .staticWeights || table.cells[$0].isEqualWeighting
    }
    guard fixed.contains(where: { table.cells[$0].record.role == .staticWeights }) else {
      return []
    }
    let architecture = table.cells[place].record.architecture
    let own = fixed.filter { table.cells[$0].record.architecture == architecture }
    let hasOwn = own.contains { table.cells[$0].record.role == .staticWeights }
    return (hasOwn ? own : fixed).filter { $0 != place }
  }

  private func addCosts(to cells: inout [MultiTaskSummary.Cell]) {
    for place in cells.indices where cells[place].role != .singleTask {
      guard let other = baseline(of: place), let own = cells[place].stepTime,
        let unit = cells[other].stepTime, unit > 0
      else { continue }
      cells[place].relativeCost = own / unit
    }
  }

  private func singleTaskEstimate(_ alone: [Int]) -> Estimate {
    // Normalized by their own means, which cancel: their spread is that of the runs.
    replicates.estimate(of: alone) { draw in
      var all: [Double] = []
      for (task, cell) in zip(table.tasks.indices, alone) {
        let start = all.count
        draw.append(cell, table.main[task], to: &all)
        for index in start..<all.count {
          all[index] = scaled(all[index], task: task, cell: cell, in: replicates.whole)
        }
      }
      return all.interquartileMean
    }
  }

  /// What hypervolumes are measured to: the trivial predictor, or what lies beyond every cell.
  private var referencePoint: [Double] {
    guard scale == .overBaseline else { return table.tasks.map { _ in 1 } }
    let whole = replicates.whole
    let all = table.cells.indices.filter { table.cells[$0].record.role != .singleTask }
      .map { costs($0, in: whole) }
    return table.tasks.indices.map { task in
      let own = all.map { $0[task] }
      let (low, high) = (own.min() ?? 0, own.max() ?? 0)
      return high + 0.1 * (high - low)
    }
  }

  private var reference: String {
    scale == .overBaseline
      ? "a tenth of the range beyond the worst of all cells in each task" : "the trivial predictor"
  }

  /// Whether the volume that points dominate together can be had in reasonable time: in more than
  /// three dimensions it may take 2^points.
  private func canMeasureVolume(ofPoints points: Int) -> Bool {
    let tasks = table.tasks.count
    return tasks <= 3 || points <= (tasks <= 6 ? 20 : 16)
  }

  private var leftOutVolume: [String] {
    let points = table.cells.count { $0.record.role == .staticWeights }
    guard points > 1, !canMeasureVolume(ofPoints: points) else { return [] }
    return [
      "The hypervolume of the \(points) static weightings together is left out: with "
        + "\(table.tasks.count) tasks it would take too long."
    ]
  }

  private func hypervolumes(_ rows: [Int]) -> [MultiTaskSummary.Front] {
    let fixed = table.cells.indices.filter { table.cells[$0].record.role == .staticWeights }
    let point = referencePoint
    var groups = rows.filter { table.cells[$0].record.role == .candidate }.map {
      (table.cells[$0].name, [$0])
    }
    if fixed.count > 1, canMeasureVolume(ofPoints: fixed.count) {
      groups.insert(("static weights", fixed), at: 0)
    }
    return groups.map { name, places in
      // Exact volumes of many points in many objectives take long; few draws tell the interval.
      let draws = places.count == 1 ? 2000 : table.tasks.count <= 4 ? 500 : 100
      return MultiTaskSummary.Front(
        name: name, cells: places.map { table.cells[$0].name },
        hypervolume: replicates.estimate(of: places.flatMap(involved).uniqued, upTo: draws) {
          draw in
          hypervolume(places.map { costs($0, in: draw) }, reference: point)
        })
    }
  }

  /// The header: tasks, cells, seeds, tuning.
  private func facts(_ cells: [MultiTaskSummary.Cell]) -> [String] {
    let whole = cells.filter { $0.role != .singleTask }
    let counts = whole.map(\.seeds.count)
    let seeds =
      Set(counts).count == 1
      ? counted(counts[0], "seed") : "\(counts.min() ?? 0) to \(counts.max() ?? 0) seeds"
    let trials = Set(cells.map(\.trials.count))
    let tuning =
      trials.count > 1
      ? "unequal tuning: \(trials.min() ?? 0) to \(trials.max() ?? 0) learning rates tried"
      : trials == [0]
        ? "learning rates not tuned" : "\(trials.first ?? 0) learning rates tried per cell"
    let scores = Set(table.main.map { table.columns[$0].score.name })
    return [
      counted(table.tasks.count, "task"),
      "\(counted(whole.count, "cell")) and \(cells.count - whole.count) single-task",
      seeds, tuning, "score: \(scores.sorted().joined(separator: ", "))",
    ]
  }
}
