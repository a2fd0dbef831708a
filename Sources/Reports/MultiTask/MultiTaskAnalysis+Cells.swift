import Randomness
import Tracking

extension MultiTaskAnalysis {
  /// The numbers of one cell that do not depend on a family of comparisons.
  func summary(of place: Int) -> MultiTaskSummary.Cell {
    let cell = table.cells[place]
    let isWhole = cell.record.role != .singleTask
    let record = cell.record
    var summary = MultiTaskSummary.Cell(
      name: cell.name, role: record.role, strategy: record.strategy,
      architecture: record.architecture, sampling: record.sampling, gradients: record.gradients,
      task: record.task, weights: record.weights, matchedTo: record.matchedTo,
      parameterCount: record.parameterCount, learningRate: record.learningRate,
      trials: record.trials, seeds: cell.seeds,
      divergedSeeds: cell.diverged.map(\.seed).uniqued.sorted(), scores: scores(of: place))
    let times = cell.runs.compactMap(\.stepTime)
    summary.stepTime = times.isEmpty ? nil : times.mean
    guard isWhole else { return summary }
    summary.interquartileMean = replicates.estimate(of: involved(place)) { draw in
      interquartileMean(place, in: draw)
    }
    summary.mean = replicates.estimate(of: involved(place)) { draw in
      table.tasks.indices.map { scaledMean(place, task: $0, in: draw) }.mean
    }
    summary.worstTask = worstTask(of: place)
    (summary.deltaM, summary.deltaP) = deltas(of: place)
    summary.conflict = conflict(in: cell)
    summary.medianWeights = middle(of: \.weights, of: cell) { $0.median }
    summary.meanTurns = middle(of: \.turns, of: cell) { $0.mean }
    let bySeed = scoresBySeed(place).sorted { $0.key < $1.key }.map(\.value)
    summary.twoGroups = TwoGroups(bySeed)
    return summary
  }

  /// How the gradients of the tasks that are compared stood to one another: a run logged all of its
  /// own.
  private func conflict(in cell: MultiTaskCell) -> TaskConflict? {
    TaskConflict(
      merging: cell.runs.compactMap { run in
        let places = table.tasks.compactMap { task in
          run.record.tasks.firstIndex { $0.name == task.name }
        }
        return run.conflict?.selecting(tasks: places)
      })
  }

  /// Over runs and tasks together.
  private func interquartileMean(_ place: Int, in draw: Replicates.Draw) -> Double {
    var all: [Double] = []
    for task in table.tasks.indices {
      let start = all.count
      draw.append(place, table.main[task], to: &all)
      for index in start..<all.count {
        all[index] = scaled(all[index], task: task, cell: place, in: draw)
      }
    }
    return all.interquartileMean
  }

  private func worstTask(of place: Int) -> MultiTaskSummary.WorstTask? {
    let whole = replicates.whole
    let scores = table.tasks.indices.map { scaledMean(place, task: $0, in: whole) }
    guard let worst = scores.indices.min(by: { scores[$0] < scores[$1] }) else { return nil }
    return MultiTaskSummary.WorstTask(
      task: table.tasks[worst].name,
      score: replicates.estimate(of: involved(place)) { draw in
        table.tasks.indices.map { scaledMean(place, task: $0, in: draw) }.min() ?? .nan
      })
  }

  private func scores(of place: Int) -> [MultiTaskSummary.ScoreSummary] {
    let cell = table.cells[place]
    return table.columns.indices.filter { cell.tasks.contains(table.columns[$0].task) }.map {
      column in
      let own = table.columns[column]
      let values = cell.values[column]
      let trials = own.score.count
      var normalized: Estimate?
      if let trivial = own.score.trivial, let alone = singleTask(own.task, for: place),
        alone != place, own.isGain(replicates.whole.mean(alone, column), over: trivial)
      {
        normalized = replicates.estimate(of: [place, alone]) { draw in
          (draw.mean(place, column) - trivial) / (draw.mean(alone, column) - trivial)
        }
      }
      let isShare = own.isShare && values.allSatisfy { (0...1).contains($0) }
      return MultiTaskSummary.ScoreSummary(
        task: own.taskName, score: own.score.name,
        interquartileMean: replicates.estimate(of: [place], isShare: isShare) { draw in
          var drawn: [Double] = []
          draw.append(place, column, to: &drawn)
          return drawn.interquartileMean
        }, mean: replicates.estimate(of: [place], isShare: isShare) { $0.mean(place, column) },
        median: values.median, minimum: values.min() ?? .nan, maximum: values.max() ?? .nan,
        normalized: normalized,
        wilson: isShare
          ? trials.map { .wilson(successes: values.mean * Double($0), of: $0) } : nil,
        trials: isShare ? trials : nil, values: values)
    }
  }

