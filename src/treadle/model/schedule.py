"""The choice tape: everything the tool decided in one execution, and nothing else.

A schedule is written sparsely. Wherever it says nothing, the default holds: the running task goes on, and
when it cannot, the enabled task that was created first runs. Only a departure from the default is a
:class:`Choice`. So the shortest schedules are the simplest ones, and a schedule stays valid when code
around it is instrumented or not: a preemption names the *place* (a hash of file name, function, line,
column and operation) and how many times it was reached since the previous choice, never a running number
of all operations.

The token printed in reports is this tape: a version byte, a byte for the timeouts, each choice as
variable-length integers, two check bytes, in URL-safe base64. Prior art: Shuttle's schedule strings (magic
byte, version), delay-bounded tapes (Emmi, Qadeer, Rakamaric 2011).
"""

from __future__ import annotations

import base64
import binascii
import enum
import zlib
from dataclasses import dataclass

from treadle.errors import TokenError

TOKEN_VERSION = 1


class ChoiceKind(enum.IntEnum):
    """What was decided."""

    PREEMPT = 0  #: the running task could go on, another was chosen
    FORCED = 1  #: the running task could not go on, and not the default task was chosen
    WAITER = 2  #: which waiter a notify wakes
    TIMEOUT = 3  #: whether a timeout fires before anything else
    VALUE = 4  #: a value drawn by patched randomness


class Timeouts(enum.IntEnum):
    """Which timeouts may fire while other tasks can run; that is then a choice on the tape."""

    QUIESCENT = 0  #: none: a timeout fires when nothing else can go on
    BRIEF = 1  #: those of at most a tenth of a second
    EAGER = 2  #: all


@dataclass(frozen=True, slots=True)
class Choice:
    """One departure from the default.

    Args:
        kind: What was decided.
        index: Which of the possibilities was taken; tasks are counted in order of creation.
        arity: How many possibilities there were; a replay checks it.
        after: Which occurrence since the previous choice, from 1: of the place ``site`` for a preemption,
            of a forced choice otherwise.
        site: The hash of the place before which a preemption happened, 0 for other kinds.
        line: The source line of that place, for messages, 0 where there is none.
    """

    kind: ChoiceKind
    index: int
    arity: int
    after: int
    site: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class Schedule:
    """A complete description of one execution of a given program.

    Args:
        choices: The departures from the default, in order.
        timeouts: Which timeouts might fire while other tasks could run.
    """

    choices: tuple[Choice, ...] = ()
    timeouts: Timeouts = Timeouts.QUIESCENT

    @property
    def preemptions(self) -> int:
        """How often a task was suspended that could have gone on."""
        return sum(choice.kind is ChoiceKind.PREEMPT for choice in self.choices)

    def token(self) -> str:
        """The schedule as a short printable string, readable by :meth:`from_token` on any machine."""
        data = bytearray((TOKEN_VERSION, int(self.timeouts)))
        for choice in self.choices:
            _put(data, choice.kind)
            _put(data, choice.index)
            _put(data, choice.arity)
            _put(data, choice.after)
            if choice.kind is ChoiceKind.PREEMPT:
                data += choice.site.to_bytes(4, "big")
                _put(data, choice.line)
        data += _check(data)
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    @classmethod
    def from_token(cls, token: str) -> Schedule:
        """Read a token.

        Args:
            token: What :meth:`token` made.

        Returns:
            The schedule.

        Raises:
            TokenError: The text is not a token, is damaged, or is of another version.
        """
        try:
            data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise TokenError(
                f"{token!r} is not a schedule token: it has characters no token has."
            ) from None
        if len(data) < 4 or data[-2:] != _check(data[:-2]):
            raise TokenError(
                f"{token!r} is not a whole schedule token: its check bytes do not fit. Copy it again."
            )
        if data[0] != TOKEN_VERSION:
            raise TokenError(
                f"This token is of version {data[0]} and this Treadle reads version {TOKEN_VERSION}: "
                "check the program again to get a new one."
            )
        try:
            timeouts = Timeouts(data[1])
        except ValueError:
            raise TokenError(
                "This token says something about timeouts that this Treadle does not know: check the program "
                "again to get a new one."
            ) from None
        return cls(tuple(_read_choices(data[2:-2])), timeouts)


def _check(data: bytes | bytearray) -> bytes:
    return (zlib.crc32(data) & 0xFFFF).to_bytes(2, "big")


def _put(data: bytearray, number: int) -> None:
    """Append an unsigned integer, seven bits a byte, least significant first (LEB128)."""
    while number > 0x7F:
        data.append(number & 0x7F | 0x80)
        number >>= 7
    data.append(number)


def _read_choices(data: bytes) -> list[Choice]:
    position = 0

    def number() -> int:
        nonlocal position
        result = shift = 0
        while True:
            byte = data[position]
            position += 1
            result |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return result

    choices = []
    try:
        while position < len(data):
            kind, index, arity, after = ChoiceKind(number()), number(), number(), number()
            site = line = 0
            if kind is ChoiceKind.PREEMPT:
                site = int.from_bytes(data[position : position + 4], "big")
                position += 4
                line = number()
            choices.append(Choice(kind, index, arity, after, site, line))
    except (IndexError, ValueError):
        raise TokenError(
            "This schedule token is damaged: it ends in the middle of a choice."
        ) from None
    return choices
