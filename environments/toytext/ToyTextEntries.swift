import Environments

/// Small worlds with few states, as Gymnasium registers them.
let toyTextEntries: [EnvironmentEntry] = []
