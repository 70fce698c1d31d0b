"""Small fitted maps from scores to probabilities and from criteria to a user's reward.

| kind | takes | gives | from |
|---|---|---|---|
| `isotonic` | value | the best map that never falls | |
| `platt` | value | sigmoid(a v + b) | Platt 1999 |
| `graded` | signed verdict | sigmoid(beta v) | HelpSteer2-Preference |
| `conformal` | value | an interval that holds the label | split conformal |
| `weights` | criteria, user | weighted mean | RFM |
| `low_rank` | criteria, user | weighted mean | LoRe |
| `pca_heads` | criteria, user | weighted mean | DRM |
| `router` | criteria, user, category | weighted mean | MiCRo |
| `category` | criteria, category | weighted mean | DMoERM |
| `ideal_point` | criteria, user | 1 less the squared distance to an ideal | PAL |
| `elo_shift` | value, source model | value + shift | CHARM |
| `embedding_head` | embedding | Bradley-Terry reward | Reusing Embeddings |
| `feature_head` | named features | a share of a scale | LLM-Rubric |
| `meta` | a set of judgments | for each, P(it is right) | in place of SPCT's meta RM |

Each file has a `fit`, which needs the extra `learn`, and the fitted thing, which applies in plain Python. `save` and
`load` keep it as one JSON file.
"""

from judge.calibration.base import Parts, PartsCalibrator, ValueCalibrator
from judge.calibration.examples import Label, Pair
from judge.calibration.reliability import Reliability, reliability
from judge.calibration.store import Calibrator, load, save

__all__ = [
    "Calibrator", "Label", "Pair", "Parts", "PartsCalibrator", "Reliability", "ValueCalibrator", "load",
    "reliability", "save",
]  # fmt: skip
