import Environments

/// Diagnostic worlds in the manner of bsuite: each asks one thing of an agent.
let diagnosticEntries: [EnvironmentEntry] = []
