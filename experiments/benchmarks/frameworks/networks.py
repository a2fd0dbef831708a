"""Training steps of small networks, on data that is already in memory: torch and jax."""

import os

from frameworks.timing import MICROSECONDS, seconds_per_call


def one_thread_of_torch():
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    return torch


def torch_perceptron(sizes):
    torch = one_thread_of_torch()
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    return torch, torch.nn.Sequential(*layers[:-1])


def torch_training(network, optimizer, loss):
    def step():
        value = loss()
        optimizer.zero_grad()
        value.backward()
        optimizer.step()

    return step


def torch_step(sizes, batch):
    torch, network = torch_perceptron(sizes)
    x, y = torch.randn(batch, sizes[0]), torch.randn(batch, sizes[-1])
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, fused=True)
    step = torch_training(network, optimizer, lambda: torch.nn.functional.mse_loss(network(x), y))
    yield "torch, fused Adam", seconds_per_call(step) * 1e6, MICROSECONDS


def torch_forward(sizes):
    torch, network = torch_perceptron(sizes)
    x = torch.randn(1, sizes[0])
    with torch.no_grad():
        yield "torch", seconds_per_call(lambda: network(x)) * 1e6, MICROSECONDS


def torch_gru():
    torch = one_thread_of_torch()
    cells, head = torch.nn.GRU(32, 128, batch_first=True), torch.nn.Linear(128, 1)
    x, y = torch.randn(64, 32, 32), torch.randn(64, 32, 1)
    optimizer = torch.optim.Adam([*cells.parameters(), *head.parameters()], lr=1e-3, fused=True)
    loss = lambda: torch.nn.functional.mse_loss(head(cells(x)[0]), y)
    step = torch_training(cells, optimizer, loss)
    yield "torch, fused Adam", seconds_per_call(step, warm_up=5) * 1e6, MICROSECONDS


def torch_lenet():
    torch = one_thread_of_torch()
    nn = torch.nn
    network = nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(256, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
    x, y = torch.randn(100, 1, 28, 28), torch.randint(0, 10, (100,))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    loss = lambda: nn.functional.cross_entropy(network(x), y)
    step = torch_training(network, optimizer, loss)
    yield "torch", seconds_per_call(step, warm_up=5) * 1e6, MICROSECONDS


def one_thread_of_jax():
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    import jax

    return jax


def jax_seconds_a_step(parameters, optimizer, loss, count):
    """Of many steps in one compiled scan."""
    jax = one_thread_of_jax()
    import optax

    def step(carry, _):
        parameters, state = carry
        updates, state = optimizer.update(jax.grad(loss)(parameters), state)
        return (optax.apply_updates(parameters, updates), state), None

    scan = jax.jit(lambda carry: jax.lax.scan(step, carry, None, length=count)[0])
    carry = (parameters, optimizer.init(parameters))
    return seconds_per_call(lambda: jax.block_until_ready(scan(carry)), warm_up=1) / count


def jax_step(sizes, batch):
    jax = one_thread_of_jax()
    import jax.numpy as jnp
    import optax

    keys = jax.random.split(jax.random.PRNGKey(0), len(sizes) + 1)
    shapes = list(zip(sizes, sizes[1:]))
    parameters = [(jax.random.normal(k, s) / s[0] ** 0.5, jnp.zeros(s[1])) for k, s in zip(keys, shapes)]
    x, y = jax.random.normal(keys[-2], (batch, sizes[0])), jax.random.normal(keys[-1], (batch, sizes[-1]))

    def loss(parameters):
        h = x
        for weight, bias in parameters[:-1]:
            h = jax.nn.relu(h @ weight + bias)
        weight, bias = parameters[-1]
        return jnp.mean((h @ weight + bias - y) ** 2)

    seconds = jax_seconds_a_step(parameters, optax.adam(1e-3), loss, 200)
    yield "jax, in a scan", seconds * 1e6, MICROSECONDS


def jax_modules(module, x, loss_of, optimizer, count):
    jax = one_thread_of_jax()
    parameters = module.init(jax.random.PRNGKey(0), x)
    loss = lambda parameters: loss_of(module.apply(parameters, x))
    seconds = jax_seconds_a_step(parameters, optimizer, loss, count)
    yield "jax (flax), in a scan", seconds * 1e6, MICROSECONDS


def jax_gru():
    jax = one_thread_of_jax()
    import flax.linen as nn
    import jax.numpy as jnp
    import optax

    key = jax.random.PRNGKey(1)
    x, y = jax.random.normal(key, (64, 32, 32)), jax.random.normal(key, (64, 32, 1))
    network = nn.Sequential([nn.RNN(nn.GRUCell(128)), nn.Dense(1)])
    yield from jax_modules(network, x, lambda out: jnp.mean((out - y) ** 2), optax.adam(1e-3), 20)


def jax_lenet():
    jax = one_thread_of_jax()
    import flax.linen as nn
    import optax

    key = jax.random.PRNGKey(1)
    x, y = jax.random.normal(key, (100, 28, 28, 1)), jax.random.randint(key, (100,), 0, 10)
    pool = lambda h: nn.max_pool(nn.relu(h), (2, 2), (2, 2))
    network = nn.Sequential([
        nn.Conv(6, (5, 5), padding="VALID"), pool, nn.Conv(16, (5, 5), padding="VALID"), pool,
        lambda h: h.reshape((100, -1)),
        nn.Dense(120), nn.relu, nn.Dense(84), nn.relu, nn.Dense(10)])
    loss = lambda out: optax.softmax_cross_entropy_with_integer_labels(out, y).mean()
    yield from jax_modules(network, x, loss, optax.sgd(0.01), 20)
