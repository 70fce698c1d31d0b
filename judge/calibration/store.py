"""Calibrators as files: small, readable JSON that cannot do anything."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

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
from judge.calibration.weights import Weights
from judge.errors import DataError

MAX_BYTES = 5 * 2**20
"""Largest file that is read."""

Calibrator = Annotated[
    Isotonic | Platt | Graded | Conformal | Weights | LowRank | PcaHeads | IdealPoint | Router | Category | EloShift
    | EmbeddingHead | FeatureHead | Meta,
    Field(discriminator="kind"),
]  # fmt: skip
"""Anything that a file may hold."""

_ADAPTER: TypeAdapter[Calibrator] = TypeAdapter(Calibrator)


def save(calibrator: Calibrator, path: str | Path) -> None:
    """Write a calibrator as one JSON file; reading it back gives the same numbers, bit by bit.

    Raises:
        DataError: the file would be too large to read, or cannot be written.
    """
    content = calibrator.model_dump_json(indent=1).encode() + b"\n"
    if len(content) > MAX_BYTES:
        raise DataError(
            f"this calibrator takes {len(content):,} bytes, over {MAX_BYTES:,}; fit fewer users or members, "
            "or a kind with fewer numbers, such as platt for isotonic"
        )
    part = Path(path).with_name(f".{Path(path).name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)  # a file is whole or not there
    except OSError as error:
        raise DataError(
            f"cannot write {str(path)!r}: {error.strerror or error}; name a file in a folder of yours"
        ) from error
    finally:
        part.unlink(missing_ok=True)


def load(path: str | Path) -> Calibrator:
    """Read a calibrator.

    Raises:
        DataError: there is no such file, it is over 5 MB, or it is not a calibrator of a known kind and version with
            finite numbers that fit together.
    """
    name = repr(str(path))
    if not Path(path).is_file():
        raise DataError(f"there is no calibrator {name}; `judge calibrate` writes one")
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DataError(f"cannot read the calibrator {name}: {error.strerror or error}; check the path") from error
    if len(content) > MAX_BYTES:
        raise DataError(
            f"{name} is over {MAX_BYTES:,} bytes, so it is no calibrator; `judge calibrate` writes small ones"
        )
    try:
        return _ADAPTER.validate_json(content, strict=True)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"][1:])) or "the whole"
        reason = " ".join(str(first["msg"]).removeprefix("Value error, ").split())
        raise DataError(f"{name} is no calibrator: {where}: {reason}; `judge calibrate` writes one") from None
