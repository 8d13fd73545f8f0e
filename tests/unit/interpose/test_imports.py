import importlib
import sys
import textwrap
import threading
import traceback

import pytest
from running import run, run_everywhere

from treadle.interpose import imports

pytestmark = pytest.mark.usefixtures("installed")


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A folder of modules that are imported anew in each execution."""
    monkeypatch.syspath_prepend(str(tmp_path))
    made = []

    def make(name, text):
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(text))
        made.append(name)
        importlib.invalidate_caches()

    def forget():
        for name in made:
            sys.modules.pop(name, None)

    make.forget = forget
    yield make
    forget()


def test_an_import_is_not_interrupted(package):
    package(
        "steps",
        """
        import threading
        log = []
        lock = threading.Lock()
        for n in range(3):
            with lock:
                log.append(n)
        """,
    )

    def program():
        package.forget()
        seen = []

        def importer():
            import steps

            seen.append(list(steps.log))

        threads = [threading.Thread(target=importer) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return seen

    assert run_everywhere(program) == [[0, 1, 2]] * 3


def test_a_module_that_waits_keeps_the_others_out(package):
    package(
        "slow",
        """
        import time
        finished = False
        time.sleep(1)
        finished = True
        """,
    )

    def program():
        package.forget()
        seen = []

        def importer():
            import slow

            seen.append(slow.finished)

        threads = [threading.Thread(target=importer) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return seen

    assert run_everywhere(program) == [True] * 3


def test_modules_that_import_each_other_do_not_deadlock(package):
    package("one", "import time\ntime.sleep(1)\nimport two\n")
    package("two", "import time\ntime.sleep(1)\nimport one\n")

    def program():
        package.forget()
        threads = [threading.Thread(target=__import__, args=(name,)) for name in ("one", "two")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(name for name in ("one", "two") if name in sys.modules)

    assert run_everywhere(program) == ["one", "two"]


def test_an_import_that_fails(package):
    package("broken", "1 / 0")

    def program():
        package.forget()
        texts = []
        for name in ("broken", "does_not_exist"):
            try:
                importlib.import_module(name)
            except (ZeroDivisionError, ImportError):
                texts.append(traceback.format_exc())
        try:
            import does_not_exist_either  # noqa: F401
        except ImportError:
            texts.append(traceback.format_exc())
        return texts

    broken, missing, statement = run(program).returned
    assert "ZeroDivisionError" in broken
    assert "No module named 'does_not_exist'" in missing
    assert "treadle" not in statement
    assert "importlib" not in statement


def test_what_a_module_registers_while_it_is_imported_lasts(package, monkeypatch):
    monkeypatch.setattr(threading, "_threading_atexits", list(threading._threading_atexits))
    package("registers", "import threading\nlog = []\nthreading._register_atexit(log.append, 1)\n")
    package.forget()

    def program():
        import registers

        return registers.log

    assert run(program).returned == [1]
    assert run(program).returned == [1, 1]


def test_modules_are_adapted_when_they_have_been_imported(package, monkeypatch):
    package("special", "")
    package.forget()
    adapted = []
    monkeypatch.setitem(imports.after_import, "special", adapted.append)
    import special

    assert adapted == [special]
