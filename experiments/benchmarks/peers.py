#!/usr/bin/env python3
"""Measures one of Fledge's figures with other frameworks, as far as they are installed.

    peers.py NAME        e.g. peers.py engine/mlp-4-64-64-2

Prints one JSON object a line with name, peer, value and unit; the value is the median of several
measurements on one thread. Frameworks that are not installed are left out. `fledge bench --peers
"python3 experiments/benchmarks/peers.py"` calls this for each of its figures, in the same sitting.
Tried with torch 2.13, torchjd 0.10, jax 0.10, flax 0.12, stable-baselines3 2.9, gymnasium 1.3,
envpool 1.2, cpprb 11, and RLtools of February 2026 (see frameworks/rltools.py).
"""

import json
import os
import sys

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

from frameworks import agents, multitask, networks, replay, rltools, worlds  # noqa: E402

SMALL, MIDDLE, LARGE = [4, 64, 64, 2], [4, 120, 84, 2], [17, 256, 256, 6]
FIGURES = {
    "engine/mlp-4-64-64-2": [lambda: networks.torch_step(SMALL, 64), lambda: networks.jax_step(SMALL, 64)],
    "engine/mlp-4-120-84-2": [lambda: networks.torch_step(MIDDLE, 128), lambda: networks.jax_step(MIDDLE, 128)],
    "engine/mlp-17-256-256-6": [lambda: networks.torch_step(LARGE, 256), lambda: networks.jax_step(LARGE, 256)],
    "engine/forward-4-120-84-2": [lambda: networks.torch_forward(MIDDLE)],
    "engine/gru-128": [networks.torch_gru, networks.jax_gru],
    "engine/lenet-5": [networks.torch_lenet, networks.jax_lenet],
    "dqn/update": [agents.dqn_update],
    "dqn/cartpole": [agents.dqn_cartpole],
    "ppo/cartpole": [agents.ppo_cartpole],
    "ppo/pendulum": [rltools.ppo],
    "sac/pendulum-64": [rltools.sac, lambda: agents.small_pendulum("SAC")],
    "td3/pendulum-64": [rltools.td3, lambda: agents.small_pendulum("TD3")],
    "sac/256": [rltools.large_sac, agents.large_pendulum],
    "stepping/CartPole-v1": [worlds.gymnasium_stepping, worlds.envpool_stepping],
    "replay/uniform": [replay.sb3_sampling, replay.cpprb_sampling],
    "replay/prioritized": [replay.cpprb_prioritized],
    "multitask/shared-10/equal": [lambda: multitask.step("equal", own=False)],
    "multitask/shared-10/exact": [lambda: multitask.step("mgda", own=False)],
    "multitask/solver-50-dependent/upGrad": [lambda: multitask.solver("upGrad", 45)],
    "multitask/solver-50-opposed/upGrad": [lambda: multitask.solver("upGrad", 50, in_opposed_pairs=True)],
    "startup/list": [agents.first_step],
    "memory/dqn-cartpole": [agents.memory],
}
for strategy in ["equal", *multitask.AGGREGATORS]:
    FIGURES["multitask/own-10/" + strategy] = [lambda strategy=strategy: multitask.step(strategy, own=True)]


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    for measure in FIGURES.get(sys.argv[1], []):
        try:
            for peer, value, unit in measure():
                print(json.dumps({"name": sys.argv[1], "peer": peer, "value": value, "unit": unit}))
        except ImportError as missing:
            print(f"{sys.argv[1]}: left out, {missing}", file=sys.stderr)


if __name__ == "__main__":
    main()
