"""Words that change what arithmetic in running text says."""

CUES = frozenset({
    "about", "approx", "approximately", "around", "roughly", "round", "rounded", "rounding", "nearest", "nearly",
    "almost", "~",
})  # fmt: skip
"""Words that make a number an approximation."""

SCALES = frozenset({
    "half", "halve", "halves", "third", "thirds", "quarter", "quarters", "fourth", "fifth", "sixth", "eighth",
    "tenth", "twice", "double", "doubled", "triple", "tripled", "thrice", "dozen", "dozens", "hundred", "hundreds",
    "thousand", "thousands", "million", "millions", "billion", "trillion", "pair", "pairs", "couple", "k", "squared",
    "cubed", "root", "sum", "product", "difference", "quotient", "average", "times", "plus", "minus", "than", "from",
    "base", "mod",
})  # fmt: skip
"""Words before a step or behind a number that scale it or belong to a larger expression."""

DENIALS = frozenset({
    "not", "isn't", "isn’t", "doesn't", "doesn’t", "incorrect", "incorrectly", "wrong", "wrongly", "mistake", "error",
    "instead", "wait", "false", "suppose", "assume", "contradiction", "impossible", "?", "mod", "remainder", "r",
})  # fmt: skip
"""Words in a line that deny, suppose or ask for what it writes."""

APART = frozenset({
    ",", ";", ":", ".", "so", "then", "is", "are", "was", "because", "which", "makes", "gives", "means", "and",
    "therefore", "thus",
})  # fmt: skip
"""What parts a step from a number before it."""

IF = frozenset({
    "if", "suppose", "let", "assume", "whether", "when",
})  # fmt: skip
"""Words right before a step that suppose it."""

CONVERSIONS = frozenset({
    "quart", "gallon", "cup", "pint", "tablespoon", "teaspoon", "tbsp", "tsp", "dozen", "pair", "decade", "month",
    "year", "century", "fortnight", "ton", "nickel", "dime", "quarter", "score", "hundred", "thousand", "million",
    "billion", "centimeter", "meter", "kilometer", "foot", "inche", "degree", "radian", "mph", "kph",
})  # fmt: skip
"""Units, in the singular, that people convert without saying so, beside those of `judge.answers.units`."""

SHORT = frozenset({
    "a", "i", "an", "as", "at", "be", "by", "do", "go", "he", "if", "in", "is", "it", "me", "my", "no", "of", "on",
    "or", "so", "to", "up", "us", "we", "am", "pm", "ok", "vs", "sq", "cu",
})  # fmt: skip
"""Words of one or two letters; other ones are variables."""

JOINTS = frozenset({
    "and", "or", "so", "then", "is", "are", "was", "were", "which", "that", "because", "since", "as", "but", "if",
    "when", "while", "where", "we", "he", "she", "they", "it", "i", "you", "subtract", "add", "plus", "minus",
    "gives", "get", "makes", "leaves", "being", "to", "from", "than", "with",
})  # fmt: skip
"""Words that go on to something else: they name no unit."""
