"""What test code may use out here: builtins, parts of the standard library, methods of plain data."""

import builtins
import datetime
import importlib
import reprlib
import string
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction
from typing import Any

from judge.testing.values import Fields, Remote, Unknown

_BUILTINS = """abs all any ascii bin bool bytearray bytes callable chr complex dict divmod enumerate filter float format
frozenset hash hex int iter len list map max min next object oct ord pow range repr reversed round set slice sorted str
sum tuple zip Ellipsis NotImplemented"""
_ERRORS = [
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
]
BUILTINS: dict[str, Any] = {name: getattr(builtins, name) for name in [*_BUILTINS.split(), *_ERRORS]}
"""Builtins that do what they do everywhere; `isinstance`, `type`, `getattr` and `print` are special."""

MODULES: dict[str, str] = {
    "math": """acos asin atan atan2 ceil comb copysign cos degrees dist e exp fabs factorial floor fmod fsum gcd hypot
        inf isclose isfinite isinf isnan isqrt lcm log log10 log2 modf nan perm pi pow prod radians sin sqrt tan tau
        trunc""",
    "cmath": "isclose sqrt exp pi e phase polar rect",
    "random": "choice choices randint random randrange Random sample seed shuffle uniform gauss",
    "copy": "copy deepcopy",
    "itertools": """accumulate chain combinations combinations_with_replacement compress count cycle dropwhile groupby
        islice pairwise permutations product repeat starmap takewhile zip_longest""",
    "functools": "partial reduce cmp_to_key lru_cache wraps",
    "collections": "Counter OrderedDict defaultdict deque",
    "string": """ascii_letters ascii_lowercase ascii_uppercase digits hexdigits octdigits printable punctuation
        whitespace""",
    "re": "compile escape findall fullmatch match search split sub IGNORECASE I MULTILINE M DOTALL S",
    "operator": "add mul sub truediv floordiv mod neg eq ne lt le gt ge and_ or_ xor not_ itemgetter",
    "statistics": "mean median mode stdev pstdev variance pvariance fmean",
    "heapq": "heapify heappop heappush nlargest nsmallest merge",
    "bisect": "bisect bisect_left bisect_right insort",
    "json": "dumps loads",
    "datetime": "date datetime time timedelta timezone",
    "decimal": "Decimal",
    "fractions": "Fraction",
    "sys": "maxsize",
    "enum": "Enum IntEnum auto",
    "dataclasses": "dataclass field",
    "abc": "ABC abstractmethod",
    "typing": "Any Callable Dict Iterable Iterator List Optional Sequence Set Tuple Union",
    "__future__": "annotations",
}
"""What may be used of which module."""
NUMPY = """array asarray allclose isclose array_equal zeros ones full arange linspace eye identity nan inf pi e sum mean
std abs sqrt dot matmul transpose max min all any sort unique concatenate vstack hstack round int32 int64 float32
float64 bool_ uint8 ndarray isnan testing"""
_DATA = (bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, range, slice)
_MORE = (Counter, OrderedDict, defaultdict, deque, Fraction, Decimal, datetime.date, datetime.datetime, datetime.time,
         datetime.timedelta, datetime.timezone)  # fmt: skip
_TYPES = frozenset((*_DATA, *_MORE))
_LIBRARY = ("re", "random", "itertools", "functools", "operator")


class Module:
    """A module as test code sees it."""

    def __init__(self, name: str, names: dict[str, Any]) -> None:
        self.name, self.names = name, names


def module(name: str, seed: int) -> Module | None:
    """Return a module by its dotted name; None when test code may not use it. Chance follows the seed."""
    if name == "numpy":
        return _numpy()
    if name not in MODULES:
        return None
    wanted = MODULES[name].split()
    source: Any = importlib.import_module(name)
    chance = source.Random(seed) if name == "random" else None
    names = {each: getattr(chance if chance and each != "Random" else source, each) for each in wanted}
    return Module(name, names)


def _numpy() -> Module | None:
    try:
        source: Any = importlib.import_module("numpy")
    except ImportError:
        return None
    names = {each: getattr(source, each) for each in NUMPY.split() if hasattr(source, each)}  # versions differ
    testing = (
        "assert_allclose",
        "assert_array_equal",
        "assert_array_almost_equal",
        "assert_equal",
        "assert_almost_equal",
    )
    names["testing"] = Module("numpy.testing", {each: getattr(source.testing, each) for each in testing})
    return Module("numpy", names)


def method(value: Any, name: str) -> Any:
    """Return an attribute of plain data; raise AttributeError where it has none, LookupError where it is not known."""
    kind = value if isinstance(value, type) else type(value)
    known = kind in _TYPES or kind.__module__.split(".")[0] in ("numpy", *_LIBRARY) or kind is dict_view(kind)
    if name.startswith("_") or not (known or (isinstance(value, BaseException) and name == "args")):
        raise LookupError(name)
    if kind is str and name in ("format", "format_map"):
        return _formatting(value) if isinstance(value, str) and name == "format" else _refused(name)
    if kind.__module__.split(".")[0] == "numpy" and name in ("tofile", "dump", "dumps", "ctypes", "data", "base"):
        raise LookupError(name)
    return getattr(value, name)


def _formatting(text: str) -> Any:
    """Return `text.format`, which could otherwise read attributes of whatever it is given."""
    fields = (field for _, field, _, _ in string.Formatter().parse(text) if field)
    return text.format if all(field.isidentifier() or field.isdecimal() for field in fields) else _refused("format")


def _refused(name: str) -> Any:
    raise LookupError(name)


def dict_view(kind: type) -> type | None:
    """Return the type when it is that of a dictionary's keys, values or items."""
    return kind if kind in (type({}.keys()), type({}.values()), type({}.items())) else None


class _Short(reprlib.Repr):
    """Shows values without asking the program anything."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlist = self.maxtuple = self.maxdict = self.maxset = self.maxfrozenset = self.maxdeque = 20
        self.maxstring = self.maxlong = self.maxother = 120

    def repr1(self, x: Any, level: int) -> str:
        """Show a value that may be an object inside."""
        if isinstance(x, Fields):
            return f"{x[0]}({', '.join(f'{name}={self.repr1(value, level - 1)}' for name, value in x[1:])})"
        if isinstance(x, Remote):
            return self.repr1(x.data, level) if x.data is not None else f"<{x.kind}>"
        return "?" if isinstance(x, Unknown) else super().repr1(x, level)


def shown(value: Any) -> str:
    """Return a value for a message, shortened."""
    try:
        text = _Short().repr(value)
    except Exception:  # an integer of many digits, an object that cannot be shown
        return f"<{type(value).__name__}>"
    return text if len(text) <= 160 else f"{text[:120]}...{text[-30:]}"
