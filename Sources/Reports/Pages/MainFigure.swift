extension ExperimentReport {
  /// The curve that stands for the whole: of evaluations where there are several, else of training.
  package var mainFigure: Figure { hasEvaluationCurves ? evaluationFigure() : trainingFigure() }
}
