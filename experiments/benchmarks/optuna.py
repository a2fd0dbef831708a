#!/usr/bin/env python3
"""Compares Fledge's samplers with Optuna's default one, on ten functions at equal budget.

    optuna.py [--fledge .build/release/fledge] [--samplers gaussianProcess,tpe] [--seeds 20]
              [--trials 100] [--peer TPESampler] [--peer-file FILE] [--json]
    optuna.py --values     the functions at a few points, as a test of Fledge holds them

Both search the same ten functions (`SearchFunctions.swift`) with the same noise, once for each
seed; what is compared is the function's value, noise left out, where the best trial was seen. For
each function a Wilcoxon signed-rank test over the seeds, and one over all pairs of function and
seed, each pair's difference divided by the median distance of the function's results to its
minimum, so that no function outweighs another. Needs optuna and scipy; tried with Optuna 5.0 and
scipy 1.16.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys

# This file is called like the package it needs.
sys.path = [path for path in sys.path if os.path.abspath(path or ".") != os.path.dirname(os.path.abspath(__file__))]

SHIFTS = [0.37, -0.61, 0.23, -0.11, 0.52, -0.43]
PI = math.pi


def sphere(x):
    return sum((v - 5 * s) ** 2 for v, s in zip(x, SHIFTS))


def rosenbrock(x):
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


def branin(x):
    a, b = x
    return (b - 5.1 / (4 * PI * PI) * a * a + 5 / PI * a - 6) ** 2 + 10 * (1 - 1 / (8 * PI)) * math.cos(a) + 10


HARTMANN_SCALES = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
HARTMANN_CENTERS = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]


def hartmann(x):
    return -sum(
        weight * math.exp(-sum(s * (v - c) ** 2 for s, v, c in zip(scales, x, centers)))
        for weight, scales, centers in zip([1.0, 1.2, 3.0, 3.2], HARTMANN_SCALES, HARTMANN_CENTERS)
    )


def ackley(x):
    moved = [v - 10 * s for v, s in zip(x, SHIFTS)]
    spread = math.sqrt(sum(v * v for v in moved) / len(x))
    waves = sum(math.cos(2 * PI * v) for v in moved) / len(x)
    return 20 + math.e - 20 * math.exp(-0.2 * spread) - math.exp(waves)


def rastrigin(x):
    moved = [v - 5.12 * s for v, s in zip(x, SHIFTS)]
    return sum(v * v + 10 - 10 * math.cos(2 * PI * v) for v in moved)


def levy(x):
    w = [1 + (v - 1) / 4 for v in x]
    middle = sum((v - 1) ** 2 * (1 + 10 * math.sin(PI * v + 1) ** 2) for v in w[:-1])
    return math.sin(PI * w[0]) ** 2 + middle + (w[-1] - 1) ** 2 * (1 + math.sin(2 * PI * w[-1]) ** 2)


def styblinski_tang(x):
    return sum(v**4 - 16 * v * v + 5 * v for v in x) / 2


def mixed(x):
    layers, width, activation, dropout, rate = x
    width, rate = math.log2(width), math.log10(rate)
    activation = {"relu": 0.3, "tanh": 1.0, "gelu": 0.0, "elu": 0.6}[activation]
    return (
        0.15 * (layers - 3) ** 2 + 0.3 * (width - 7) ** 2 + activation
        + 6 * (dropout - 0.2 - 0.05 * (width - 7)) ** 2
        + (rate + 2.5 + 0.25 * (layers - 3)) ** 2 + 0.4 * activation * abs(layers - 3)
    )


def learning_rate(x):
    rate, batch, horizon, decay = x
    batch = math.log2(batch)
    offset = math.log10(rate) + 3.2 - 0.15 * (batch - 6)
    horizon, decay = math.log10(horizon) + 1.7, decay - 0.08
    flat = 1 - math.exp(-0.8 * offset * offset)
    wall = 2 * (1 - math.exp(-((offset * 0.7) ** 2))) if offset > 0 else 0.0
    return 2 * flat + wall + 0.05 * (batch - 6) ** 2 + 0.8 * horizon * horizon + 3 * decay * decay


def real(axes, lowest, highest):
    return lambda trial: [trial.suggest_float(f"x{i}", lowest, highest) for i in range(axes)]


def branin_space(trial):
    return [trial.suggest_float("x0", -5, 10), trial.suggest_float("x1", 0, 15)]


def mixed_space(trial):
    return [
        trial.suggest_int("layers", 1, 8),
        trial.suggest_int("width", 8, 512, log=True),
        trial.suggest_categorical("activation", ["relu", "tanh", "gelu", "elu"]),
        trial.suggest_float("dropout", 0, 0.8, step=0.1),
        trial.suggest_float("rate", 1e-5, 1, log=True),
    ]


def learning_rate_space(trial):
    return [
        trial.suggest_float("rate", 1e-6, 1, log=True),
        trial.suggest_int("batch", 8, 1024, log=True),
        trial.suggest_float("horizon", 1e-3, 0.3, log=True),
        trial.suggest_float("decay", 0, 0.5),
    ]


# name: function, space, minimum, standard deviation of the noise
FUNCTIONS = {
    "sphere": (sphere, real(5, -5, 5), 0.0, 0.0),
    "rosenbrock": (rosenbrock, real(4, -2, 3), 0.0, 0.0),
    "branin": (branin, branin_space, 0.397887357729739, 0.0),
    "hartmann": (hartmann, real(6, 0, 1), -3.32236801141551, 0.0),
    "ackley": (ackley, real(5, -10, 10), 0.0, 0.0),
    "rastrigin": (rastrigin, real(3, -5.12, 5.12), 0.0, 0.0),
    "levy": (levy, real(4, -10, 10), 0.0, 0.0),
    "styblinski-tang": (styblinski_tang, real(4, -5, 5), -156.66466281508687, 0.0),
    "mixed": (mixed, mixed_space, 0.0, 0.0),
    "learning-rate": (learning_rate, learning_rate_space, 0.0, 0.1),
}
POINTS = {
    "branin": [[2.5, 7.25], [-3.0, 12.0]],
    "mixed": [[2, 64, "tanh", 0.3, 0.001], [6, 300, "gelu", 0.0, 0.02]],
    "learning-rate": [[0.001, 64, 0.02, 0.1], [0.1, 512, 0.005, 0.3]],
}


def noise(deviation, seed, trial):
    """The same draw as in Fledge: SplitMix64 of seed and number, made normal by Box and Muller."""
    if deviation == 0:
        return 0.0
    mask = (1 << 64) - 1
    state = (seed * 0x9E3779B97F4A7C15 + trial * 0xD1B54A32D192ED03) & mask

    def unit():
        nonlocal state
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return (((z ^ (z >> 31)) >> 12) + 0.5) * 2.0**-52

    radius = math.sqrt(-2 * math.log(unit()))
    return deviation * radius * math.cos(2 * PI * unit())


def search(name, seed, trials, sampler):
    """The function's value where Optuna saw the best of its trials."""
    import optuna

    function, space, _, deviation = FUNCTIONS[name]
    study = optuna.create_study(sampler=getattr(optuna.samplers, sampler)(seed=seed))
    best = (math.inf, math.inf)
    for number in range(trials):
        trial = study.ask()
        value = function(space(trial))
        seen = value + noise(deviation, seed, number)
        study.tell(trial, seen)
        if seen < best[0]:
            best = (seen, value)
    return best[1]


