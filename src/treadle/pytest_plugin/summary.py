"""What is said after the run: a section in the terminal, annotations and a summary for GitHub.

The data comes with the reports, so it is complete where xdist has distributed the tests.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest


def summarize(terminal: Any, config: pytest.Config, reports: Sequence[Any]) -> None:
    """Say what was found and what could not be explored; with ``-v``, also how much was explored.

    Args:
        terminal: pytest's terminal reporter.
        config: The run.
        reports: The reports of the tests that were explored.
    """
    told = [(report.treadle, report) for report in reports]
    failing = [found for found, report in told if found["kind"] and report.failed]
    excused = [found for found, _ in told if not found["is_controlled"]]
    lines = [line for found in failing for line in _failure(found)]
    lines += [f"{found['nodeid']} was not explored: {found['summary']}" for found in excused]
    if config.get_verbosity() > 0:
        lines.append(_how_much([found for found, _ in told]))
    if lines:
        terminal.write_sep("=", "treadle")
        for line in lines:
            terminal.write_line(line)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for found in failing:
            for line in workflow_commands(found, config.rootpath, os.environ):
                terminal.write_line(line)
        _write_job_summary(failing)


def _failure(found: Mapping[str, Any]) -> list[str]:
    """A failure in two lines, of which the second is there to be copied; and where its page is."""
    number = found["preemptions"]
    needs = f"{number} preemption{'' if number == 1 else 's'}"
    lines = [f"{found['nodeid']}: {found['summary']} ({needs})", f"  {found['replay']}"]
    if found["page"]:
        lines.append(f"  HTML: {found['page']}")
    return [*lines, f"  {found['no_page']}"] if found["no_page"] else lines


def _how_much(told: Sequence[Mapping[str, Any]]) -> str:
    """How many tests were explored, and how far."""
    complete = sum(found["complete"] for found in told)
    executions = sum(found["executions"] for found in told)
    tests = f"{len(told)} test{'' if len(told) == 1 else 's'}"
    return f"{tests} explored, {complete} completely, under {executions:,} schedules"


def workflow_commands(
    found: Mapping[str, Any], root: Path, environ: Mapping[str, str]
) -> list[str]:
    """Workflow commands that mark each line that made the difference.

    Args:
        found: The failure.
        root: The folder to which its file names are relative.
        environ: The environment; ``GITHUB_WORKSPACE`` is where GitHub has the files.

    Returns:
        A command for each line of the program.

    Source:
        GitHub's documentation, "Workflow commands for GitHub Actions": setting an error message.
    """
    workspace = Path(environ.get("GITHUB_WORKSPACE") or root)
    title = _escaped(f"{found['nodeid']}: {found['summary']}", is_property=True)
    commands = []
    for line in found["lines"]:
        path = root / line["file"]
        file = path.relative_to(workspace) if path.is_relative_to(workspace) else path
        where = f"file={_escaped(file.as_posix(), is_property=True)},line={line['line']}"
        text = _escaped(f"{line['text']}\n{found['why']}\n{found['replay']}")
        commands.append(f"::error {where},title={title}::{text}")
    return commands


def _escaped(text: str, *, is_property: bool = False) -> str:
    """A text as it may stand in a workflow command."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if is_property else text


def _write_job_summary(failing: Sequence[Mapping[str, Any]]) -> None:
    """Append the stories to the summary of the job."""
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name or not failing:
        return
    parts = [
        f"### {found['nodeid']}: {found['summary']}\n\n```text\n{found['story']}\n```\n"
        for found in failing
    ]
    with Path(name).open("a", encoding="utf-8") as file:
        file.write("\n".join(parts))
