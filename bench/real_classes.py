"""Classes of real packages checked for linearizability: two that are not thread-safe, two that are.

    python bench/real_classes.py [--keep FOLDER] [--max-seconds 20]

Installs the packages from the index and runs ``treadle check-class`` on each class. Ends with 0 when exactly
the classes that are not thread-safe fail.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from common import heading, treadle


@dataclass(frozen=True)
class RealClass:
    """A class of a package.

    Args:
        package: What is installed.
        name: The class, as check-class takes it.
        init: Arguments of its constructor.
        is_safe: Whether its documentation calls it thread-safe, or it takes a lock in every method.
    """

    package: str
    name: str
    init: str
    is_safe: bool


CLASSES = (
    RealClass("cachetools==5.3.0", "cachetools:LRUCache", "2", is_safe=False),
    RealClass("sortedcontainers==2.4.0", "sortedcontainers:SortedSet", "", is_safe=False),
    RealClass("boltons==25.0.0", "boltons.queueutils:HeapPriorityQueue", "", is_safe=False),
    RealClass("boltons==25.0.0", "boltons.cacheutils:LRU", "2", is_safe=True),
    RealClass(
        "prometheus-client==0.22.1",
        "prometheus_client:Counter",
        "'hits', 'what is counted', registry=None",
        is_safe=True,
    ),
)


def main() -> int:
    """Check every class and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="install here, and use it again"
    )
    parser.add_argument("--max-seconds", type=float, default=20.0, help="time for each class")
    arguments = parser.parse_args()
    heading("Classes of real packages under `treadle check-class`")
    wrong = []
    with tempfile.TemporaryDirectory(prefix="treadle-classes-") as temporary:
        folder = arguments.keep or Path(temporary)
        for each in CLASSES:
            place = folder / each.package.replace("==", "-")
            if not place.exists():
                pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-warn-conflicts"]
                subprocess.run([*pip, "--target", str(place), each.package], check=True)
            if not is_right(each, place, arguments.max_seconds):
                wrong.append(each.name)
    print(f"  not as it should be: {', '.join(wrong)}" if wrong else "  all as they should be")
    return 1 if wrong else 0


def is_right(each: RealClass, place: Path, seconds: float) -> bool:
    """Check a class and print its line."""
    words = ["check-class", each.name, "--json", "--max-seconds", str(seconds)]
    begun = time.perf_counter()
    done = treadle(*words, *(["--init", each.init] if each.init else []), packages=place)
    elapsed = time.perf_counter() - begun
    if not done.stdout:
        print(f"  {each.name:40} {done.stderr.strip()}")
        return False
    document = json.loads(done.stdout)
    kinds = [finding["kind"] for finding in document["findings"]]
    scenario = document["target"].partition("[")[1:] if kinds else ()
    shown = kinds[0] if kinds else document["verdict"]
    truth = "thread-safe" if each.is_safe else "not thread-safe"
    print(
        f"  {each.name:40} {truth:16} {shown:16} {elapsed:5.1f} s  {''.join(scenario)}", flush=True
    )
    return bool(kinds) is not each.is_safe


if __name__ == "__main__":
    sys.exit(main())