  /// Δm over scores (negative better) and Δp over tasks (positive better), in percent of the
  /// single-task runs; both sides are resampled.
  private func deltas(of place: Int) -> (Estimate?, Estimate?) {
    let whole = replicates.whole
    let alone = table.columns.map { singleTask($0.task, for: place) }
    let usable = table.columns.indices.filter { column in
      alone[column].map { whole.mean($0, column) != 0 } ?? false
    }
    // A Δ over some of the scores would be another number of the same name.
    guard usable.count == table.columns.count else { return (nil, nil) }
    let involved = [place] + alone.compactMap { $0 }.uniqued
    func gain(_ column: Int, _ draw: Replicates.Draw) -> Double {
      guard let other = alone[column] else { return .nan }
      let single = draw.mean(other, column)
      return table.columns[column].sign * (draw.mean(place, column) - single) / abs(single)
    }
    let deltaM = replicates.estimate(of: involved) { draw in
      -100 * usable.map { gain($0, draw) }.mean
    }
    let deltaP = replicates.estimate(of: involved) { draw in
      100
        * table.tasks.indices.map { task in
          usable.filter { table.columns[$0].task == task }.map { gain($0, draw) }.mean
        }.mean
    }
    return (deltaM, deltaP)
  }

  /// Of what was logged of each task, the middle of each run, averaged over runs.
  private func middle(
    of logged: (MultiTaskRun) -> [Series], of cell: MultiTaskCell,
    _ middle: ([Double]) -> Double
  ) -> [Double]? {
    let runs = cell.runs.map { (record: $0.record, series: logged($0)) }
      .filter { !$0.series.isEmpty }
    guard !runs.isEmpty else { return nil }
    return cell.tasks.map { task in
      runs.compactMap { run -> Double? in
        guard
          let own = run.record.tasks.firstIndex(where: {
            $0.name == table.tasks[task].name
          })
        else { return nil }
        let finite = run.series[own].values.filter(\.isFinite)
        return finite.isEmpty ? nil : middle(finite)
      }.mean
    }
  }

  /// P(own > other's): for each task over all pairs of runs, averaged over tasks.
  func improvement(of place: Int, over other: Int) -> Estimate {
    func signed(_ cell: Int) -> Scores {
      Scores(
        tasks: table.tasks.indices.map { task in
          let column = table.main[task]
          return table.cells[cell].values[column].map { $0 * table.columns[column].sign }
        })
    }
    var random = stream("improvement/\(table.cells[place].name)/\(table.cells[other].name)")
    return settings.bootstrap.estimate(
      of: signed(place), and: signed(other), isShare: true, using: &random
    ) {
      probabilityOfImprovement(of: $0, over: $1)
    }
  }

  func paired(_ place: Int, with other: Int) -> PairedComparison {
    let names = (table.cells[place].name, table.cells[other].name)
    var random = stream("paired/\(names.0)/\(names.1)")
    return PairedComparison(
      of: names.0, scoresBySeed(place), with: names.1, scoresBySeed(other),
      improvement: improvement(of: place, over: other), bootstrap: settings.bootstrap,
      using: &random)
  }

  func pairedWithSingleTask(_ place: Int) -> PairedComparison? {
    let alone = singleTaskScoresBySeed(for: place)
    guard !alone.isEmpty else { return nil }
    var random = stream("single/\(table.cells[place].name)")
    return PairedComparison(
      of: table.cells[place].name, scoresBySeed(place), with: "single-task", alone,
      bootstrap: settings.bootstrap, using: &random)
  }
}
