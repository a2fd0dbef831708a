"""How long a call takes, and the units of figures."""

import statistics
import time

MICROSECONDS, STEPS, MILLISECONDS, MEBIBYTES = "µs", "steps/s", "ms", "MiB"


def seconds_per_call(body, repeats=5, seconds=0.3, warm_up=20):
    """The median over repeats of the mean time of a call."""
    for _ in range(warm_up):
        body()
    means = []
    for _ in range(repeats):
        calls, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            for _ in range(1 if warm_up < 10 else 10):
                body()
                calls += 1
        means.append((time.perf_counter() - start) / calls)
    return statistics.median(means)


def median_rate(work, steps, repeats=3):
    """The median of steps a second; work() prepares a run and returns what is timed."""
    rates = []
    for _ in range(repeats):
        run = work()
        start = time.perf_counter()
        run()
        rates.append(steps / (time.perf_counter() - start))
    return statistics.median(rates)
