"""How a process ended that did not come to its end: where it was, and what to say of it.

``faulthandler`` writes where a process is; its lines are read here. Imported by the supervisor, which must
start quickly.
"""

from __future__ import annotations

import os
import re
import signal

_FRAME = re.compile(r'  File "(.*)", line (\d+) in (.*)')
_PACKAGE = __file__.removesuffix(os.path.join("explorer", "endings.py"))  # noqa: PTH118 - starts quickly

Frame = tuple[str, int, str]
"""(file name, line, function)."""


def frame_in(line: str) -> Frame | None:
    """Read a line that ``faulthandler`` wrote.

    Args:
        line: The line.

    Returns:
        The frame; None when it speaks of none.
    """
    found = _FRAME.match(line)
    return None if found is None else (found[1], int(found[2]), found[3])


def program_frame(frames: list[Frame]) -> Frame | None:
    """The frame of the program.

    Args:
        frames: Where the process was, innermost first.

    Returns:
        The innermost of neither library nor Treadle; the innermost of all where there is no such.
    """
    library = os.__file__.removesuffix("os.py")
    for frame in frames:
        if not frame[0].startswith((library, _PACKAGE, "<")):
            return frame
    return frames[0] if frames else None


def how_it_ended(code: int, place: Frame | None) -> str:
    """How a process ended that did not say so itself.

    Args:
        code: Its exit code; negative when a signal ended it.
        place: Where it was, where that is known.

    Returns:
        A sentence without its final stop.
    """
    where = "" if place is None else f" {shown(place)}"
    if code >= 0:
        return f"the program ended its process with exit code {code}{where}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"the process of the program was ended by {name}{where}"


def how_it_stayed(place: Frame | None, seconds: float) -> str:
    """What there is to say of a process that let no signal handler run.

    Args:
        place: Where it was, where that is known.
        seconds: The limit.

    Returns:
        A sentence without its final stop.
    """
    where = "at an unknown place" if place is None else shown(place)
    return (
        f"the program stayed {where} for {seconds:g} seconds (--stuck-after), in a call that cannot be "
        "interrupted"
    )


def shown(place: Frame) -> str:
    """A line of the program, with its source.

    Args:
        place: The line.

    Returns:
        "in os.read(0, 1) at p.py:7 (work)".
    """
    import linecache  # not needed where all goes well

    filename, line, function = place
    source = linecache.getline(filename, line).strip()
    relative = os.path.relpath(filename)
    name = filename if relative.startswith("..") else relative
    return f"{f'in {source} ' if source else ''}at {name}:{line} ({function})"
