"""256 of a million transitions with 17 features and 6 actions: Stable-Baselines3 and cpprb."""

from frameworks.timing import MICROSECONDS, seconds_per_call

COUNT = 1_000_000


def sb3_sampling():
    import numpy
    from gymnasium import spaces
    from stable_baselines3.common.buffers import ReplayBuffer

    buffer = ReplayBuffer(COUNT, spaces.Box(-1, 1, (17,), numpy.float32),
                          spaces.Box(-1, 1, (6,), numpy.float32), device="cpu", n_envs=1)
    random = numpy.random.default_rng(0)
    buffer.observations[:] = random.standard_normal(buffer.observations.shape, dtype=numpy.float32)
    buffer.next_observations[:] = random.standard_normal(buffer.observations.shape, dtype=numpy.float32)
    buffer.actions[:] = random.standard_normal(buffer.actions.shape, dtype=numpy.float32)
    buffer.full = True
    yield "Stable-Baselines3", seconds_per_call(lambda: buffer.sample(256)) * 1e6, MICROSECONDS


def filled(buffer, **more):
    import numpy

    block = 10_000
    rows = dict(obs=numpy.zeros((block, 17)), act=numpy.zeros((block, 6)), rew=numpy.zeros(block),
                next_obs=numpy.zeros((block, 17)), done=numpy.zeros(block))
    for _ in range(COUNT // block):
        buffer.add(**rows, **{name: make(block) for name, make in more.items()})
    return buffer


FIELDS = {"obs": {"shape": 17}, "act": {"shape": 6}, "rew": {}, "next_obs": {"shape": 17}, "done": {}}


def cpprb_sampling():
    import cpprb

    buffer = filled(cpprb.ReplayBuffer(COUNT, FIELDS))
    yield "cpprb", seconds_per_call(lambda: buffer.sample(256)) * 1e6, MICROSECONDS


def cpprb_prioritized():
    import cpprb
    import numpy

    random = numpy.random.default_rng(0)
    buffer = filled(cpprb.PrioritizedReplayBuffer(COUNT, FIELDS, alpha=0.6),
                    priorities=lambda block: random.random(block) + 0.01)
    priorities = random.random(256) + 0.01

    def sample_and_update():
        buffer.update_priorities(buffer.sample(256, beta=0.4)["indexes"], priorities)

    yield "cpprb", seconds_per_call(sample_and_update) * 1e6, MICROSECONDS
