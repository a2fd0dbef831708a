import Environments

/// Classic control, as Gymnasium registers it.
let controlEntries = [
  EnvironmentEntry(
    "CartPole-v1", CartPole(), summary: "balance a pole on a cart, pushing left or right",
    maximumSteps: 500, rewardThreshold: 475),
  EnvironmentEntry(
    "CartPole-v0", CartPole(), summary: "CartPole-v1 with shorter episodes",
    maximumSteps: 200, rewardThreshold: 195),
  EnvironmentEntry(
    "MountainCar-v0", MountainCar(), summary: "swing an underpowered car out of a valley",
    maximumSteps: 200, rewardThreshold: -110),
  EnvironmentEntry(
    "MountainCarContinuous-v0", MountainCarContinuous(),
    summary: "the mountain car with an engine that can be dosed",
    maximumSteps: 999, rewardThreshold: 90),
  EnvironmentEntry(
    "Acrobot-v1", Acrobot(), summary: "swing two linked rods above their hinge",
    maximumSteps: 500, rewardThreshold: -100),
  EnvironmentEntry(
    "Pendulum-v1", Pendulum(), summary: "swing a pendulum up with a weak motor and hold it",
    maximumSteps: 200),
]
