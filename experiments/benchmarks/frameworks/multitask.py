"""A step on ten tasks with TorchJD: trunk 32-256-256, heads 256-64-1, squared error, Adam."""

from frameworks.networks import one_thread_of_torch
from frameworks.timing import MILLISECONDS, seconds_per_call

TASKS, ROWS = 10, 256
AGGREGATORS = {
    "pcGrad": lambda jd: jd.PCGrad(), "mgda": lambda jd: jd.MGDA(), "imtlG": lambda jd: jd.IMTLG(),
    "nashMTL": lambda jd: jd.NashMTL(n_tasks=TASKS), "caGrad": lambda jd: jd.CAGrad(c=0.4),
    "upGrad": lambda jd: jd.UPGrad(), "alignedMTL": lambda jd: jd.AlignedMTL(),
}


def step(strategy, own):
    """One step; own: each task has rows of its own."""
    torch = one_thread_of_torch()
    from torchjd import aggregation, autojac

    nn = torch.nn
    trunk = nn.Sequential(nn.Linear(32, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU())
    heads = nn.ModuleList(
        nn.Sequential(nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 1)) for _ in range(TASKS))
    optimizer = torch.optim.Adam([*trunk.parameters(), *heads.parameters()], lr=1e-3)
    x = torch.randn(ROWS * (TASKS if own else 1), 32)
    labels = [torch.randn(ROWS, 1) for _ in range(TASKS)]
    aggregator = AGGREGATORS[strategy](aggregation) if strategy != "equal" else None

    def run():
        optimizer.zero_grad()
        features = trunk(x)
        parts = features.split(ROWS) if own else [features] * TASKS
        losses = [nn.functional.mse_loss(h(z), y) for h, z, y in zip(heads, parts, labels)]
        if aggregator is None:
            (sum(losses) / TASKS).backward()
        else:
            autojac.mtl_backward(losses, features=features)
            autojac.jac_to_grad(trunk.parameters(), aggregator)
        optimizer.step()

    seconds = seconds_per_call(run, repeats=3, seconds=0.7, warm_up=2)
    yield "torch" if strategy == "equal" else "TorchJD", seconds * 1e3, MILLISECONDS


def solver(strategy, parameters, in_opposed_pairs=False):
    """The weights of 50 gradients alone."""
    torch = one_thread_of_torch()
    from torchjd import aggregation

    rows = torch.randn(50, parameters)
    if in_opposed_pairs:
        rows[1::2] = 0.1 * rows[1::2] - rows[0::2]
    aggregator = AGGREGATORS[strategy](aggregation)
    seconds = seconds_per_call(lambda: aggregator(rows), repeats=3, warm_up=2)
    yield "TorchJD", seconds * 1e3, MILLISECONDS
