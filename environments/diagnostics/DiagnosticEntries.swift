import Environments

/// Diagnostic worlds, most of them bsuite's: each asks one thing of an agent.
let diagnosticEntries = [
  EnvironmentEntry(
    "Bandit-v0", Bandit(), summary: "find the best of eleven arms", maximumSteps: nil),
  EnvironmentEntry(
    "Catch-v0", Catch(), summary: "be under the falling ball in time", maximumSteps: nil),
  EnvironmentEntry(
    "DeepSea-v0", DeepSea(), summary: "explore deeply: go right every time, at a cost",
    maximumSteps: nil),
  EnvironmentEntry(
    "DiscountingChain-v0", DiscountingChain(), summary: "choose among near and far rewards",
    maximumSteps: nil),
  EnvironmentEntry(
    "MemoryChain-v0", MemoryChain(), summary: "name a bit that was shown at the beginning",
    maximumSteps: nil),
  EnvironmentEntry(
    "UmbrellaChain-v0", UmbrellaChain(),
    summary: "take an umbrella now, see whether it was right at the end", maximumSteps: nil),
  EnvironmentEntry(
    "BsuiteCartPole-v0", BsuiteCartPole(), summary: "bsuite's cart and pole, which see the time",
    maximumSteps: nil),
  EnvironmentEntry(
    "CartPoleSwingUp-v0", CartPoleSwingUp(),
    summary: "swing the pole up and hold it, though pushes cost", maximumSteps: nil),
  EnvironmentEntry(
    "BsuiteMountainCar-v0", BsuiteMountainCar(),
    summary: "bsuite's mountain car, which sees the time", maximumSteps: nil),
  EnvironmentEntry(
    "CombinationLock-v0", CombinationLock(),
    summary: "turn all dials at once, each the shorter way", maximumSteps: 50),
]
