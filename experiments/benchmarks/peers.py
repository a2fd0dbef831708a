#!/usr/bin/env python3
"""Measures one of Fledge's figures with other frameworks, as far as they are installed.

    peers.py NAME        e.g. peers.py engine/mlp-4-64-64-2

Prints one JSON object a line with name, peer, value and unit; the value is the median of several
measurements on one thread. Frameworks that are not installed are left out. `fledge bench --peers
"python3 experiments/benchmarks/peers.py"` calls this for each of its figures, in the same sitting.
Tried with torch 2.13, jax 0.10, stable-baselines3 2.9, gymnasium 1.3, envpool 1.2 and cpprb 11.
"""

import json
import os
import statistics
import subprocess
import sys
import time

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

MICROSECONDS, STEPS, MILLISECONDS, MEBIBYTES = "µs", "steps/s", "ms", "MiB"
# CleanRL's dqn.py; Stable-Baselines3 differs in the Huber loss and in clipping the gradient at 10.
DQN = dict(
    learning_rate=2.5e-4, buffer_size=10000, learning_starts=10000, batch_size=128, tau=1.0,
    gamma=0.99, train_freq=10, gradient_steps=1, target_update_interval=500,
    exploration_initial_eps=1.0, exploration_final_eps=0.05, exploration_fraction=0.5,
)


def seconds_per_call(body, repeats=5, seconds=0.3, warm_up=20):
    """The median over repeats of the mean time of a call."""
    for _ in range(warm_up):
        body()
    means = []
    for _ in range(repeats):
        calls, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            for _ in range(10):
                body()
            calls += 10
        means.append((time.perf_counter() - start) / calls)
    return statistics.median(means)


def torch_network(sizes):
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    return torch, torch.nn.Sequential(*layers[:-1])


