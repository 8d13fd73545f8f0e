"""The standard library as test material: it is rewritten without failure, and works as before."""

import dis
import importlib
import importlib.util
import sys
from pathlib import Path
from types import CodeType

import pytest

from treadle.instrument.checks import Checks
from treadle.instrument.lazy import Instrumenter
from treadle.instrument.rewrite import Rewriter, is_instrumented
from treadle.instrument.scope import Scope
from treadle.instrument.variables import nested_codes, stored_globals

MODULES = """
    argparse ast base64 bisect concurrent.futures.thread concurrent.futures._base configparser
    contextlib copy csv dataclasses datetime decimal difflib enum fnmatch fractions functools
    glob graphlib heapq html.parser http.client json.decoder json.encoder logging
    logging.handlers numbers operator pathlib pdb pickle pprint queue random re selectors shlex
    shutil socket socketserver statistics string struct subprocess tarfile tempfile textwrap
    threading tokenize traceback types typing unittest.case unittest.mock urllib.parse
    urllib.request weakref xml.dom.minidom zipfile asyncio.base_events asyncio.tasks
    asyncio.locks multiprocessing.pool multiprocessing.queues
""".split()

CHECKED_CLOSELY = (
    "bisect contextlib dataclasses fnmatch json.decoder queue shlex textwrap weakref".split()
)


def source_code(name):
    origin = importlib.util.find_spec(name).origin
    return compile(Path(origin).read_bytes(), origin, "exec", dont_inherit=True)


@pytest.mark.slow
@pytest.mark.parametrize("checks", Checks)
@pytest.mark.parametrize("name", MODULES)
def test_every_code_object_can_be_rewritten(name, checks, counting):
    code = source_code(name)
    rewriter = Rewriter(counting.hooks, checks)
    new = rewriter.rewrite(code, name, stored_globals(code))
    assert rewriter.failures == []
    assert is_instrumented(new)


def codes(code):
    yield code
    for nested in nested_codes(code):
        yield from codes(nested)


def instructions(code):
    return [i for i in dis.get_instructions(code) if i.opname != "EXTENDED_ARG"]


def without_insertions(code, hook):
    """The instructions of rewritten code that are not inserted; checks the location of those that are."""
    result = []
    inserted = []
    is_inside = False
    for instruction in instructions(code):
        if instruction.opname == "LOAD_CONST" and instruction.argval is hook:
            is_inside = True
        if is_inside:
            inserted.append(instruction)
            is_inside = instruction.opname != "POP_TOP"
            continue
        result.append(instruction)
        if instruction.opname != "KW_NAMES":  # has some earlier location; the call after it counts
            assert {i.positions for i in inserted} <= {instruction.positions}
            inserted.clear()
    return result


def comparable(instruction):
    """What must be the same of an instruction, but for where jumps go."""
    argument = instruction.argval
    if instruction.opcode in {*dis.hasjrel, *dis.hasjabs} or isinstance(argument, CodeType):
        argument = None
    return instruction.opname, argument, instruction.positions


def with_bound_methods(expected, found):
    """The expected instructions with those method loads split that are split in what was found."""
    result = []
    for instruction in expected:
        name, argument, positions = comparable(instruction)
        split = "LOAD_ATTR" if name == "LOAD_METHOD" else name
        is_flagged = name in {"LOAD_ATTR", "LOAD_SUPER_ATTR"} and instruction.arg & 1
        is_method = name == "LOAD_METHOD" or (is_flagged and sys.version_info >= (3, 12))
        now = found[len(result)]
        if is_method and now.opname == split and not (name == split and now.arg & 1):
            extra = ["PUSH_NULL"] if sys.version_info >= (3, 13) else ["PUSH_NULL", "SWAP"]
            result.append((split, argument, positions))
            result += [(more, 2 if more == "SWAP" else None, positions) for more in extra]
        else:
            result.append((name, argument, positions))
    return result


