"""Calibrators of criteria: by hand, and on tastes that were planted."""

import math
import random
from collections.abc import Mapping

import numpy as np
import pytest

from judge.calibration import category, ideal_point, low_rank, pca_heads, router, weights
from judge.calibration.base import LinearCalibrator
from judge.calibration.category import Category
from judge.calibration.examples import Pair, scored_pairs
from judge.calibration.ideal_point import IdealPoint
from judge.calibration.low_rank import LowRank
from judge.calibration.newton import logistic
from judge.calibration.pca_heads import PcaHeads
from judge.calibration.router import Router
from judge.calibration.weights import Weights
from judge.errors import DataError, SettingsError

NAMES = ("brief", "correct", "kind", "vivid")


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def preferred(taste: Mapping[str, float], n: int, seed: int, user: str = "", category: str = "") -> list[Pair]:
    """Pairs of random responses, chosen by a taste with the noise that Bradley and Terry give it."""
    chance = random.Random(seed)
    pairs = []
    for _ in range(n):
        a, b = ({name: chance.random() for name in taste} for _ in range(2))
        p = sigmoid(sum(taste[name] * (a[name] - b[name]) for name in taste))
        first = chance.random() < p
        pairs.append(Pair(a if first else b, b if first else a, user=user, category=category))
    return pairs


def taste(*numbers: float) -> dict[str, float]:
    return dict(zip(NAMES, numbers, strict=True))