def peer_results(arguments):
    """Optuna's results by function; read from the file where it holds them, and kept there."""
    kept = {}
    if arguments.peer_file and os.path.exists(arguments.peer_file):
        with open(arguments.peer_file) as file:
            kept = json.load(file)
    for name in FUNCTIONS:
        for seed in range(arguments.seeds):
            key = f"{arguments.peer} {name} {arguments.trials} {seed}"
            if key not in kept:
                kept[key] = search(name, seed, arguments.trials, arguments.peer)
    if arguments.peer_file:
        with open(arguments.peer_file, "w") as file:
            json.dump(kept, file)
    return {
        name: [kept[f"{arguments.peer} {name} {arguments.trials} {seed}"] for seed in range(arguments.seeds)]
        for name in FUNCTIONS
    }


def own_results(arguments, sampler):
    command = [
        arguments.fledge, "bench", "--search", sampler, "--runs", str(arguments.seeds), "--trials",
        str(arguments.trials), "--json",
    ]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    results = {name: [math.nan] * arguments.seeds for name in FUNCTIONS}
    for line in map(json.loads, lines):
        results[line["function"]][line["seed"]] = line["best"]
    return results


def test(differences):
    """The two-sided p-value of Wilcoxon's signed-rank test; 1 where nothing differs."""
    from scipy.stats import wilcoxon

    return float(wilcoxon(differences).pvalue) if any(differences) else 1.0


def compare(own, peer):
    rows, pooled = [], []
    for name, (_, _, minimum, _) in FUNCTIONS.items():
        ours, theirs = ([value - minimum for value in results[name]] for results in (own, peer))
        differences = [a - b for a, b in zip(ours, theirs)]
        scale = statistics.median(ours + theirs) or 1.0
        pooled += [difference / scale for difference in differences]
        rows.append({
            "function": name, "ours": statistics.median(ours), "theirs": statistics.median(theirs),
            "wins": sum(d < 0 for d in differences), "losses": sum(d > 0 for d in differences),
            "p": test(differences),
        })
    total = {"wins": sum(d < 0 for d in pooled), "losses": sum(d > 0 for d in pooled), "p": test(pooled)}
    return rows, total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fledge", default=".build/release/fledge")
    parser.add_argument("--samplers", default="gaussianProcess,tpe")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--peer", default="TPESampler", help="a sampler of optuna.samplers")
    parser.add_argument("--peer-file", help="keeps Optuna's results, to run it once only")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--values", action="store_true")
    arguments = parser.parse_args()
    if arguments.values:
        for name, (function, _, _, deviation) in FUNCTIONS.items():
            axes = {"sphere": 5, "hartmann": 6, "ackley": 5, "rastrigin": 3}.get(name, 4)
            points = POINTS.get(name) or [[0.3] * axes, [0.1 + 0.2 * i for i in range(axes)]]
            print(json.dumps({
                "function": name, "points": points, "values": [function(p) for p in points],
                "noise": noise(deviation, 3, 7),
            }))
        return
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    peer = peer_results(arguments)
    for sampler in arguments.samplers.split(","):
        rows, total = compare(own_results(arguments, sampler), peer)
        if arguments.json:
            print(json.dumps({"sampler": sampler, "peer": arguments.peer, "functions": rows, "all": total}))
            continue
        print(f"\n{sampler} against Optuna {optuna.__version__} {arguments.peer}: "
              f"{arguments.trials} trials, {arguments.seeds} seeds; median distance to the minimum")
        print(f"{'function':18}{'ours':>12}{'Optuna':>12}{'wins':>6}{'losses':>8}{'p':>10}")
        for row in rows:
            print(f"{row['function']:18}{row['ours']:12.4g}{row['theirs']:12.4g}{row['wins']:6}{row['losses']:8}{row['p']:10.2g}")
        print(f"{'all':42}{total['wins']:6}{total['losses']:8}{total['p']:10.2g}")


if __name__ == "__main__":
    main()