@pytest.mark.parametrize("name", CHECKED_CLOSELY)
def test_the_original_instructions_are_all_there_in_order(name, counting):
    old = source_code(name)
    rewriter = Rewriter(counting.hooks)
    rewriter.rewrite(old, name, stored_globals(old))
    for before in codes(old):
        after = rewriter.known(before)
        found = without_insertions(after, counting.hooks.load_attr)
        expected = with_bound_methods(instructions(before), found)
        assert [comparable(i) for i in found] == expected


# Running it. Each program gets freshly imported modules and returns something comparable.


def run_json(json):
    data = {"a": [1, 2.5, None, True], "b": {"c": "x\\n"}}
    text = json.dumps(data, indent=1, sort_keys=True)
    decoder = json.JSONDecoder(parse_float=str)
    decoder.scan_once = json.scanner.py_make_scanner(decoder)
    try:
        decoder.decode('{"a": }')
    except json.JSONDecodeError as error:
        return text, decoder.decode(text), str(error)


def run_textwrap(textwrap):
    text = "The quick brown fox jumps over the lazy dog, " * 4
    return textwrap.wrap(text, 30), textwrap.dedent("  a\n    b"), textwrap.shorten(text, 20)


def run_argparse(argparse):
    parser = argparse.ArgumentParser(prog="p", description="d")
    parser.add_argument("files", nargs="*")
    parser.add_argument("-n", "--number", type=int, default=1, metavar="N", help="a number")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--yes", action="store_true")
    group.add_argument("--no", action="store_false")
    sub = argparse.ArgumentParser(parents=[parser], add_help=False, prog="q")
    return (
        vars(parser.parse_args(["-n3", "--yes", "x", "y"])),
        parser.format_help(),
        sub.format_usage(),
    )


def run_re(re):
    re.purge()
    pattern = re.compile(r"(?P<k>\w+)\s*=\s*(?:'([^']*)'|(\d+))(?#c)[a-cx]?", re.IGNORECASE)
    return pattern.findall("a = 'b' c=3x"), re.sub(r"(a)(b)?", r"\2\1", "aab"), pattern.pattern


def run_difflib(difflib):
    a, b = ["one\n", "two\n", "three\n"], ["one\n", "tow\n", "three\n", "four\n"]
    return (
        list(difflib.unified_diff(a, b)),
        list(difflib.ndiff(a, b)),
        difflib.get_close_matches("ap", ["ape", "x"]),
    )


def run_dataclasses(dataclasses):
    @dataclasses.dataclass(order=True, slots=True)
    class Point:
        x: int
        y: int = 0
        z: list = dataclasses.field(default_factory=list, repr=False)

    made = dataclasses.make_dataclass("Made", [("a", int)], frozen=True)
    p = Point(1, z=[2])
    return (
        repr(p),
        dataclasses.asdict(p),
        p < Point(2),
        dataclasses.replace(p, y=5).y,
        repr(made(3)),
    )


def run_fractions(fractions):
    f = fractions.Fraction
    return (
        str(f(1, 3) + f("0.25") * 2 - 1),
        f(7, 2) // 1,
        float(f(1, 8)),
        f(0.1).limit_denominator(10),
    )


def run__pydecimal(decimal):
    with decimal.localcontext() as context:
        context.prec = 20
        d = decimal.Decimal
        return (
            str(d(2).sqrt()),
            str(d(1) / d(7)),
            f"{d('1234.5'):,.2f}",
            str(d(3).ln()),
            d("1e3").as_tuple(),
        )


def run_mock(mock):
    m = mock.MagicMock(name="m", return_value=3)
    m(1, k=2)
    m.child.grand("x")
    m.child.side_effect = [1, KeyError]
    with mock.patch.object(sys, "maxsize", 5):
        size = sys.maxsize
    m["item"] = 4
    try:
        m.assert_called_with(2)
    except AssertionError as error:
        message = str(error)
    return (
        m.call_args_list,
        m.mock_calls,
        m.child(),
        size,
        message,
        mock.call(1) == mock.call(1),
        m.call_count,
    )


def run_statistics(statistics):
    return statistics.stdev([1, 2, 4]), statistics.median([3, 1, 2]), statistics.multimode("aabb")


