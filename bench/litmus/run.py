"""Litmus: small programs on real interpreters, against the outcomes that Treadle's models allow.

For every program and model, the outcomes that Treadle's complete search finds must be those that are written
down in the program; and what real interpreters do under stress must be among them. What was observed and is
not allowed is a mistake of the model, and ends this with exit code 1.

usage: make litmus [ARGS="--seconds 0.5 --python PATH --only NAME --no-search"]
"""

from __future__ import annotations

import argparse
import importlib
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
KINDS = ("updates", "containers", "synchronised")
MODELS = ("free-threaded", "gil", "gil-3.10")
EASY = 3
"""Outcomes that need fewer preemptions than this should be seen under stress."""

_PROBE = (
    "import json, sys; gil = getattr(sys, '_is_gil_enabled', None); "
    "print(json.dumps([sys.version.split()[0], gil is None or gil()]))"
)


@dataclass(frozen=True)
class Interpreter:
    """A Python to try.

    Args:
        path: Its executable.
        version: Such as "3.12.1".
        has_gil: Whether it has a GIL.
    """

    path: str
    version: str
    has_gil: bool

    @property
    def model(self) -> str:
        """The model that it should stay inside of."""
        minor = int(self.version.split(".")[1])
        if not self.has_gil or minor < 10:
            return "free-threaded"
        return "gil-3.10" if minor == 10 else "gil"

    @property
    def name(self) -> str:
        """Version, with a "t" for a build without a GIL."""
        return self.version + ("" if self.has_gil else "t")


def programs() -> dict[str, Any]:
    """The programs, by "module:class"."""
    sys.path.insert(0, str(HERE))
    found = {}
    for kind in KINDS:
        module = importlib.import_module(kind)
        found.update({f"{kind}:{program.__name__}": program for program in module.PROGRAMS})
    return found


def _search(job: tuple[str, str]) -> tuple[bool, dict[str, int]]:
    """In a fresh process: whether a search was complete, and each outcome with its fewest preemptions."""
    name, model = job
    kind, _, program = name.partition(":")
    for module in (*KINDS, "litmus"):
        sys.modules.pop(module, None)  # to be rewritten
    from treadle.api import CheckOptions, check_target

    target = f"{HERE / kind}.py::{program}.run"
    result = check_target(target, CheckOptions(model=model))
    found: dict[str, int] = {}
    for outcome in result.outcomes:
        value = dict(outcome.observed).get("returns", "None")
        found[value] = min(outcome.preemptions, found.get(value, outcome.preemptions))
    return result.complete, found


def search(
    names: list[str], models: list[str]
) -> dict[tuple[str, str], tuple[bool, dict[str, int]]]:
    """What Treadle's search says of programs under models.

    Args:
        names: The programs.
        models: The models.

    Returns:
        For each program and model, whether the search was complete and what it found.
    """
    jobs = [(name, model) for name in names for model in models]
    context = multiprocessing.get_context("fork")
    with context.Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        return dict(zip(jobs, pool.map(_search, jobs, chunksize=1), strict=True))


def interpreters(more: list[str]) -> list[Interpreter]:
    """The Pythons of this machine, one of each version, oldest first."""
    known: dict[str, Interpreter] = {}
    for path in [*more, *_candidates()]:
        try:
            done = subprocess.run(
                [path, "-c", _PROBE], capture_output=True, text=True, timeout=20, check=True
            )
            version, has_gil = json.loads(done.stdout)
        except (OSError, subprocess.SubprocessError, ValueError):
            continue
        found = Interpreter(path, version, has_gil)
        if version.startswith("3.") and int(version.split(".")[1]) >= 6:
            known.setdefault(f"{version.rsplit('.', 1)[0]}{has_gil}", found)
    return sorted(known.values(), key=lambda each: [int(n) for n in each.version.split(".")[:2]])


def _candidates() -> Iterator[str]:
    """Where interpreters may be."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from (str(path) for path in sorted(pyenv.glob("versions/3*/bin/python3"), reverse=True))
    for minor in range(6, 20):
        for suffix in ("", "t"):
            path = shutil.which(f"python3.{minor}{suffix}")
            if path:
                yield path
    yield sys.executable


def observe(
    interpreter: Interpreter, names: list[str], seconds: float
) -> dict[str, dict[str, int]]:
    """Play programs for real.

    Args:
        interpreter: On which Python.
        names: The programs.
        seconds: How long each.

    Returns:
        For each program, how often each outcome came.
    """
    done = subprocess.run(
        [interpreter.path, str(HERE / "stress.py"), str(seconds), *names],
        cwd=HERE, capture_output=True, text=True, timeout=60 + 20 * seconds * len(names), check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{interpreter.path} failed:\n{done.stderr}")
    result: dict[str, dict[str, int]] = json.loads(done.stdout)
    return result


def main() -> int:
    """Search, observe, compare; the exit code is 1 for a mistake of a model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--seconds", type=float, default=0.3, help="for each program on each Python"
    )
    parser.add_argument("--python", action="append", default=[], help="one more interpreter")
    parser.add_argument(
        "--only", action="append", default=[], help="programs with this in their name"
    )
    parser.add_argument("--no-search", action="store_true", help="trust what is written down")
    options = parser.parse_args()

    known = programs()
    names = [n for n in known if not options.only or any(only in n for only in options.only)]
    mistakes: list[str] = []
    searched = {} if options.no_search else search(names, list(MODELS))
    for (name, model), (is_complete, found) in searched.items():
        if not is_complete:
            mistakes.append(f"{name} under {model}: the search was not complete")
        if set(found) != known[name].allowed(model):
            written = sorted(known[name].allowed(model))
            mistakes.append(
                f"{name} under {model}: found {sorted(found)}, written down is {written}"
            )
    print(f"{len(names)} programs, {len(searched)} searches")

    shown: set[str] = set()
    for interpreter in interpreters(options.python):
        asked = [n for n in names if interpreter.has_gil or not known[n].torn_by]
        seen = observe(interpreter, asked, options.seconds)
        print(f"\nCPython {interpreter.name}, model {interpreter.model}")
        print(f"  {'program':28} {'rounds':>7}  allowed: how often observed")
        for name in asked:
            allowed = known[name].allowed(interpreter.model)
            counts = seen[name]
            cells = [f"{value}: {counts.get(value, 0)}" for value in sorted(allowed)]
            for value in sorted(set(counts) - allowed):
                cells.append(f"{value}: {counts[value]} FORBIDDEN")
                mistakes.append(f"{name} on CPython {interpreter.name}: {value} was observed")
            print(f"  {name.partition(':')[2]:28} {sum(counts.values()):7}  {', '.join(cells)}")
            needs = searched.get((name, interpreter.model), (True, {}))[1]
            easy = {value for value in allowed if needs.get(value, 0) < EASY}
            if len(allowed) > 1 and easy <= set(counts):
                shown.add(name)
        for name in set(names) - set(asked):
            print(f"  {name.partition(':')[2]:28} not asked: {known[name].torn_by}")
    several = [n for n in names if any(len(known[n].allowed(model)) > 1 for model in MODELS)]
    print(
        f"\nOn some interpreter, every outcome that takes fewer than {EASY} preemptions was observed for "
        f"{len(shown)} of the {len(several)} programs that have more than one."
    )
    for mistake in mistakes:
        print(f"MISTAKE  {mistake}")
    print(f"{len(mistakes)} mistakes")
    return 1 if mistakes else 0


if __name__ == "__main__":
    raise SystemExit(main())
