"""What the program writes to standard output and error while an execution runs.

The two streams are made once and used for every execution of a search. A line is recorded when it is
complete, or when the stream is flushed. What is written by anybody but a task goes where it went before.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from treadle.engine.kernel import kernel
from treadle.model.trace import Action


class CapturedStream(io.TextIOBase):
    """Stands for ``sys.stdout`` or ``sys.stderr``.

    Args:
        output: Where the text goes.
        name: "stdout" or "stderr".

    Attributes:
        buffer: Takes bytes.
    """

    def __init__(self, output: CapturedOutput, name: str) -> None:
        super().__init__()
        self._output = output
        self._name = name
        self._unfinished: dict[int, str] = {}
        self.original: Any = None
        self.buffer = CapturedBytes(self)

    @property
    def skips_tracebacks(self) -> bool:
        """Whether tracebacks need not be written here: nobody reads the output of a search."""
        return kernel.recorder is None

    def write(self, text: str, /) -> int:
        """Take a text.

        Args:
            text: The text.

        Returns:
            Its length.
        """
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        task = kernel.here
        if task is None:
            return self.original.write(text) if self.original is not None else len(text)
        self._output.entries.append((task.number, self._name, text))
        if kernel.recorder is not None:
            self._record_lines(task.number, text)
        return len(text)

    def writelines(self, lines: Iterable[Any], /) -> None:
        """Take several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Record a line that was begun: the program wants it seen."""
        task = kernel.here
        if task is not None and kernel.recorder is not None:
            rest = self._unfinished.pop(task.number, "")
            if rest:
                kernel.recorder.sync(Action.PRINT, None, rest)

    def writable(self) -> bool:
        """True."""
        return True

    def isatty(self) -> bool:
        """False: a program that asks gets no colours."""
        return False

    def fileno(self) -> int:
        """Refuse: there is no file."""
        raise io.UnsupportedOperation("fileno")

    def close(self) -> None:
        """Stay open: the next execution needs the stream too."""

    def reconfigure(self, **_: object) -> None:
        """Nothing to configure."""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """UTF-8."""
        return "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        """As a real stream of that name."""
        return "strict" if self._name == "stdout" else "backslashreplace"

    @property
    def name(self) -> str:
        """As a real stream of that name."""
        return f"<{self._name}>"

    mode = "w"
    line_buffering = True

    def _record_lines(self, number: int, text: str) -> None:
        *lines, rest = (self._unfinished.pop(number, "") + text).split("\n")
        for line in lines:
            kernel.recorder.sync(Action.PRINT, None, line + "\n")
        if rest:
            self._unfinished[number] = rest

    def end_lines(self) -> None:
        """Forget lines that were begun; whoever wants their text finds it in the entries."""
        self._unfinished.clear()


class CapturedBytes(io.RawIOBase):
    """The ``buffer`` of a captured stream."""

    def __init__(self, stream: CapturedStream) -> None:
        super().__init__()
        self._stream = stream

    def write(self, data: Any, /) -> int:
        """Take bytes.

        Args:
            data: Bytes of UTF-8.

        Returns:
            How many.
        """
        self._stream.write(bytes(data).decode("utf-8", "replace"))
        return len(data)

    def writable(self) -> bool:
        """True."""
        return True

    def close(self) -> None:
        """Stay open, as the stream does."""


class CapturedOutput:
    """Collects what tasks write while it is entered.

    Attributes:
        entries: (task number, "stdout" or "stderr", text) in the order of writing; of the last execution
            for which it was entered.
    """

    def __init__(self) -> None:
        self.entries: list[tuple[int, str, str]] = []
        self._streams = CapturedStream(self, "stdout"), CapturedStream(self, "stderr")
        self._before: tuple[Any, Any] = (None, None)

    def __enter__(self) -> CapturedOutput:
        self.entries = []
        self._before = sys.stdout, sys.stderr
        for stream, original in zip(self._streams, self._before, strict=True):
            stream.original = original
        sys.stdout, sys.stderr = self._streams
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        sys.stdout, sys.stderr = self._before
        for stream in self._streams:
            stream.original = None
            stream.end_lines()

    def text(self) -> str:
        """Everything that was written, in the order of writing."""
        return "".join(text for _, _, text in self.entries)

    def by_task(self) -> list[tuple[int, str]]:
        """What each task wrote to standard output: (task number, text), by number.

        Standard error is left out: tracebacks are only written to it when somebody will read them.
        """
        texts: dict[int, list[str]] = {}
        for number, name, text in self.entries:
            if name == "stdout":
                texts.setdefault(number, []).append(text)
        return [(number, "".join(texts[number])) for number in sorted(texts)]