def run_configparser(configparser):
    parser = configparser.ConfigParser()
    parser.read_string("[a]\nx = 1\ny = %(x)s2\n[b]\nz: yes\n")
    return {s: dict(parser[s]) for s in parser.sections()}, parser["b"].getboolean("z")


def run_ast(ast):
    text = "def f(a, *b, c=1):\n    return [x + 1 for x in a if x] or {**c}\n"
    return (
        ast.unparse(ast.parse(text)),
        ast.dump(ast.parse("a.b[1]")),
        ast.literal_eval("[1, {'a': (2,)}]"),
    )


def run_tokenize(tokenize):
    import io

    return [
        tuple(t)[:3] for t in tokenize.generate_tokens(io.StringIO("x = f'{y}' + 1\n").readline)
    ]


def run_shlex(shlex):
    return shlex.split('a \'b c\' "d\\"e" # f'), shlex.quote("it's"), list(shlex.shlex("a=b;c"))


def run_pprint(pprint):
    return pprint.pformat({"k" * n: list(range(n)) for n in range(12)}, width=40)


def run_parser(parser):
    seen = []

    class Parser(parser.HTMLParser):
        def handle_starttag(self, tag, attrs):
            seen.append((tag, attrs))

        def handle_data(self, data):
            seen.append(data)

    Parser().feed("<p class='x'>a &amp; b<br/><!-- c --></p>")
    return seen


def run_collections(collections):
    Pair = collections.namedtuple("Pair", "a b", defaults=[2])
    chain = collections.ChainMap({"a": 1}, {"b": 2})
    chain["b"] = 3
    user = collections.UserDict(x=1)
    return (
        Pair(1),
        Pair(1)._replace(b=5),
        dict(chain),
        user | {"y": 2},
        collections.Counter("aab").most_common(),
    )


def run_queue(queue):
    q = queue.PriorityQueue(3)
    for n in (3, 1, 2):
        q.put(n)
    try:
        q.put_nowait(4)
    except queue.Full:
        full = True
    return [q.get() for _ in range(3)], full, q.qsize(), q.empty()


def run_thread(thread):
    with thread.ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda n: n * n, range(5))), pool.submit(len, "abc").result()


def run_graphlib(graphlib):
    return list(
        graphlib.TopologicalSorter({"d": {"b", "c"}, "b": {"a"}, "c": {"a"}}).static_order()
    )[0::3]


PROGRAMS = {
    "json json.decoder json.encoder json.scanner": run_json,
    "textwrap": run_textwrap,
    "argparse": run_argparse,
    "re re._parser re._compiler re._constants": run_re,
    "difflib": run_difflib,
    "dataclasses": run_dataclasses,
    "fractions": run_fractions,
    "_pydecimal": run__pydecimal,
    "unittest.mock": run_mock,
    "statistics": run_statistics,
    "configparser": run_configparser,
    "ast": run_ast,
    "tokenize": run_tokenize,
    "shlex": run_shlex,
    "pprint": run_pprint,
    "html.parser": run_parser,
    "collections": run_collections,
    "queue": run_queue,
    "concurrent.futures.thread": run_thread,
    "graphlib": run_graphlib,
}


# What the fixtures put back are the modules that were there before.
for _name in " ".join(PROGRAMS).split():
    importlib.import_module(_name)


@pytest.fixture
def fresh(modules_put_back):
    """Imports modules anew."""

    def load(names):
        for name in names:
            sys.modules.pop(name, None)
        return [importlib.import_module(name) for name in names]

    return load


@pytest.mark.parametrize("checks", [Checks.NONE, Checks.PY310])
@pytest.mark.parametrize("names", PROGRAMS)
def test_it_works_as_before(names, checks, fresh, counting):
    program = PROGRAMS[names]
    names = names.split()
    expected = repr(program(fresh(names)[0]))
    modules = fresh(names)
    scope = Scope(
        include=[module.__name__ for module in modules]
    )  # one says it is called `decimal`
    instrumenter = Instrumenter(scope, counting.hooks, checks)
    for module in modules:
        assert instrumenter.instrument_module(module) or module.__name__ == "re._constants"
    assert repr(program(modules[0])) == expected
    assert counting.calls > 0
    assert instrumenter.failures == []
