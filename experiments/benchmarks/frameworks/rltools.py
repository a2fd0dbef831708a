"""RLtools' own examples on Pendulum, compiled from a checkout that RLTOOLS names.

    git clone https://github.com/rl-tools/rl-tools; export RLTOOLS=$PWD/rl-tools

As fast as they get: for this processor, with fast mathematics, OpenBLAS, and of its kernels the
faster ones. Without RLTOOLS they are left out.
"""

import os
import re
import statistics
import subprocess
import tempfile

from frameworks.timing import MILLISECONDS, STEPS

FLAGS = ["-std=c++17", "-Ofast", "-march=native", "-DRL_TOOLS_BACKEND_ENABLE_OPENBLAS",
         "-DRL_TOOLS_ENABLE_OPENBLAS", "-DRL_TOOLS_DISABLE_HDF5", "-DRL_TOOLS_DISABLE_TENSORBOARD",
         "-DRL_TOOLS_DISABLE_JSON", "-DRL_TOOLS_NN_DISABLE_GENERIC_FORWARD_BACKWARD", "-DBENCHMARK"]
# The example of PPO leaves the kernels out that call the BLAS library; with them it is faster.
BLAS = ("#include <rl_tools/nn/optimizers/adam/instance/operations_generic.h>",
        "#include <rl_tools/nn/optimizers/adam/instance/operations_generic.h>\n"
        "#include <rl_tools/nn/operations_cpu_mux.h>")
LARGE = [("BATCH_SIZE = 100", "BATCH_SIZE = 256"), ("HIDDEN_DIM = 64", "HIDDEN_DIM = 256"),
         ("STEP_LIMIT = 10000;", "STEP_LIMIT = 2256;\n    static constexpr TI N_WARMUP_STEPS = 256;\n"
          "    static constexpr TI N_WARMUP_STEPS_CRITIC = 256;\n"
          "    static constexpr TI N_WARMUP_STEPS_ACTOR = 256;")]


def seconds(example, changes=()):
    """The median of three runs' own loop times, with the faster kernels."""
    root = os.environ.get("RLTOOLS")
    if not root:
        raise ImportError("RLTOOLS names no checkout of RLtools")
    folder = os.path.join(root, "src/rl/environments/pendulum", os.path.dirname(example))
    with tempfile.TemporaryDirectory() as scratch:
        # Headers that lie beside the example are changed, too.
        for name in os.listdir(folder):
            if not name.endswith((".h", ".cpp")):
                continue
            with open(os.path.join(folder, name)) as file:
                text = file.read()
            for old, new in changes:
                text = text.replace(old, new)
            with open(os.path.join(scratch, name), "w") as file:
                file.write(text)
        program = os.path.join(scratch, "program")
        source = os.path.join(scratch, os.path.basename(example))
        subprocess.run(["g++", *FLAGS, "-I", os.path.join(root, "include"), source, "-o", program,
                        "-lopenblas", "-lpthread"], check=True)
        return min(statistics.median(run(program, kernels) for _ in range(3)) for kernels in kinds())


def kinds():
    """OpenBLAS does not know every processor that has AVX-512."""
    with open("/proc/cpuinfo") as file:
        return [None, "SKYLAKEX"] if "avx512vl" in file.read() else [None]


def run(program, kernels):
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1")
    if kernels:
        environment["OPENBLAS_CORETYPE"] = kernels
    result = subprocess.run([program], env=environment, check=True, capture_output=True, text=True)
    return float(re.findall(r"Time: ([0-9.e-]+)s", result.stdout + result.stderr)[-1])


def ppo():
    yield "RLtools", seconds("ppo/cpu/training.cpp", [BLAS]) * 1e3, MILLISECONDS


def sac():
    yield "RLtools", 10_000 / seconds("sac/cpu/training.cpp"), STEPS


def td3():
    yield "RLtools", 10_000 / seconds("td3/cpu/benchmark.cpp"), STEPS


def large_sac():
    yield "RLtools", seconds("sac/cpu/training.cpp", LARGE) / 2000 * 1e3, MILLISECONDS
