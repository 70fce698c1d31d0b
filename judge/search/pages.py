"""HTML as the text that a reader sees: no scripts, no comments, nothing hidden, no menus.

What a style sheet hides by class is not known here. Runs wherever it is called; hostile pages are read in a worker.
"""

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from judge.errors import SettingsError
from judge.search.cleaning import clean

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_UNSEEN = (
    "script, style, noscript, template, iframe, object, embed, svg, math annotation, canvas, audio, video, select, "
    "textarea, button, datalist, dialog:not([open]), nav, footer, aside, [hidden], [aria-hidden=true], input"
)
_BLOCKS = (
    "p, div, section, article, main, header, h1, h2, h3, h4, h5, h6, ul, ol, li, dl, dt, dd, table, caption, tr, "
    "blockquote, pre, figure, figcaption, details, summary, form, fieldset, address, hr"
)
_CELLS = "td, th"
_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:(?:0|0?\.0\d*)(?![.\d])|font-size:0(?![.\d])|color:transparent"
    r"|(?:left|top|text-indent|margin-left):-\d{3}|(?<![-\w])(?:width|height):[01](?:px)?(?![.\d%])|clip:rect\(0"
)
_DATES = (
    ("meta[property='article:published_time'], meta[name=date], meta[itemprop=datePublished]", "content"),
    ("time[datetime]", "datetime"),
)  # fmt: skip
_LONGEST_DATE = 40


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is read."""

    title: str
    text: str
    date: str = ""
    """When it was published, as it says itself."""


def page(html: str) -> Page:
    """Return what a reader sees of an HTML page.

    Raises:
        SettingsError: the parser is not installed.
    """
    try:
        from selectolax.lexbor import LexborHTMLParser
    except ImportError as error:
        raise SettingsError("reading HTML needs selectolax; pip install 'agentic-judge[search]'") from error
    tree = LexborHTMLParser(html)
    title = tree.css_first("title")
    heading = clean(title.text() if title else "")
    date = _date(tree)
    for node in tree.css(_UNSEEN):
        node.decompose()
    for node in [node for node in tree.css("[style]") if _hides(node.attributes.get("style"))]:
        node.decompose()
    return Page(heading[:300], clean(_text(tree)), date)


def read_page(html: str) -> dict[str, Any]:
    """Return a page as JSON values, for a worker process."""
    return asdict(page(html))


def _hides(style: str | None) -> bool:
    return bool(style) and _HIDING.search("".join(str(style).lower().split())) is not None


def _text(tree: "LexborHTMLParser") -> str:
    for node in tree.css(_BLOCKS):
        node.insert_before("\n\n")
        node.insert_after("\n\n")
    for node in tree.css("br"):
        node.insert_after("\n")
    for node in tree.css(_CELLS):
        node.insert_after(" | ")
    if tree.body is None:
        return ""
    return "".join(node.text_content or "" for node in tree.body.traverse(include_text=True) if node.is_text_node)


def _date(tree: "LexborHTMLParser") -> str:
    for selector, attribute in _DATES:
        node = tree.css_first(selector)
        if node is not None and (said := node.attributes.get(attribute)):
            return clean(said)[:_LONGEST_DATE]
    return ""
