"""All programs, in both forms: rewritten, with hooks before each access, and as they are written."""

from __future__ import annotations

from outcome_suite import program, sources

FILES = ("locks", "conditions", "signals", "barriers", "queues", "threads", "pools")


def _load(is_rewritten):
    """The programs of all files, by name."""
    found = {}
    for file in FILES:
        name = f"outcome_suite.{file}"
        program.registry.clear()
        sources.executed(name, sources.compiled(name, is_rewritten), {})
        clash = set(found) & set(program.registry)
        assert not clash, clash
        found.update(program.registry)
    program.registry.clear()
    return found


PROGRAMS = _load(True)
PLAIN = _load(False)


def about(*primitives):
    """The programs about any of some primitives."""
    return [each for each in PROGRAMS.values() if set(primitives) & set(each.about)]
