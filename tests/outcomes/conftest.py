"""The suite of programs is a package beside the tests; ``pytest -v`` says which program killed which mutant."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def pytest_terminal_summary(terminalreporter, config):
    if config.get_verbosity() < 1:
        return
    killers = [
        (report.nodeid.partition("[")[2][:-1], dict(report.user_properties)["killed by"])
        for report in terminalreporter.getreports("passed")
        if "killed by" in dict(report.user_properties)
    ]
    if killers:
        terminalreporter.section(f"{len(killers)} mutants killed")
        for mutant, killer in killers:
            terminalreporter.line(f"{mutant}\n    by {killer}")
