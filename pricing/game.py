"""Two sellers on two ladders of prices, each out for itself."""

from dataclasses import dataclass

import numpy as np

from pricing.panel import Floats

MOST_ROUNDS = 50
SAME = 1e-9  # share of the money under which two prices earn the same, so that the nearer to today's is taken


@dataclass(frozen=True)
class Game:
    """What each pair of prices pays, and where both sellers stand today."""

    ours: Floats  # (P, R)
    theirs: Floats  # (P, R)
    allowed: Floats  # (P,) 0, or -inf where we may not go
    now: int  # our rung of today
    here: int  # theirs

    def our_best(self, theirs: int) -> int:
        return int(_best(self.ours[:, theirs] + self.allowed, self.now))

    def their_best(self, ours: int) -> int:
        return int(_best(self.theirs[ours], self.here))

    def equilibria(self) -> list[tuple[int, int]]:
        """Pairs from which neither gains by moving alone; of prices that earn the same, the nearest to today's."""
        pairs = ((i, self.their_best(i)) for i in range(len(self.allowed)))
        return [(i, j) for i, j in pairs if self.our_best(j) == i]

    def rounds(self, ours: int) -> tuple[list[tuple[int, int]], bool]:
        """Answers in turn from our new price on, until nothing moves or a pair comes back."""
        pair = (ours, self.their_best(ours))
        walked = [pair]
        while len(walked) <= MOST_ROUNDS:
            mine = self.our_best(pair[1])
            pair = (mine, self.their_best(mine))
            if pair == walked[-1] or pair in walked:
                return walked, pair == walked[-1]
            walked.append(pair)
        return walked, False


def _best(value: Floats, home: int) -> int:
    """Rung of the largest value, the nearest to `home` of those that are as good."""
    top = float(value.max())
    good = np.flatnonzero(value >= top - SAME * (1 + abs(top)))
    return int(good[np.argmin(np.abs(good - home))])
