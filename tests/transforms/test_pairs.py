"""Preference strength and disagreement, by hand."""

import pytest

from judge.transforms.pairs import (
    Strength,
    Treatment,
    disagreement_margin,
    pair_kind,
    preference_strength,
    soft_label,
    treat,
)


def test_strength_is_mean_and_spread_of_the_margins() -> None:
    # mean (0.2 + 0.4 - 0.3) / 3 = 0.1; variance (0.01 + 0.09 + 0.16) / 3
    found = preference_strength([0.2, 0.4, None, -0.3])
    assert found is not None
    assert (found.mean, found.std, found.judges) == pytest.approx((0.1, (0.26 / 3) ** 0.5, 3), abs=1e-9)
    assert preference_strength([None, None]) is None


def test_the_lowest_share_is_flipped_and_what_is_near_zero_is_softened() -> None:
    strengths = [Strength(mean, 0, 3) for mean in (-0.5, 0.05, 0.6, -0.2, 0.9)]
    # a fifth of five is one pair: the one at -0.5
    assert treat([*strengths, None], flip=0.2, near=0.1, smoothing=0.1) == (
        Treatment("flip", 0, 0.5),
        Treatment("soften", 0.9, 0.05),
        Treatment("keep", 1, 0.6),
        Treatment("keep", 1, -0.2),
        Treatment("keep", 1, 0.9),
        Treatment("unscored", None, None),
    )


def test_a_flipped_pair_near_zero_is_softened_on_its_new_side_and_clean_data_is_not_flipped() -> None:
    near, *rest = treat([Strength(-0.05, 0, 3), *[Strength(0.5, 0, 3)] * 4], flip=0.5)
    assert near == Treatment("flip", 0.1, 0.05)
    assert {one.action for one in rest} == {"keep"}


def test_the_soft_label_is_the_share_of_judges() -> None:
    # two for, one tie, one against: (2 + 0.5) / 4
    margins = [0.2, 0.1, 0, -0.4, None]
    assert soft_label(margins) == pytest.approx(0.625, abs=1e-9)
    assert disagreement_margin(margins, scale=2) == pytest.approx(0.5, abs=1e-9)
    assert disagreement_margin([0.1, 0.3]) == 1 and disagreement_margin([-0.1]) == -1
    assert soft_label([]) is None and disagreement_margin([None]) is None


def test_plural_and_indistinguishable_pairs_are_told() -> None:
    assert pair_kind([0.6, -0.6, 0.5, -0.4]) == "plural"
    assert pair_kind([0.01, -0.02, 0.03]) == "indistinguishable"
    assert pair_kind([0.6, 0.5, 0.4, -0.1, 0.3]) == "clear"
    assert pair_kind([None]) is None
