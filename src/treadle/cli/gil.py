"""``treadle gil TARGET``: what threads, processes, subinterpreters and other interpreters give a function."""

from __future__ import annotations

import argparse

from treadle.cli.screen import complain, width, write
from treadle.errors import EXIT_NOTHING_FOUND


def gil(parsed: argparse.Namespace) -> int:
    """Measure a function and print what was found.

    Args:
        parsed: The command line.

    Returns:
        The exit code.
    """
    from treadle.gil import interpreters, measure, picture, report
    from treadle.gil.runner import WorkerRunner
    from treadle.model.scenario import parse_call

    if parsed.html or parsed.png:
        picture.require_matplotlib()
    call = parse_call(f"call({parsed.args})") if parsed.args is not None else None
    with WorkerRunner(parsed.patience) as runner:
        figures = measure.measure(
            parsed.target,
            interpreters.chosen(parsed.python, runner),
            runner,
            call=call,
            seconds=parsed.seconds,
            progress=lambda what: None if parsed.quiet else complain(f"measuring {what}"),
        )
    if parsed.png:
        picture.write(parsed.png, picture.png(figures))
    if parsed.html:
        picture.write(parsed.html, picture.page(figures).encode())
    if parsed.json:
        from treadle.store.codec import encode

        write(encode(figures, 2).decode() + "\n")
    else:
        write(report.render(figures, width()))
    return EXIT_NOTHING_FOUND
