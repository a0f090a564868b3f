"""How pleased buyers are, with an interval that few voices and copies widen."""

import numpy as np
import pytest

from pricing.mood import mood


def test_copies_count_once() -> None:
    honest, flood = [0.9, 0.8, 0.95, 0.85], [0.0] * 40
    found = mood([*honest, *flood], [1.0] * 4 + [1 / 40] * 40)
    assert found is not None
    assert found.mean == pytest.approx(sum(honest) / 5)
    assert found.voices == pytest.approx(5)
    assert found.count == 44


def test_few_voices_have_a_wide_interval_and_many_a_narrow_one() -> None:
    few, many = mood([1.0, 1.0], [1.0, 1.0]), mood([1.0] * 200, [1.0] * 200)
    assert few is not None
    assert many is not None
    assert few.low < 0.6 < few.high == 1.0
    assert many.low > 0.97
    assert mood([], []) is None


@pytest.mark.parametrize("share", [0.1, 0.5, 0.85])
def test_the_interval_holds_the_true_mean_nine_times_in_ten(share: float) -> None:
    """Simulated scores: praise or blame, and the same with doubts between them."""
    rng = np.random.default_rng(5)
    for doubt in (0.0, 0.3):
        held = 0
        for _ in range(400):
            praise = (rng.random(30) < share).astype(float)
            found = mood(list(praise * (1 - doubt) + doubt / 2), [1.0] * 30)
            assert found is not None
            held += found.low <= share * (1 - doubt) + doubt / 2 <= found.high
        assert held / 400 >= 0.86


def test_scores_outside_the_scale_are_refused() -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        mood([1.2], [1.0])
    with pytest.raises(ValueError, match="weight above 0"):
        mood([0.5], [0.0])
