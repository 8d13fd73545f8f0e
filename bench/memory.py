"""Peak memory of long searches: it depends on the depth of one execution, not on their number.

    python bench/memory.py [--executions 10000 100000 1000000]

Random walks over the bank account; and searches by traces of a program with two million of them, and of
``reorder_4`` of SCTBench.
"""

from __future__ import annotations

import argparse
import pathlib
import subprocess
import sys
import tempfile

from common import BANK_ACCOUNT, ROOT, heading

TITLE = "Peak memory of a search"

SEARCH = """
import resource, sys
from treadle.explorer.options import CheckOptions
from treadle.explorer.search import Search
from treadle.explorer.session import Session
target, scheduler, most = sys.argv[1:]
options = CheckOptions(scheduler=scheduler, max_executions=int(most), max_seconds=3600)
session = Session(target, options)
result = Search(session, options, None).run()
print(result.total, result.is_complete, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

SECTIONS = """
import threading


def test():
    lock = threading.Lock()
    box = {"count": 0}

    def work(sections):
        for _ in range(sections):
            with lock:
                box["count"] += 1

    threads = [threading.Thread(target=work, args=(n,)) for n in (6, 5, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def measure(name: str, target: str, scheduler: str, most: int) -> None:
    """Search in a process of its own, and print a line."""
    done = subprocess.run(
        [sys.executable, "-c", SEARCH, target, scheduler, str(most)],
        check=True,
        capture_output=True,
        text=True,
    )
    executions, is_complete, peak = done.stdout.split()[-3:]
    end = "complete" if is_complete == "True" else "cut"
    searched = f"{name}, {scheduler}, {int(executions):,} executions ({end})"
    print(f"  {searched:<58} {int(peak) / 1024:6.1f} MB")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--executions", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    arguments = parser.parse_args()
    heading(TITLE)
    for most in arguments.executions:
        measure("bank account", str(BANK_ACCOUNT), "random-walk", most)
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "sections.py"
        program.write_text(SECTIONS)
        for most in arguments.executions:
            measure("critical sections", f"{program}::test", "dpor", most)
    reorder = ROOT / "bench" / "sctbench" / "reorder.py"
    measure("reorder_4", f"{reorder}::test_4", "dpor", 10_000_000)


if __name__ == "__main__":
    main()
