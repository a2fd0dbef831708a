"""Agents of Stable-Baselines3 in the settings of Fledge's benchmarks."""

import statistics
import subprocess
import sys
import time

from frameworks.networks import one_thread_of_torch
from frameworks.timing import MEBIBYTES, MICROSECONDS, MILLISECONDS, STEPS, median_rate, seconds_per_call

PEER = "Stable-Baselines3"
# CleanRL's dqn.py; Stable-Baselines3 differs in the Huber loss and in clipping the gradient at 10.
DQN = dict(
    learning_rate=2.5e-4, buffer_size=10000, learning_starts=10000, batch_size=128, tau=1.0,
    gamma=0.99, train_freq=10, gradient_steps=1, target_update_interval=500,
    exploration_initial_eps=1.0, exploration_final_eps=0.05, exploration_fraction=0.5,
)
# CleanRL's ppo.py.
PPO = dict(
    n_steps=128, batch_size=128, n_epochs=4, gamma=0.99, gae_lambda=0.95, clip_range=0.2,
    clip_range_vf=0.2, ent_coef=0.01, vf_coef=0.5, max_grad_norm=0.5,
    learning_rate=lambda left: 2.5e-4 * left,
)
# RLtools' examples of SAC and TD3 on Pendulum; their sizes come with the figure.
PENDULUM = dict(
    learning_rate=1e-3, buffer_size=10000, learning_starts=100, tau=0.005, gamma=0.99,
    train_freq=1, gradient_steps=1,
)


def dqn():
    one_thread_of_torch()
    import gymnasium
    from stable_baselines3 import DQN as Agent

    return Agent("MlpPolicy", gymnasium.make("CartPole-v1"), seed=1, device="cpu",
                 policy_kwargs=dict(net_arch=[120, 84]), **DQN)


def dqn_update():
    from stable_baselines3.common.logger import configure

    agent = dqn()
    agent.learning_starts = 10**9
    agent.learn(2000)
    agent.set_logger(configure(None, []))
    seconds = seconds_per_call(lambda: agent.train(gradient_steps=50, batch_size=128), warm_up=1) / 50
    yield PEER, seconds * 1e6, MICROSECONDS


def learning(agent, steps):
    """For median_rate: the agent is made beforehand."""

    def prepared():
        made = agent()
        return lambda: made.learn(steps)

    return prepared


def dqn_cartpole():
    yield PEER, median_rate(learning(dqn, 50_000), 50_000), STEPS


def ppo_cartpole():
    torch = one_thread_of_torch()
    from stable_baselines3 import PPO as Agent
    from stable_baselines3.common.env_util import make_vec_env

    def agent():
        network = dict(net_arch=dict(pi=[64, 64], vf=[64, 64]), activation_fn=torch.nn.Tanh)
        return Agent("MlpPolicy", make_vec_env("CartPole-v1", n_envs=4, seed=1), seed=1, device="cpu",
                     policy_kwargs=network, **PPO)

    yield PEER, median_rate(learning(agent, 50_000), 50_000), STEPS


def pendulum(name, hidden, batch):
    one_thread_of_torch()
    import gymnasium
    import numpy
    import stable_baselines3
    from stable_baselines3.common.noise import NormalActionNoise

    own = {
        "SAC": dict(ent_coef="auto"),
        "TD3": dict(policy_delay=2, target_policy_noise=0.2, target_noise_clip=0.5,
                    action_noise=NormalActionNoise(numpy.zeros(1), 0.1 * numpy.ones(1))),
    }[name]
    return getattr(stable_baselines3, name)(
        "MlpPolicy", gymnasium.make("Pendulum-v1"), seed=1, device="cpu", batch_size=batch,
        policy_kwargs=dict(net_arch=hidden), **PENDULUM, **own)


def small_pendulum(name):
    yield PEER, median_rate(learning(lambda: pendulum(name, [64, 64], 100), 2000), 2000), STEPS


def large_pendulum():
    rate = median_rate(learning(lambda: pendulum("SAC", [256, 256], 256), 1000), 1000)
    yield PEER, 1e3 / rate, MILLISECONDS


FIRST_STEP = """
import gymnasium
from stable_baselines3 import DQN
DQN("MlpPolicy", gymnasium.make("CartPole-v1"), device="cpu", buffer_size=10000).learn(1)
"""


def first_step():
    import stable_baselines3  # left out where it is not installed

    times = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", FIRST_STEP], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    yield "Stable-Baselines3, to its first step", statistics.median(times) * 1e3, MILLISECONDS


def memory():
    import resource

    dqn().learn(12_000)
    yield PEER, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, MEBIBYTES
