import Randomness
import Tracking

// Figures over steps, and those of gradients, weights and costs.
extension MultiTaskComparison {
  /// The test score of each task along the runs.
  var curves: [NamedFigure] {
    table.main.compactMap { place in
      let column = table.columns[place]
      let curves = shown.compactMap { row -> Figure.Curve? in
        let owner =
          table.cells.first { $0.name == row.cell?.name }
          ?? (row.cell == nil
            ? table.cells.first { $0.record.role == .singleTask && $0.tasks == [column.task] }
            : nil)
        return owner.flatMap { owner in
          curve(row.name, color: row.color, of: owner) { $0.test[column.key] }
        }
      }
      guard curves.contains(where: { $0.line.xs.count > 1 }) else { return nil }
      var figure = Figure(
        title: "\(column.taskName) while learning",
        xLabel: summary.isOfAgents ? "environment steps" : "optimizer steps",
        yLabel: column.score.name, curves: curves)
      let values = curves.flatMap(\.line.ys)
      if let low = values.min(), let high = values.max(), low > 0, high > 100 * low {
        figure.yKind = .logarithmic
      }
      return NamedFigure(
        "curves-\(column.taskName)", .chart(figure),
        caption: summary.isOfAgents
          ? "Mean return of evaluations, IQM over seeds with pointwise intervals; steps of all tasks "
            + "together."
          : "Score on the test part, IQM over seeds with pointwise intervals. It is shown, not "
            + "used: what counts is the score of the weights that validation chose.")
    }
  }

  private func curve(
    _ name: String, color: Int, of cell: MultiTaskCell, _ series: (MultiTaskRun) -> Series?
  ) -> Figure.Curve? {
    let key = "value"
    let runs = cell.runs.map { run -> RunSummary in
      let found = series(run).map {
        [Series(name: key, unit: $0.unit, steps: $0.steps, values: $0.values)]
      }
      return RunSummary(
        experiment: run.experiment, variant: run.variant, seed: run.seed, state: run.state,
        lastStep: run.steps, metrics: found ?? [])
    }
    var random = settings.seeds["compare/curve/\(cell.name)/\(name)"]
    let curve = LearningCurve.metric(
      key, variant: name, of: runs, settings: settings.curves, using: &random)
    return curve.isEmpty ? nil : Figure.Curve(curve, color: color)
  }

  /// Which tasks' gradients pointed apart, for each row that logged them.
  var conflicts: [NamedFigure] {
    shown.compactMap { row in
      guard let cell = row.cell, let conflict = cell.conflict else { return nil }
      let condition =
        conflict.conditionNumber.isNaN
        ? ""
        : "; the Gram matrix's median condition number is "
          + (conflict.conditionNumber.isFinite
            ? NumberText.significant(conflict.conditionNumber, digits: 3) : "infinite")
      return NamedFigure(
        "conflict-\(cell.name)",
        .heatMap(
          HeatMapFigure(
            title: "Conflict, \(row.name)", names: table.tasks.map(\.name),
            values: conflict.negativeShare)),
        caption:
          "The share of \(NumberText.grouped(Int64(conflict.steps))) logged steps at which two "
          + "tasks' gradients had a negative cosine\(condition).")
    }
  }

  /// The weights of the tasks along the runs, for each row whose weights move.
  var weights: [NamedFigure] {
    byTask(
      \.weights, "weights", title: "Weights", yLabel: "weight of a task",
      meaning: "As applied to the gradients")
  }

  /// How likely each task was to have the next step, for each row whose tasks take turns.
  var turns: [NamedFigure] {
    byTask(
      \.turns, "turns", title: "Turns", yLabel: "probability of a task",
      meaning: "How likely it was that the next step is on the task")
  }

  /// What was logged of each task along the runs, for each row in which it moves.
  private func byTask(
    _ logged: @escaping (MultiTaskRun) -> [Series], _ name: String, title: String, yLabel: String,
    meaning: String
  ) -> [NamedFigure] {
    shown.compactMap { row in
      guard let cell = table.cells.first(where: { $0.name == row.cell?.name }),
        cell.runs.contains(where: { run in
          logged(run).contains { series in series.values.contains { $0 != series.values[0] } }
        })
      else { return nil }
      let curves = table.tasks.indices.compactMap { task in
        curve(table.tasks[task].name, color: task, of: cell) { run in
          let own = run.record.tasks.firstIndex { $0.name == table.tasks[task].name }
          let series = logged(run)
          return own.flatMap { series.indices.contains($0) ? series[$0] : nil }
        }
      }
      guard curves.contains(where: { $0.line.xs.count > 1 }) else { return nil }
      var figure = Figure(
        title: "\(title), \(row.name)", xLabel: "optimizer steps", yLabel: yLabel, curves: curves)
      figure.height = 280
      return NamedFigure(
        "\(name)-\(cell.name)", .chart(figure),
        caption: "\(meaning); a curve is a task: "
          + "\(table.tasks.map(\.name).joined(separator: ", ")).")
    }
  }

  var costBars: NamedFigure? {
    let bars = shown.compactMap { row -> BarFigure.Bar? in
      let time = row.cell == nil ? summary.singleTaskStepTime : row.cell?.stepTime
      let members =
        table.cells.first { $0.name == row.cell?.name }?.runs.compactMap(\.stepTime) ?? []
      return time.map {
        BarFigure.Bar(name: row.name, color: row.color, value: $0, members: members)
      }
    }
    guard !bars.isEmpty else { return nil }
    return NamedFigure(
      "cost",
      .bars(
        BarFigure(title: "Cost of a step", yLabel: "milliseconds, lower is better", bars: bars)),
      caption:
        "The median over a run's logged steps, averaged over seeds; single-task runs are added "
        + "up. Of the machine that ran them.")
  }
}