def cosine(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    dot = sum(a[name] * b[name] for name in a)
    return dot / math.sqrt(sum(x * x for x in a.values()) * sum(x * x for x in b.values()))


def of(calibrator: LinearCalibrator, user: str = "", category: str = "") -> Mapping[str, float]:
    return calibrator.weights({}, user, category)


# ------------------------------------------------------------------ applying


def test_value_and_preference_by_hand() -> None:
    calibrator = Weights(criteria=("a", "b"), shared={"a": 3, "b": -1}, users={"u": {"a": 0, "b": 2}})
    # (3 * 0.5 + 1 * (1 - 0.2)) / 4
    assert calibrator.apply({"a": 0.5, "b": 0.2, "c": None}) == pytest.approx(2.3 / 4, abs=1e-9)
    assert calibrator.apply({"a": None, "b": 0.2}) is None and calibrator.apply({"a": 0.5}) is None
    assert calibrator.apply({"a": 0.5, "b": 0.2}, "u") == pytest.approx(0.2, abs=1e-9)
    # 3 * (0.5 - 0.1) - 1 * (0.2 - 0.6) = 1.6
    first, second = {"a": 0.5, "b": 0.2}, {"a": 0.1, "b": 0.6}
    assert calibrator.preference(first, second) == pytest.approx(sigmoid(1.6), abs=1e-9)
    assert calibrator.preference(first, {"a": 0.1}) is None
    assert Weights(criteria=("a",), shared={"a": 0}).apply({"a": 0.9}) == 0.5


def test_low_rank_pca_and_router_by_hand() -> None:
    criteria, basis = ("a", "b"), ({"a": 4.0, "b": 0.0}, {"a": 0.0, "b": 2.0})
    low = LowRank(criteria=criteria, basis=basis, users={"u": (0.25, 0.75), "v": (0.75, 0.25)})
    assert of(low, "u") == pytest.approx({"a": 1, "b": 1.5}, abs=1e-9)  # 0.25 * 4, 0.75 * 2
    assert of(low, "new") == pytest.approx({"a": 2, "b": 1}, abs=1e-9)  # the mean mixture is a half each
    heads = PcaHeads(criteria=criteria, heads=basis, shared=(0.5, -0.5), users={"u": (0, 1)}, scale=2)
    assert of(heads) == pytest.approx({"a": 4, "b": -2}, abs=1e-9)
    assert of(heads, "u") == pytest.approx({"a": 0, "b": 4}, abs=1e-9)
    mixed = Router(criteria=criteria, heads=basis, shared=(0.5, 0.5), gate={"code": (0.8, 0.2)},
                   gains={"u": (0.0, math.log(4))})  # fmt: skip
    assert of(mixed) == pytest.approx({"a": 2, "b": 1}, abs=1e-9)
    # 0.8 * 1 and 0.2 * 4 are as much
    assert of(mixed, "u", "code") == pytest.approx({"a": 2, "b": 1}, abs=1e-9)
    assert mixed.mixture("u") == pytest.approx((0.2, 0.8), abs=1e-9)


def test_hedge_multiplies_each_head_by_how_likely_it_found_the_preference() -> None:
    heads = ({"a": 2.0, "b": 0.0}, {"a": 0.0, "b": 2.0})
    before = Router(criteria=("a", "b"), heads=heads, shared=(0.5, 0.5))
    pair = Pair({"a": 1.0, "b": 0.0}, {"a": 0.5, "b": 0.5}, user="u")
    # P_1 = sigmoid(2 * 0.5), P_2 = sigmoid(2 * -0.5) = 1 - P_1, so the weights become P_1 and 1 - P_1
    after = before.seen(pair)
    assert after.mixture("u") == pytest.approx((sigmoid(1), 1 - sigmoid(1)), abs=1e-9)
    assert after.mixture("other") == before.mixture("u") == (0.5, 0.5)
    twice, odds = after.seen(pair, eta=0.5), (sigmoid(1) / sigmoid(-1)) ** 1.5
    assert twice.mixture("u")[0] == pytest.approx(odds / (1 + odds), abs=1e-9)
    assert before.seen(Pair({"a": None}, {"a": 1.0}, user="u")) is before


def test_ideal_point_by_hand() -> None:
    points = ({"a": 0.0, "b": 1.0}, {"a": 1.0, "b": 1.0})
    found = IdealPoint(criteria=("a", "b"), prototypes=points, users={"u": (0.4, 0.6), "v": (1, 0)}, scale=3)
    assert found.ideal("u") == pytest.approx({"a": 0.6, "b": 1}, abs=1e-9)
    # distance 0.1^2 + 0.5^2 = 0.26; the value is 1 - 0.26 / 2
    assert found.apply({"a": 0.5, "b": 0.5}, "u") == pytest.approx(0.87, abs=1e-9)
    # against (0.6, 0.8), at distance 0.04: 3 * (0.26 - 0.04)
    assert found.preference({"a": 0.6, "b": 0.8}, {"a": 0.5, "b": 0.5}, "u") == pytest.approx(sigmoid(0.66), abs=1e-9)
    assert found.ideal("new") == pytest.approx({"a": 0.3, "b": 1}, abs=1e-9)
    assert found.apply({"a": 0.5, "b": None}, "u") is None and found.preference({}, {}, "u") is None


def test_an_unknown_category_weighs_all_parts_alike() -> None:
    found = Category(criteria=("a", "b"), heads={"code": {"a": 3}, "chat": {"a": 1, "b": -1}})
    assert found.apply({"a": 0.2, "b": None}, category="code") == pytest.approx(0.2, abs=1e-9)
    assert found.apply({"a": 0.2, "b": None}, category="chat") is None
    assert found.apply({"a": 0.2, "x": 0.6}, category="new") == pytest.approx(0.4, abs=1e-9)
    assert found.apply({"a": 0.2, "x": None}, category="new") is None and found.apply({}, category="new") is None


# ------------------------------------------------------------------ fitting


def test_newton_by_hand() -> None:
    # 3 of 4 at x = 1: log 3; two rows that count twice and once: (2 * 1 + 1 * 0) / 3, log 2
    assert logistic(np.ones((4, 1)), np.array([1.0, 1, 1, 0]))[0] == pytest.approx(math.log(3), abs=1e-9)
    assert logistic(np.ones((2, 1)), np.array([1.0, 0]), counts=np.array([2.0, 1]))[0] == pytest.approx(math.log(2))
    # one difference of 1, ridge 2 towards 3: where the slopes meet, sigmoid(w) - 1 + 2 (w - 3) = 0
    w = float(logistic(np.ones((1, 1)), ridge=2, prior=3.0)[0])
    assert sigmoid(w) - 1 + 2 * (w - 3) == pytest.approx(0, abs=1e-9)


def test_weights_find_planted_tastes_of_everyone_and_of_each_user() -> None:
    ann, bob = taste(6, 2, 0, -3), taste(-4, 5, 1, 0)
    pairs = [*preferred(ann, 4_000, 1, "ann"), *preferred(bob, 4_000, 2, "bob")]
    found = weights.fit(pairs)
    assert found.users["ann"] == pytest.approx(ann, abs=0.45) and found.users["bob"] == pytest.approx(bob, abs=0.45)
    assert cosine(found.shared, taste(2, 7, 1, -3)) > 0.95
    assert found.rows == 8_000 and of(found, "new") == found.shared


def test_few_pairs_stay_near_the_prior() -> None:
    pairs = preferred(taste(1, 1, 1, 1), 4, 1)
    prior = {"brief": 2.0, "correct": 8.0}  # the others count 1
    assert of(weights.fit(pairs, prior=prior, ridge=1e6)) == pytest.approx(taste(2, 8, 1, 1), abs=1e-4)
    for ridge in (0, -1):
        with pytest.raises(SettingsError, match="a ridge must be above 0"):
            weights.fit(pairs, ridge=ridge)


def test_low_rank_finds_users_that_mix_two_tastes_and_adds_a_new_one() -> None:
    left, right = np.array([8.0, 0, 2, 0]), np.array([0, 8.0, 0, 2])
    mixes = {f"u{at}": at / 5 for at in range(6)}
    tastes = {user: taste(*(mix * left + (1 - mix) * right)) for user, mix in mixes.items()}
    pairs = [pair for at, (user, own) in enumerate(tastes.items()) for pair in preferred(own, 600, at, user)]
    found = low_rank.fit(pairs, seed=1)
    assert min(cosine(of(found, user), own) for user, own in tastes.items()) > 0.97
    assert all(math.fsum(mix) == pytest.approx(1, abs=1e-9) and min(mix) >= 0 for mix in found.users.values())
    assert found == low_rank.fit(pairs, seed=1)
    newcomer = taste(*(0.9 * left + 0.1 * right))
    grown = low_rank.with_user(found, "new", preferred(newcomer, 60, 99, "new"))
    assert grown.basis == found.basis and {**grown.users, "new": ()} == {**found.users, "new": ()}
    assert cosine(of(grown, "new"), newcomer) > 0.95


def test_low_rank_drops_columns_that_nobody_uses() -> None:
    basis, mixtures = np.array([[1.0, 2, 3]]), np.array([[0.594, 0.005, 0.401], [0.2, 0.009, 0.791]])
    columns, kept = low_rank.without_unused(basis, mixtures)
    assert columns.tolist() == [[1, 3]]
    assert kept[0] == pytest.approx([0.594 / 0.995, 0.401 / 0.995], abs=1e-9)
    assert low_rank.without_unused(basis, mixtures + 0.002)[0].tolist() == [[1, 2, 3]]  # a share of 0.011 is enough
    with pytest.raises(DataError, match="no pair has a user"):
        low_rank.fit(preferred(taste(1, 1, 1, 1), 9, 1))


def test_pca_heads_are_orthonormal_and_weigh_by_accuracy() -> None:
    # along a the three pairs differ most, and twice of three times the chosen one has more of it
    moved = {"u": ((0.9, 0.1), (0.8, 0.2)), "v": ((0.3, 0.7),)}
    pairs = [Pair({"a": x, "b": 0.5}, {"a": y, "b": 0.5}, user) for user, own in moved.items() for x, y in own]
    found = pca_heads.fit(pairs)
    assert found.heads == ({"a": 1, "b": 0},)
    # accuracy with one right and one wrong pair added, less a half: 3/5, 3/4 and 1/3
    assert found.shared == pytest.approx((0.1,), abs=1e-9)
    assert found.users == {"u": pytest.approx((0.25,), abs=1e-9), "v": pytest.approx((1 / 3 - 0.5,), abs=1e-9)}
    grown = pca_heads.with_user(found, "w", pairs[:1])
    assert grown.users["w"] == pytest.approx((2 / 3 - 0.5,), abs=1e-9) and grown.users["u"] == found.users["u"]


def test_pca_heads_find_a_planted_taste() -> None:
    ann = taste(6, 2, 0, -3)
    found = pca_heads.fit([*preferred(ann, 2_000, 1, "ann"), *preferred(taste(-6, 5, 1, 0), 2_000, 2, "bob")])
    assert len(found.heads) == 4
    for at, head in enumerate(found.heads):
        for other in found.heads[: at + 1]:
            dot = sum(head[name] * other[name] for name in NAMES)
            assert dot == pytest.approx(float(other is head), abs=1e-9)
    assert cosine(of(found, "ann"), ann) > 0.9
    assert len(pca_heads.fit(preferred(ann, 50, 1), heads=2).heads) == 2


def test_ideal_point_finds_where_more_is_no_better() -> None:
    chance = random.Random(4)
    ideals = {"ann": (0.2, 0.9), "bob": (0.8, 0.3)}
    pairs = []
    for user, (x, y) in ideals.items():
        for _ in range(3_000):
            a, b = ({"length": chance.random(), "care": chance.random()} for _ in range(2))
            r = [-((each["length"] - x) ** 2) - (each["care"] - y) ** 2 for each in (a, b)]
            first = chance.random() < sigmoid(10 * (r[0] - r[1]))
            pairs.append(Pair(a if first else b, b if first else a, user=user))
    found = ideal_point.fit(pairs, seed=1)
    for user, (x, y) in ideals.items():
        assert found.ideal(user) == pytest.approx({"length": x, "care": y}, abs=0.06)
    assert found.scale == pytest.approx(10, abs=1.5)
    assert found == ideal_point.fit(pairs, seed=1)
    with pytest.raises(DataError, match=r"needs criteria in \[0, 1\], got 7"):
        ideal_point.fit([Pair({"a": 7.0}, {"a": 0.0})] * 3)


def test_router_finds_the_taste_of_each_category_and_learns_a_user() -> None:
    code, chat = taste(0, 9, 0, 0), taste(2, -6, 4, 5)
    pairs = [*preferred(code, 1_500, 1, category="code"), *preferred(chat, 1_500, 2, category="chat")]
    found = router.fit(pairs, ridge=0.1, seed=1)
    assert cosine(of(found, category="code"), code) > 0.97 and cosine(of(found, category="chat"), chat) > 0.97
    assert max(found.gate["code"]) > 0.9 and max(found.gate["chat"]) > 0.9
    assert found == router.fit(pairs, ridge=0.1, seed=1)
    # a user whose taste is that of chat is recognised after twenty pairs, whatever the category
    for pair in preferred(chat, 20, 3, user="ann"):
        found = found.seen(pair)
    assert cosine(of(found, "ann"), chat) > 0.95 and cosine(of(found), chat) < 0.9


def test_router_takes_users_where_there_are_no_categories() -> None:
    pairs = [*preferred(taste(0, 9, 0, 0), 800, 1, "ann"), *preferred(taste(0, -9, 0, 0), 800, 2, "bob")]
    found = router.fit(pairs, ridge=0.1)
    assert found.gate == {} and of(found, "new") != of(found, "ann")
    assert of(found, "ann")["correct"] > 3 and of(found, "bob")["correct"] < -3
    with pytest.raises(DataError, match="the category or the user of each pair"):
        router.fit(preferred(taste(1, 1, 1, 1), 9, 1))


def test_category_heads_have_criteria_of_their_own() -> None:
    poem, proof = {"vivid": 7.0, "kind": 1.0}, {"correct": 8.0, "vivid": -2.0}
    found = category.fit([*preferred(poem, 4_000, 1, category="poem"), *preferred(proof, 4_000, 2, category="proof")])
    assert of(found, category="poem") == pytest.approx(poem, abs=0.5)
    assert of(found, category="proof") == pytest.approx(proof, abs=0.5)
    assert found.criteria == ("correct", "kind", "vivid")


# ------------------------------------------------------------------ what is unscored


def test_pairs_without_a_value_are_left_out() -> None:
    whole = preferred(taste(6, 2, 0, -3), 50, 1)
    broken = [Pair({**whole[0].chosen, "kind": None}, whole[0].rejected), Pair({"brief": 1.0}, whole[0].rejected)]
    assert weights.fit([*whole, *broken]) == weights.fit(whole)
    assert scored_pairs([*whole, *broken]).left_out == 2
    with pytest.raises(DataError, match="0 of 2 have them; the criterion most often without a value is 'kind'"):
        weights.fit(broken)
