extension MultiTaskComparison {
  /// How each number was computed, so that it can be computed again.
  package var notes: [String] {
    let level = percent(summary.level)
    var notes = [
      summary.scaleMeaning,
      "IQM: a quarter of the runs times tasks (rounded down) is cut from each end and the rest "
        + "averaged (Agarwal et al. 2021).",
      "Intervals at \(level): \(settings.bootstrap.note) Cells are the "
        + "strata; the seeds of a cell are drawn whole, since the tasks of one run share its chance. "
        + "What depends on single-task runs resamples these too. Those of accuracies, errors, AUC and F1 "
        + "stay within 0 to 1.",
      "Normalized, of one score: 0 is the trivial one and 1 the mean of single-task runs; left out where "
        + "these are no better than the trivial one.",
      "Δm is the mean over all scores of the relative loss against the mean of single-task runs, in "
        + "percent: negative is better. Δp averages the scores of a task first and counts gains: "
        + "positive is better.",
      "Paired differences are between runs with one seed. p: Wilcoxon's signed-rank test, two-sided, "
        + "counted exactly up to 60 pairs; differences of 0 are dropped and ties share ranks; after "
        + "Holm's correction for all rows. Below six pairs no outcome can reach 5 %, so no test is "
        + "made.",
      "Better or worse is what both the corrected test and the \(level) interval of the mean paired "
        + "difference say. What n seeds would show in 8 of 10 cases is the smallest true difference with a "
        + "power of 0.8 in a paired t test whose level is divided by the number of comparisons.",
      "P(better): over pairs of runs of both cells, the share in which the row's is better, ties half, "
        + "averaged over tasks.",
      "Rank stability: the share of 1,000 weightings of the tasks, drawn from Dirichlet(1, …, 1), "
        + "under which a row's mean is the best of all rows.",
      "Hypervolume: of costs, 1 less the score, the volume that is dominated up to \(summary.reference); "
        + "exact. Dominated: whether another cell's means are nowhere worse and somewhere better.",
      "Beyond static front: the largest margin by which, for some weighting of the tasks, a cell beats "
        + "every static weighting (and equal weighting) of its architecture. The front is their convex "
        + "hull, so that a gap between the weights tried is not taken for room above it.",
      "Two groups are reported where at least two seeds lie on each side of a gap that is wider than "
        + "max(1, 12 / n) times the range of either side, from six seeds on.",
      "Gradients: over the logged steps of a run, then over runs; magnitude similarity is "
        + "2 |a| |b| / (|a|² + |b|²), 1 for gradients of one length.",
      "Costs are medians over the logged steps of a run, averaged over seeds, on the machine that ran "
        + "them; single-task runs are added up.",
    ]
    if summary.cells.contains(where: { $0.scores.contains { $0.wilson != nil } }) {
      notes.append(
        "Wilson: what the number of test rows leaves open of the mean share, seeds aside.")
    }
    return (summary.isOfAgents ? agentNotes : predictorNotes) + notes
  }

  private var predictorNotes: [String] {
    [
      "A run's score is that of the weights that validation chose, on the test part; of a run "
        + "without a selection, that of its last weights. The best score along the training is never "
        + "taken.",
      "Of data that bring no test part along, one part is set aside for all seeds: intervals over seeds "
        + "tell of training, not of which examples happened to be tested.",
      "A run that diverged or failed counts as the worst score of all runs, or the trivial one where "
        + "that is worse; only a failure of the machine (disk, file, memory) leaves it out.",
    ]
  }
}
