"""Show Treadle on two unmodified programs: one of ten lines, one around a real package.

Ends with 0 only if both checks found what is there to be found. The real package is
installed into a temporary folder, so nothing of it stays behind.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REAL_PACKAGE = "limits==3.6.0"
FOUND = 1


def main() -> int:
    """Run both checks and say what each showed."""
    shown = [check_bank_account(), check_real_package()]
    return 0 if all(shown) else 1


def check_bank_account() -> bool:
    """Check the bank account: two threads, no lock, no assertion."""
    return check(
        "examples/bank_account.py",
        "A deposit and a withdrawal run in two threads. The program asserts nothing, yet Treadle\n"
        "showed that one of the two updates can be lost, and the shortest schedule that does it.",
    )


def check_real_package() -> bool:
    """Check a rate limiter from the package index, at a version with a known bug."""
    with tempfile.TemporaryDirectory(prefix="treadle-demo-") as folder:
        print(f"Installing {REAL_PACKAGE} into a temporary folder ...\n", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        # Captured, because pip also complains there about packages outside the folder.
        done = subprocess.run(
            [*pip, "--target", folder, REAL_PACKAGE], capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(f"demo: pip could not install {REAL_PACKAGE}:\n{done.stderr}")
            return False
        return check(
            "examples/real/limits_lost_hit.py::test",
            f"Two threads count a hit in {REAL_PACKAGE}, unmodified, as the package\n"
            "index has it. Treadle showed that one hit can be lost, so a limit can be exceeded.",
            PYTHONPATH=folder,
        )


def check(target: str, lesson: str, **environment: str) -> bool:
    """Run ``treadle check`` on a target that must fail, and print what that teaches.

    Returns:
        Whether the check ended with the exit code for "found".
    """
    print(f"$ treadle check {target}\n", flush=True)
    command = [sys.executable, "-m", "treadle", "check", target]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=False)
    if done.returncode != FOUND:
        print(f"\ndemo: this should have ended with {FOUND}, not {done.returncode}.\n", flush=True)
        return False
    print(f"\n{lesson}\n", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
