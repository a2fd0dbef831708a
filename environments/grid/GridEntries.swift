import Environments

/// Grid worlds, as MiniGrid registers them.
let gridEntries: [EnvironmentEntry] = []
