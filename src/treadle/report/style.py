"""Colour, where it is wanted; nothing is told by colour alone.

Threads get the colours of Okabe and Ito's palette, chosen to be told apart with any kind of colour vision,
as their nearest neighbours among the 256 of a terminal. The main thread has none.
"""

from __future__ import annotations

from dataclasses import dataclass

_THREADS = ("32", "214", "175", "36", "74", "166", "185")
_END = "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Paint:
    """Puts colour on text, or leaves it as it is.

    Args:
        is_on: Whether colour is wanted.
    """

    is_on: bool = False

    def thread(self, number: int, text: str) -> str:
        """Text that belongs to a thread.

        Args:
            number: The number of its task.
            text: The text.

        Returns:
            The text in the thread's colour.
        """
        if not number:
            return text
        return self._in(f"38;5;{_THREADS[(number - 1) % len(_THREADS)]}", text)

    def bold(self, text: str) -> str:
        """Text that is read first."""
        return self._in("1", text)

    def dim(self, text: str) -> str:
        """Text that can be skipped."""
        return self._in("2", text)

    def _in(self, code: str, text: str) -> str:
        """Text between the codes of a style."""
        return f"\x1b[{code}m{text}{_END}" if self.is_on and text.strip() else text
