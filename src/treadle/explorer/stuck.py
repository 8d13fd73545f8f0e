"""Where a task is that does not come back to the kernel: file, line, function, and the call it is in."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from treadle.explorer.tracing import shown_file
from treadle.model.trace import Place

MOST_CALL = 60
"""A longer call is cut."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """Where a program got out of control; as a string, the sentence that says so.

    Args:
        sentence: The sentence, without its final stop.
        place: Where the program was; None where that is unknown.
        thread: Label of the task that ran; empty where that is unknown.
    """

    sentence: str
    place: Place | None = None
    thread: str = ""

    def __str__(self) -> str:
        return self.sentence


def locate(
    frame: FrameType | None,
    is_program_frame: Callable[[FrameType], bool],
    thread: str,
    seconds: float,
) -> Stuck:
    """Find out where a task is.

    Args:
        frame: The innermost frame of Python code.
        is_program_frame: Whether a frame is of the program, as opposed to the library or Treadle.
        thread: The task's label.
        seconds: How long it has been there.

    Returns:
        The innermost line of the program, and what it calls there.
    """
    innermost = own = frame
    while own is not None and not is_program_frame(own):
        own = own.f_back
    own = own or innermost
    if own is None:
        return Stuck(_sentence(f"{thread} stayed at an unknown place", seconds), None, thread)
    place = _place(own)
    call = _call_at(own)
    if own is not innermost and innermost is not None and not call:
        call = f"{innermost.f_code.co_qualname}()"
    inside = f" in {call}" if call else ""
    where = f"{thread} stayed{inside} at {place.file}:{place.line} ({place.function})"
    return Stuck(_sentence(where, seconds), place, thread)


def place_of(filename: str, line: int, function: str) -> Place:
    """A line of the program.

    Args:
        filename: Its file.
        line: Its number, from 1.
        function: The function.

    Returns:
        The place, with its source text.
    """
    source = linecache.getline(filename, line).strip()
    return Place(shown_file(filename), line, line, -1, -1, function, source)


def _sentence(where: str, seconds: float) -> str:
    return f"{where} for {seconds:g} seconds (--stuck-after) without reaching a scheduling point"


def _place(frame: FrameType) -> Place:
    code = frame.f_code
    return place_of(code.co_filename, frame.f_lineno or code.co_firstlineno, code.co_qualname)


def _call_at(frame: FrameType) -> str:
    """The call that a frame is in, as the program writes it; empty when it is in none."""
    positions = list(frame.f_code.co_positions())
    index = frame.f_lasti // 2
    if not 0 <= index < len(positions):
        return ""
    first, last, column, end_column = positions[index]
    if first is None or last is None or column is None or end_column is None:
        return ""
    lines = [
        linecache.getline(frame.f_code.co_filename, number).encode()
        for number in range(first, last + 1)
    ]
    if not lines:
        return ""
    lines[-1] = lines[-1][:end_column]
    lines[0] = lines[0][column:]
    text = " ".join(line.decode("utf-8", "replace").strip() for line in lines)
    try:
        node = ast.parse(text, mode="eval").body
    except SyntaxError:
        return ""
    if not isinstance(node, ast.Call):
        return ""
    return text if len(text) <= MOST_CALL else f"{text[: MOST_CALL - 4]} ..."
