"""``treadle check-class CLASS``: are concurrent calls on an object as good as calls in some order?"""

from __future__ import annotations

import argparse
import contextlib
import sys

from treadle.cli.arguments import check_options
from treadle.cli.check import report
from treadle.cli.screen import ProgressLine


def check_class(parsed: argparse.Namespace) -> int:
    """Explore the small scenarios of a class and print the report.

    Args:
        parsed: The command line.

    Returns:
        The exit code.
    """
    from treadle import api
    from treadle.model.scenario import parse_call

    options = check_options(parsed)
    calls = [parse_call(text) for text in parsed.call]
    init = parse_call(f"make({parsed.init})") if parsed.init is not None else None
    with contextlib.closing(ProgressLine(sys.stderr, is_quiet=parsed.quiet)) as progress:
        result = api.check_class(
            parsed.target,
            calls,
            threads=parsed.threads,
            most_calls=parsed.calls,
            init=init,
            options=options,
            progress=progress,
        )
    return report(result, parsed)
