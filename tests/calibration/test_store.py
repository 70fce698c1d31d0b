"""Calibrator files: what goes in comes out bit by bit, and what is no calibrator is refused."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.calibration import Calibrator, load, save
from judge.calibration.category import Category
from judge.calibration.conformal import Conformal
from judge.calibration.elo_shift import EloShift
from judge.calibration.embedding_head import EmbeddingHead
from judge.calibration.feature_head import FeatureHead
from judge.calibration.graded import Graded
from judge.calibration.ideal_point import IdealPoint
from judge.calibration.isotonic import Isotonic
from judge.calibration.low_rank import LowRank
from judge.calibration.meta import Meta
from judge.calibration.pca_heads import PcaHeads
from judge.calibration.platt import Platt
from judge.calibration.router import Router
from judge.calibration.store import MAX_BYTES
from judge.calibration.weights import Weights
from judge.errors import DataError

AB: tuple[dict[str, float], ...] = ({"a": 0.1, "b": 0.0}, {"a": 1.0, "b": 1 / 3})
EVERY: list[Calibrator] = [
    Isotonic(x=(0.0, 0.1 + 0.2, 1.0), y=(0.0, 1 / 3, 1.0), rows=3),
    Platt(a=1e-300, b=-5e-324),
    Graded(beta=2 / 3),
    Conformal(level=0.9, radius=0.1 + 0.2),
    Weights(criteria=("a", "b"), shared=AB[0], users={"ünï": AB[1]}),
    LowRank(criteria=("a", "b"), basis=AB, users={"u": (1 / 3, 2 / 3)}),
    PcaHeads(criteria=("a", "b"), heads=AB, shared=(0.5, -0.1), users={"u": (0.1, 0.2)}, scale=3),
    IdealPoint(criteria=("a", "b"), prototypes=AB, users={"": (0.1, 0.9)}, scale=7),
    Router(criteria=("a", "b"), heads=AB, shared=(0.5, 0.5), gate={"c": (0.1, 0.9)}, gains={"u": (-0.1, -2.5)}),
    Category(criteria=("a", "b"), heads={"c": {"a": 0.7}}),
    EloShift(shifts={"m": -0.1}),
    EmbeddingHead(centre=(0.1, 0.2), members=((1 / 3, 2 / 3),)),
    FeatureHead(intercept=-1e-300, slopes={"a": 1 / 3}),
    Meta(intercept=0.1 + 0.2, slopes={"voice:ünï": -2 / 3}, rows=7),
]


@pytest.mark.parametrize("calibrator", EVERY, ids=lambda one: one.kind)
def test_a_file_gives_back_the_same_numbers(tmp_path: Path, calibrator: Calibrator) -> None:
    path = tmp_path / "cal.json"
    save(calibrator, path)
    assert load(path) == calibrator
    held = json.loads(path.read_text())
    assert (held["kind"], held["version"]) == (calibrator.kind, 1)
    assert [file.name for file in tmp_path.iterdir()] == ["cal.json"]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=9, unique=True))
def test_numbers_survive_bit_by_bit(tmp_path_factory: pytest.TempPathFactory, numbers: list[float]) -> None:
    path = tmp_path_factory.getbasetemp() / "cal.json"
    calibrator = EmbeddingHead(centre=tuple(numbers), members=(tuple(numbers),))
    save(calibrator, path)
    assert [one.hex() for one in load(path).centre] == [one.hex() for one in numbers]  # type: ignore[union-attr]


ISOTONIC: dict[str, Any] = {"kind": "isotonic", "x": [0, 0.5, 1], "y": [0, 0.5, 1]}
LOW_RANK = json.loads(EVERY[5].model_dump_json())
HOSTILE: list[tuple[Any, str]] = [
    ("", "Invalid JSON"),
    ("[" * 100_000, "Invalid JSON"),
    (b"\xff\xfe\x00", "Invalid JSON"),
    ("__import__('os').system('true')", "Invalid JSON"),
    (b"\x80\x04\x95\x0b\x00\x00\x00.", "Invalid JSON"),
    ([1, 2], "should be an object"),
    ({}, "kind"),
    ({"kind": "pickle", "data": "gASV"}, "'pickle' found using 'kind' does not match"),
    ({**ISOTONIC, "version": 2}, "version"),
    ({**ISOTONIC, "also": 1}, "also: Extra inputs are not permitted"),
    ({**ISOTONIC, "x": [0, 1, 0.5]}, "the knots must rise"),
    ({**ISOTONIC, "x": [0, 0.5, 0.5]}, "the knots must rise"),
    ({**ISOTONIC, "y": [0, 1, 0.5]}, "must not fall"),
    ({**ISOTONIC, "y": [0, 0.5, 1.5]}, "less than or equal to 1"),
    ({**ISOTONIC, "y": [0, 1]}, "3 knots need as many values, got 2"),
    ({**ISOTONIC, "x": ["0", "0.5", "1"]}, "valid number"),
    ({**ISOTONIC, "x": [], "y": []}, "at least 1 item"),
    ('{"kind": "platt", "a": NaN, "b": 0}', "a: "),
    ('{"kind": "platt", "a": 1, "b": Infinity}', "b: "),
    ('{"kind": "platt", "a": 1, "b": -1e999}', "b: "),
    ('{"kind": "platt", "a": -1, "b": 0}', "greater than or equal to 0"),
    ('{"kind": "elo_shift", "shifts": {"m": NaN}}', "shifts.m: "),
    ({"kind": "weights", "criteria": ["a"], "shared": {"b": 1}}, "weights must be for a; got b"),
    ({**LOW_RANK, "users": {"u": [0.7, 0.7]}}, "add up to 1"),
    ({**LOW_RANK, "users": {"u": [1.5, -0.5]}}, "at least 0"),
    ({**LOW_RANK, "users": {"u": [1]}}, "2 numbers"),
    ({"kind": "embedding_head", "centre": [0, 0], "members": [[1]]}, "every member needs 2 weights"),
]


@pytest.mark.parametrize(("content", "reason"), HOSTILE)
def test_what_is_no_calibrator_is_refused_in_one_sentence(tmp_path: Path, content: Any, reason: str) -> None:
    path = tmp_path / "cal.json"
    path.write_bytes(content if isinstance(content, bytes) else
                     (content if isinstance(content, str) else json.dumps(content)).encode())  # fmt: skip
    with pytest.raises(DataError) as found:
        load(path)
    assert reason in str(found.value) and "\n" not in str(found.value) and len(str(found.value)) < 600


def test_large_missing_and_special_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "cal.json"
    path.write_text(json.dumps(ISOTONIC) + " " * MAX_BYTES)
    with pytest.raises(DataError, match="is over 5,242,880 bytes"):
        load(path)
    for place in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(DataError, match="there is no calibrator"):
            load(place)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="there is no calibrator"):
        load(tmp_path / "pipe")
    with pytest.raises(DataError, match="cannot write"):
        save(EVERY[0], tmp_path / "nowhere" / "cal.json")
    large = EmbeddingHead(centre=(0.1,) * 100_000, members=((0.123456789012345,) * 100_000,) * 4)
    with pytest.raises(DataError, match="fit fewer users or members"):
        save(large, tmp_path / "large.json")
    assert not (tmp_path / "large.json").exists()


def test_applying_needs_no_numpy_and_fitting_says_what_to_install(tmp_path: Path) -> None:
    save(EVERY[4], tmp_path / "cal.json")
    script = """
import sys
sys.modules.update(dict.fromkeys(["numpy", "scipy", "sklearn"]))
from judge.calibration import Label, Pair, load
from judge.calibration import isotonic, platt, weights, low_rank
print(load(sys.argv[1]).apply({"a": 0.5, "b": 0.5}, "ünï"))
for fit, rows in (isotonic.fit, [Label(0.1, 0)]), (platt.fit, [Label(0.1, 0)]), (weights.fit, [Pair({}, {})]):
    try:
        fit(rows)
    except Exception as error:
        print(type(error).__name__, error)
"""
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "cal.json")], capture_output=True, text=True)
    said = "SettingsError fitting needs scikit-learn; pip install 'agentic-judge[learn]'"
    assert done.stdout.splitlines() == ["0.5", said, said, said], done.stderr
