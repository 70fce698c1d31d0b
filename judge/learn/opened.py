"""A learner that is ready to ask: its model open, its prompts read, its journal at hand; all closed at the end."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from judge.learn.asking import Learner, Progress
from judge.learn.journal import Journal, locked
from judge.learn.methods import load_prompts
from judge.models.open import open_model
from judge.models.spec import ModelSpec
from judge.types import digest


@asynccontextmanager
async def opened(
    spec: ModelSpec,
    prompts: Sequence[str],
    *,
    seed: int = 0,
    libraries: Sequence[str | Path] = (),
    journal: Path | None = None,
    work: str = "",
    fresh: bool = False,
    watch: Callable[[Progress], None] = lambda progress: None,
) -> AsyncIterator[Learner]:
    """Yield a learner.

        async with opened(ModelSpec.parse("openai:my-model"), kind.prompts, journal=Path("my.jsonl")) as learner:
            rubric = await kind.learn(pairs, learner, options)

    Args:
        spec: the model; its `in_flight` bounds the questions at once.
        prompts: names of the prompts that will be asked.
        seed: changes every draw.
        libraries: the user's own shelves.
        journal: the file that finished pieces are kept in; None: they are not.
        work: what the journal is of, such as the method's name.
        fresh: forget what the journal holds.
        watch: told whenever a piece is done.

    Raises:
        LibraryError: a prompt is not on the shelves.
        SettingsError: the model cannot be opened.
        DataError: the journal is of another method, model, seed or prompts, or another run is at work with it.
    """
    loaded = load_prompts(prompts, libraries)
    with ExitStack() as stack:
        kept: Journal | None = None
        if journal is not None:
            stack.enter_context(locked(journal))
            hashes = digest({name: prompt.hash for name, prompt in sorted(loaded.items())})
            named = f"{spec.kind}:{spec.name}"
            kept = Journal(journal, {"method": work, "model": named, "seed": seed, "prompts": hashes}, fresh=fresh)
        model = open_model(spec)
        try:
            yield Learner(model, loaded, seed, spec.in_flight, watch, kept, libraries=libraries)
        finally:
            await model.close()
