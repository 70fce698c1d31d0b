"""Prompts from templates: one pass, candidate text fenced, missing values refused.

A prompt file is Markdown with a YAML head (`follows:` names the paper or practice it rests on) and one part per
message, each under a line `# system`, `# user` or `# assistant`. Jinja2 fills values in, and they are never expanded
again. `needs:` in the head lists values without which there is nothing to ask, such as `[reference]`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from judge.errors import LibraryError
from judge.types import Sample, digest

if TYPE_CHECKING:
    from jinja2 import Template

_PART = re.compile(r"^# (system|user|assistant)[ \t]*$", re.MULTILINE)
_HEAD = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


@dataclass(frozen=True)
class Prompt:
    """A prompt template. Picklable: it holds text only and compiles late."""

    name: str
    source: str
    """The file as it is."""

    def __getstate__(self) -> dict[str, str]:
        return {"name": self.name, "source": self.source}  # compiled templates do not pickle

    @property
    def hash(self) -> str:
        """A hash of the file: the prompt's version."""
        return digest(self.source)

    @cached_property
    def head(self) -> dict[str, Any]:
        """The YAML head of the file."""
        import yaml

        found = _HEAD.match(self.source)
        head = yaml.safe_load(found[1]) if found else None
        if not isinstance(head, dict) or "follows" not in head:
            raise LibraryError(
                f"prompt {self.name!r} has no head that says what it follows; start it with ---\\nfollows: ..."
            )
        return head

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the values that it cannot do without, as its head lists them under `needs`."""
        return tuple(self.head.get("needs", ()))

    @cached_property
    def _parts(self) -> list[tuple[str, "Template"]]:
        import jinja2

        environment = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        body = _HEAD.sub("", self.source, count=1)
        pieces = _PART.split(body)
        if len(pieces) < 3 or pieces[0].strip():
            raise LibraryError(
                f"prompt {self.name!r} must consist of parts under '# system', '# user' or '# assistant'"
            )
        texts = (piece.strip("\n") for piece in pieces[2::2])
        return [(role, environment.from_string(text)) for role, text in zip(pieces[1::2], texts, strict=True)]

    def messages(self, values: Mapping[str, Any], images: tuple[str, ...] = ()) -> tuple[dict[str, Any], ...]:
        """Return chat messages with the values filled in; images are attached to the last one.

        Raises:
            LibraryError: the template names a value that is not given.
        """
        import jinja2

        try:
            filled: list[dict[str, Any]] = [
                {"role": role, "content": template.render(values)} for role, template in self._parts
            ]
        except jinja2.UndefinedError as error:
            raise LibraryError(
                f"prompt {self.name!r} cannot be filled: {error}; it is given {sorted(values)}"
            ) from error
        if images:
            parts: list[dict[str, Any]] = [{"type": "text", "text": filled[-1]["content"]}]
            parts += [{"type": "image_url", "image_url": {"url": image}} for image in images]
            filled[-1] = {**filled[-1], "content": parts}
        return tuple(filled)


def fence(kind: str, text: str) -> str:
    """Return `text` between marks that it cannot contain, so that a critic sees data and not orders.

    The mark carries a hash of the text: the same text is always fenced alike, which keeps requests reproducible.
    """
    mark, salt = digest(text)[:8], 0
    while mark in text:
        salt += 1
        mark = digest(f"{salt}:{text}")[:8]
    return f"<{kind} {mark}>\n{text}\n</{kind} {mark}>"


def images(sample: Sample) -> tuple[str, ...]:
    """Return the images of the prompt, in order."""
    if isinstance(sample.prompt, str):
        return ()
    contents = (message.content for message in sample.prompt if not isinstance(message.content, str))
    return tuple(part.image for content in contents for part in content if part.type == "image")
