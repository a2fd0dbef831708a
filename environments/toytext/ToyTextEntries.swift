import Environments

/// Small worlds with few states: those of Gymnasium as it registers them, and one of our own.
let toyTextEntries = [
  EnvironmentEntry(
    "FrozenLake-v1", FrozenLake(), summary: "cross a frozen lake without falling into a hole",
    maximumSteps: 100, rewardThreshold: 0.70),
  EnvironmentEntry(
    "FrozenLake8x8-v1", FrozenLake(map: .eightByEight), summary: "a larger frozen lake",
    maximumSteps: 200, rewardThreshold: 0.85),
  EnvironmentEntry(
    "CliffWalking-v1", CliffWalking(), summary: "walk along a cliff without falling",
    maximumSteps: nil),
  EnvironmentEntry(
    "CliffWalkingSlippery-v1", CliffWalking(isSlippery: true),
    summary: "walk along a cliff on slippery ground", maximumSteps: nil),
  EnvironmentEntry(
    "Taxi-v4", Taxi(), summary: "fetch a passenger and bring him where he wants to go",
    maximumSteps: 200, rewardThreshold: 8),
  EnvironmentEntry(
    "Blackjack-v1", Blackjack(), summary: "play Blackjack against a dealer who draws up to 17",
    maximumSteps: nil),
  EnvironmentEntry(
    "FourRoomsGoal-v0", FourRoomsGoal(), summary: "walk through four rooms to a goal not shown",
    maximumSteps: 100),
]
