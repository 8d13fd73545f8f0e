"""Figures as people read them."""

from __future__ import annotations

_TIMES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"))
_SIZES = ((1_000_000, "MB"), (1_000, "kB"))


def time_text(seconds: float) -> str:
    """A duration.

    Args:
        seconds: Seconds.

    Returns:
        "1.3 s", "28 ms", "0.2 us".
    """
    unit, name = next((pair for pair in _TIMES if seconds >= pair[0]), _TIMES[-1])
    value = seconds / unit
    return f"{value:.{0 if value >= 10 else 1}f} {name}"


def size_text(count: int) -> str:
    """A number of bytes.

    Args:
        count: Bytes.

    Returns:
        "26 B", "1.5 MB".
    """
    for unit, name in _SIZES:
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} B"


def ratio(value: float) -> str:
    """How many times as fast.

    Args:
        value: The speed-up.

    Returns:
        "1.9 times".
    """
    return f"{value:.1f} times"


def share(value: float) -> str:
    """A share of the whole.

    Args:
        value: From 0 to 1.

    Returns:
        "97%".
    """
    return f"{min(max(value, 0.0), 1.0):.0%}"
