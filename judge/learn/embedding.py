"""Texts as vectors to choose among: by an embeddings endpoint, or by latent semantic analysis on this machine."""

import asyncio
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from pydantic import model_validator

from judge.errors import DataError, ModelError, SearchError, SettingsError
from judge.search.embeddings import embed
from judge.types import Value

if TYPE_CHECKING:
    from judge.learn.methods.coding_rate import Matrix

_MOST = 100
"""Dimensions of latent semantic analysis."""
_AT_ONCE = 8


class Embedding(Value):
    """By what texts become vectors: an endpoint, or letters on this machine."""

    embeddings: str = ""
    """Address of an embeddings endpoint; "" for the letters."""
    embeddings_model: str = ""
    embeddings_key: str = ""
    """The environment variable that holds its key; "" for none."""

    @model_validator(mode="after")
    def _both(self) -> Self:
        if bool(self.embeddings) != bool(self.embeddings_model):
            raise ValueError("embeddings need an address and a model's name; give both, or none of them")
        return self

    def embedder(self) -> "Embedder":
        """Return what turns texts into vectors."""
        return Embedder(self.embeddings, self.embeddings_model, self.embeddings_key)


class Embedder:
    """Turns texts into vectors; what was embedded once by an endpoint is remembered."""

    def __init__(self, endpoint: str = "", model: str = "", key_env: str = "") -> None:
        """Choose how.

        Args:
            endpoint: base URL of an endpoint of OpenAI's kind, such as http://127.0.0.1:8000/v1; "" for latent semantic
                analysis, which needs no model and looks at the letters alone.
            model: its name at the endpoint.
            key_env: the variable that holds the key, "" for none.
        """
        self._endpoint, self._model, self._key_env = endpoint, model, key_env
        self._known: dict[str, array[float]] = {}

    async def vectors(self, texts: Sequence[str]) -> "Matrix":
        """Return one row for each text.

        Raises:
            ModelError: the endpoint could not be reached, refused, or answered no vector.
            DataError: the endpoint's vectors differ in length.
            SettingsError: the key is not set, or scikit-learn is not installed.
        """
        import numpy as np

        if not self._endpoint:
            return await asyncio.to_thread(lsa, texts)
        slots = asyncio.Semaphore(_AT_ONCE)

        async def one(text: str) -> None:
            async with slots:
                self._known[text] = await embed(text, self._endpoint, self._model, self._key_env)

        try:
            await asyncio.gather(*(one(text) for text in dict.fromkeys(texts) if text not in self._known))
        except SearchError as error:
            raise ModelError(str(error), error.kind, retryable=error.retryable) from error
        found = [self._known[text] for text in texts]
        if len({len(vector) for vector in found}) > 1:
            raise DataError(f"{self._model!r} gives vectors of different lengths; let one model embed all texts")
        return np.asarray(found, dtype=np.float64)


def lsa(texts: Sequence[str], most: int = _MOST) -> "Matrix":
    """Return texts as vectors by latent semantic analysis (Deerwester et al. 1990) over runs of 2 to 4 letters.

    Runs of letters rather than words, so that it works for languages that set no spaces. The vectors are those of this
    list: the same text in another list has another vector.

    Args:
        texts: n texts.
        most: dimensions at most; there are never more than texts.

    Raises:
        SettingsError: scikit-learn is not installed.
    """
    import numpy as np

    counts = letters(texts)
    if min(counts.shape) <= most:
        return np.asarray(counts.toarray(), dtype=np.float64)
    from sklearn.decomposition import TruncatedSVD

    return np.asarray(TruncatedSVD(most, random_state=0).fit_transform(counts), dtype=np.float64)


def letters(texts: Sequence[str]) -> Any:
    """Return a sparse matrix with a row of length 1 for each text: its runs of 2 to 4 letters, weighed by tf-idf.

    A text without two letters in a row has a row of zeros.

    Raises:
        SettingsError: scikit-learn is not installed.
    """
    try:
        from scipy.sparse import csr_matrix
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError as error:
        raise SettingsError("choosing among criteria needs scikit-learn; install agentic-judge[learn]") from error
    try:
        return TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True).fit_transform(texts)
    except ValueError:  # no text has two letters in a row
        return csr_matrix((len(texts), 1))
