"""Products that belong together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pricing.panel import Floats


@dataclass(frozen=True)
class Groups:
    """Products that share a season: `label` (N,) numbers the groups."""

    label: NDArray[np.int64]
    members: Floats  # (G, N) one where a product belongs

    @classmethod
    def of(cls, names: tuple[str, ...]) -> "Groups":
        """Group equal names."""
        label = np.unique(np.array(names, dtype=str), return_inverse=True)[1].astype(np.int64)
        return cls(label, (np.arange(label.max() + 1)[:, None] == label).astype(np.float64))
