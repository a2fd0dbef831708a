"""Stepping 64 CartPoles with actions drawn beforehand: Gymnasium and EnvPool."""

from frameworks.timing import STEPS, seconds_per_call


def stepping(environments, kind):
    import numpy

    table = numpy.random.default_rng(0).integers(0, 2, size=(256, 64)).astype(kind)
    place = iter(range(1 << 60))
    return 64 / seconds_per_call(lambda: environments.step(table[next(place) & 255]))


def gymnasium_stepping():
    import gymnasium

    environments = gymnasium.make_vec("CartPole-v1", num_envs=64, vectorization_mode="vector_entry_point")
    environments.reset(seed=0)
    yield "Gymnasium, vectorised NumPy", stepping(environments, "int64"), STEPS


def envpool_stepping():
    import envpool

    environments = envpool.make("CartPole-v1", env_type="gymnasium", num_envs=64, num_threads=1)
    environments.reset()
    yield "EnvPool", stepping(environments, "int32"), STEPS
