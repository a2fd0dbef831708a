"""Writes the files that MATFileTests reads: python3 make.py (needs scipy)."""

import os

import numpy as np
from scipy.io import savemat

here = os.path.dirname(os.path.abspath(__file__))
matrix = np.arange(6, dtype="f8").reshape(2, 3) / 4
cells = np.empty((1, 3), dtype=object)
for index in range(3):
    cells[0, index] = (np.arange(4 * (index + 1)).reshape(-1, 2) + index).astype("u1")
nested = np.empty((1, 1), dtype=object)
nested[0, 0] = cells
variables = {
    "matrix": matrix,
    "cells": cells,
    "nested": nested,
    "single": np.float32([[1.5, -2.5]]),
    "integers": np.int16([[-300], [300]]),
    "text": "not numbers",
    "complex": np.array([[1 + 2j]]),
    "structure": {"field": np.array([1.0])},
    "empty": np.zeros((0, 3)),
    "large": np.int64([[-(2**40), 2**40]]),
}
savemat(os.path.join(here, "plain.mat"), variables)
savemat(os.path.join(here, "packed.mat"), variables, do_compression=True)
savemat(os.path.join(here, "v4.mat"), {"matrix": matrix}, format="4")