def torch_step(sizes, batch):
    torch, network = torch_network(sizes)
    x, y = torch.randn(batch, sizes[0]), torch.randn(batch, sizes[-1])
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, fused=True)

    def step():
        loss = torch.nn.functional.mse_loss(network(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    yield "torch, fused Adam", seconds_per_call(step) * 1e6, MICROSECONDS


def jax_step(sizes, batch):
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    import jax
    import jax.numpy as jnp
    import optax

    keys = jax.random.split(jax.random.PRNGKey(0), len(sizes) + 1)
    shapes = list(zip(sizes, sizes[1:]))
    parameters = [(jax.random.normal(k, s) / s[0] ** 0.5, jnp.zeros(s[1])) for k, s in zip(keys, shapes)]
    x, y = jax.random.normal(keys[-2], (batch, sizes[0])), jax.random.normal(keys[-1], (batch, sizes[-1]))
    optimizer = optax.adam(1e-3)

    def loss(parameters):
        h = x
        for weight, bias in parameters[:-1]:
            h = jax.nn.relu(h @ weight + bias)
        weight, bias = parameters[-1]
        return jnp.mean((h @ weight + bias - y) ** 2)

    def step(carry, _):
        parameters, state = carry
        updates, state = optimizer.update(jax.grad(loss)(parameters), state)
        return (optax.apply_updates(parameters, updates), state), None

    count = 200
    scan = jax.jit(lambda carry: jax.lax.scan(step, carry, None, length=count)[0])
    carry = (parameters, optimizer.init(parameters))
    run = lambda: jax.block_until_ready(scan(carry))
    yield "jax, in a scan", seconds_per_call(run, warm_up=1) / count * 1e6, MICROSECONDS


def torch_forward(sizes):
    torch, network = torch_network(sizes)
    x = torch.randn(1, sizes[0])
    with torch.no_grad():
        yield "torch", seconds_per_call(lambda: network(x)) * 1e6, MICROSECONDS


def sb3_agent():
    import gymnasium
    import torch
    from stable_baselines3 import DQN as Agent

    torch.set_num_threads(1)
    return Agent("MlpPolicy", gymnasium.make("CartPole-v1"), seed=1, device="cpu",
                 policy_kwargs=dict(net_arch=[120, 84]), **DQN)


def sb3_update():
    from stable_baselines3.common.logger import configure

    agent = sb3_agent()
    agent.learning_starts = 10**9
    agent.learn(2000)
    agent.set_logger(configure(None, []))
    seconds = seconds_per_call(lambda: agent.train(gradient_steps=50, batch_size=128), warm_up=1) / 50
    yield "Stable-Baselines3", seconds * 1e6, MICROSECONDS


def sb3_cartpole():
    rates = []
    for _ in range(3):
        agent = sb3_agent()
        start = time.perf_counter()
        agent.learn(50_000)
        rates.append(50_000 / (time.perf_counter() - start))
    yield "Stable-Baselines3", statistics.median(rates), STEPS


def gymnasium_stepping():
    import gymnasium
    import numpy

    environments = gymnasium.make_vec("CartPole-v1", num_envs=64, vectorization_mode="vector_entry_point")
    table = numpy.random.default_rng(0).integers(0, 2, size=(256, 64))
    environments.reset(seed=0)
    place = iter(range(1 << 60))
    seconds = seconds_per_call(lambda: environments.step(table[next(place) & 255]))
    yield "Gymnasium, vectorised NumPy", 64 / seconds, STEPS


def envpool_stepping():
    import envpool
    import numpy

    environments = envpool.make("CartPole-v1", env_type="gymnasium", num_envs=64, num_threads=1)
    table = numpy.random.default_rng(0).integers(0, 2, size=(256, 64)).astype(numpy.int32)
    environments.reset()
    place = iter(range(1 << 60))
    seconds = seconds_per_call(lambda: environments.step(table[next(place) & 255]))
    yield "EnvPool", 64 / seconds, STEPS


def sb3_sampling():
    import numpy
    from gymnasium import spaces
    from stable_baselines3.common.buffers import ReplayBuffer

    size = 1_000_000
    buffer = ReplayBuffer(size, spaces.Box(-1, 1, (17,), numpy.float32),
                          spaces.Box(-1, 1, (6,), numpy.float32), device="cpu", n_envs=1)
    random = numpy.random.default_rng(0)
    buffer.observations[:] = random.standard_normal(buffer.observations.shape, dtype=numpy.float32)
    buffer.next_observations[:] = random.standard_normal(buffer.observations.shape, dtype=numpy.float32)
    buffer.actions[:] = random.standard_normal(buffer.actions.shape, dtype=numpy.float32)
    buffer.full = True
    yield "Stable-Baselines3", seconds_per_call(lambda: buffer.sample(256)) * 1e6, MICROSECONDS


def cpprb_sampling():
    import cpprb
    import numpy

    count = 10_000
    buffer = cpprb.ReplayBuffer(1_000_000, {
        "obs": {"shape": 17}, "act": {"shape": 6}, "rew": {}, "next_obs": {"shape": 17}, "done": {}})
    rows = dict(obs=numpy.zeros((count, 17)), act=numpy.zeros((count, 6)), rew=numpy.zeros(count),
                next_obs=numpy.zeros((count, 17)), done=numpy.zeros(count))
    for _ in range(1_000_000 // count):
        buffer.add(**rows)
    yield "cpprb", seconds_per_call(lambda: buffer.sample(256)) * 1e6, MICROSECONDS


FIRST_STEP = """
import gymnasium
from stable_baselines3 import DQN
DQN("MlpPolicy", gymnasium.make("CartPole-v1"), device="cpu", buffer_size=10000).learn(1)
"""


def sb3_start():
    times = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", FIRST_STEP], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    yield "Stable-Baselines3, to its first step", statistics.median(times) * 1e3, MILLISECONDS


def sb3_memory():
    import resource

    sb3_agent().learn(12_000)
    yield "Stable-Baselines3", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, MEBIBYTES


SMALL, MIDDLE, LARGE = [4, 64, 64, 2], [4, 120, 84, 2], [17, 256, 256, 6]
FIGURES = {
    "engine/mlp-4-64-64-2": [lambda: torch_step(SMALL, 64), lambda: jax_step(SMALL, 64)],
    "engine/mlp-4-120-84-2": [lambda: torch_step(MIDDLE, 128), lambda: jax_step(MIDDLE, 128)],
    "engine/mlp-17-256-256-6": [lambda: torch_step(LARGE, 256), lambda: jax_step(LARGE, 256)],
    "engine/forward-4-120-84-2": [lambda: torch_forward(MIDDLE)],
    "dqn/update": [sb3_update],
    "dqn/cartpole": [sb3_cartpole],
    "stepping/CartPole-v1": [gymnasium_stepping, envpool_stepping],
    "replay/uniform": [sb3_sampling, cpprb_sampling],
    "startup/list": [sb3_start],
    "memory/dqn-cartpole": [sb3_memory],
}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for measure in FIGURES.get(sys.argv[1], []):
        try:
            for peer, value, unit in measure():
                print(json.dumps({"name": sys.argv[1], "peer": peer, "value": value, "unit": unit}))
        except ImportError as missing:
            print(f"{sys.argv[1]}: left out, {missing}", file=sys.stderr)


if __name__ == "__main__":
    main()
