"""Numbers as people read them."""


def money(usd: float | None) -> str:
    """Return dollars with as many digits as matter: $0.0042, $1.27, $1,284; "" for an unknown price."""
    if usd is None:
        return ""
    if usd >= 1000:
        return f"${usd:,.0f}"
    return f"${usd:.2f}" if usd >= 0.1 or usd == 0 else f"${usd:.4f}"


def amount(number: int) -> str:
    """Return a large count in short: 950, 12.3 k, 4.56 M."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if number >= size:
            return f"{number / (size if unit != 'k' else 1e3):.3g} {unit}"
    return f"{number:,}"


def duration(seconds: float) -> str:
    """Return a time span in its two largest units: 4.2 s, 3 min 20 s, 2 h 5 min."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"
