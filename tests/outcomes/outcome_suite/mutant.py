"""Our primitives, each with one subtle mistake: a suite that lets one of them live is not good enough.

A mutant is a patch: a piece of text that must occur exactly once in a module of ``treadle.primitives``, and
what stands there instead. It is applied when the mutant is made, to private copies of the modules; when a
module changes so that the piece is gone, :meth:`Mutant.text` says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from outcome_suite import ours, sources


@dataclass(frozen=True)
class Mutant:
    """A mistake.

    Args:
        name: What it does wrong.
        about: The primitives whose programs are tried first, apart by spaces.
        module: The module that it is put into.
        old: A piece of its text.
        new: What stands there instead.
        since: The first version of Python that has what it breaks.
    """

    name: str
    about: str
    module: str
    old: str
    new: str
    since: tuple = (3, 11)

    def text(self):
        """The text of the module with the mistake in it."""
        text, filename = sources.source_of(f"{ours.PACKAGE}.{self.module}")
        assert text.count(self.old) == 1, (
            f"{filename} has not this once, for {self.name}: {self.old}"
        )
        return text.replace(self.old, self.new)

    def provider(self):
        """Our primitives with the mistake in them."""
        return ours.provider(self.module, self.text())
