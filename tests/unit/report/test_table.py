"""The step table: columns, folding, values, and the form without columns."""

import dataclasses

import report_builders as build

from treadle.model.trace import Action, Place, Trace
from treadle.report.row_builder import RowBuilder, told_together
from treadle.report.rows import columns_of, lines_of
from treadle.report.table import step_table
from treadle.report.values import values_of
from treadle.report.view import view_of

A = Action


def view(trace, finding=None, width=80, **fields):
    return view_of(trace, finding, width=width, color=False, verbose=0, **fields)


def table(trace, finding=None, width=80, **fields):
    return step_table(view(trace, finding, width, **fields))[0]


def test_a_column_for_each_thread():
    assert columns_of(view(build.bank_trace())) == (1, 2)


def test_the_main_thread_has_none_while_it_only_starts_and_joins():
    assert columns_of(view(build.bank_assert_trace())) == (1, 2)


def test_the_main_thread_has_one_when_it_takes_part():
    steps = list(build.bank_main_trace().steps)
    steps[6] = build.step(7, 0, A.READ, 6, "b.bal", value="0")
    trace = dataclasses.replace(build.bank_main_trace(), steps=tuple(steps))
    assert columns_of(view(trace)) == (0, 1, 2)
    assert "main" in table(trace)[0]


def test_the_main_thread_has_one_when_it_decides():
    trace = build.bank_assert_trace()
    found = dataclasses.replace(build.bank_finding(trace), deciding=(6, 10, 18))
    assert columns_of(view(trace, found)) == (0, 1, 2)


def test_a_program_without_threads():
    trace = Trace(build.tasks(), (build.step(1, 0, A.WRITE, 6, "x", value="1"),), "", 0)
    assert columns_of(view(trace)) == (0,)
    assert "writes x = 1" in "\n".join(table(trace))


def test_three_threads_have_columns_and_four_have_not():
    def trace(count):
        steps = [build.step(n, n, A.READ, 6, "x", value="0") for n in range(1, count + 1)]
        return Trace(build.tasks(*["f"] * count), tuple(steps), "", 0)

    assert "|" not in "".join(table(trace(3)))
    assert "T4 | bank.py:6 | reads x as 0" in "\n".join(table(trace(4)))


def test_fewer_than_sixty_columns_are_too_few():
    assert "|" not in "".join(table(build.bank_trace(), width=60))
    assert "T1 | bank.py:6  | reads bal as 0" in "\n".join(table(build.bank_trace(), width=59))


def test_columns_that_would_be_too_narrow():
    steps = [
        build.step(n, n, A.WRITE, 6, "x", value="a" * 14, previous="b" * 14) for n in (1, 2, 3)
    ]
    trace = Trace(build.tasks("f", "g", "h"), tuple(steps), "", 0)
    found = build.finding("deadlock", trace, resource="x")
    assert " | " in "\n".join(table(trace, found, 60))


def test_long_places_are_left_out_of_the_narrow_form():
    deep = build.place(6, "x = 1", "a_module_with_a_long_name.py")
    trace = Trace(
        build.tasks("f"), (build.step(1, 1, A.READ, place=deep, resource="x", value="0"),), "", 0
    )
    assert "    1  T1 | reads x as 0" in table(trace, width=50)


def test_a_word_too_long_for_its_column_is_left_out():
    source = "results.setdefault(key, []).append(compute(first_argument, second_argument))"
    place = build.place(7, source)
    steps = (
        build.step(1, 1, A.TERMINATE),
        build.step(2, 2, A.CALL, place=place, resource="results", detail="append(1)"),
        build.step(3, 3, A.TERMINATE),
    )
    lines = table(Trace(build.tasks("f", "g", "h"), steps, "", 0), width=60)
    assert any(line.endswith("7 results.setdefault(key, [])...") for line in lines)
    assert "calls results.append(1)" in " ".join(" ".join(lines).split())


def test_arrows_lead_to_the_thread_that_goes_on():
    lines = "\n".join(table(build.bank_trace(), build.bank_finding()))
    assert "~ gets suspended ~ --------->" in lines
    assert "~ resumes ~ <----------------" in lines


def test_arrows_to_the_left():
    steps = (
        build.step(1, 2, A.SUSPEND),
        build.step(2, 1, A.READ, 6, "x", value="0"),
        build.step(3, 2, A.RESUME),
        build.step(4, 2, A.SUSPEND),
    )
    trace = Trace(build.tasks("f", "g"), steps, "", 2)
    text = "\n".join(table(trace))
    assert "    1  <----------------------------- ~ gets suspended ~  " in text
    assert "    3  -----------------------------> ~ resumes ~" in text
    assert "    4                                 ~ gets suspended ~  " in text


def test_no_arrow_to_a_thread_without_a_column():
    steps = (
        build.step(1, 1, A.SUSPEND),
        build.step(2, 0, A.START, other=2),
        build.step(3, 1, A.RESUME),
        build.step(4, 2, A.TERMINATE),
    )
    trace = Trace(build.tasks("f", "g"), steps, "", 1)
    text = "\n".join(table(trace))
    assert "--->" not in text
    assert "<---" not in text
    assert "main starts T2" in text


def test_no_arrow_from_nowhere():
    steps = (build.step(1, 1, A.READ, 6, "x", value="0"), build.step(2, 1, A.RESUME))
    assert "    2  ~ resumes ~" in table(Trace(build.tasks("f"), steps, "", 0))


def test_an_arrow_over_what_is_left_out():
    trace = build.long_trace()
    steps = (*trace.steps[:203], *trace.steps[204:])
    steps = build.shifted(steps, 0)
    whole = dataclasses.replace(trace, steps=steps)
    assert any("------>" in line for line in table(whole, build.bank_finding(trace, 200)))


def test_what_main_does_is_told_together():
    lines = table(build.bank_assert_trace(), build.finding("assertion", build.bank_assert_trace()))
    text = "\n".join(lines)
    assert "1-4  main starts T1 and T2, and waits for T1 to terminate" in text
    assert "15-19  main joins T1 and T2, reads bal as 100, raises" in text


def test_phrases_told_together():
    assert told_together(["wakes up"]) == "wakes up"
    assert told_together(["wakes up", "joins T1"]) == "joins T1"
    assert told_together(["starts T1", "starts T2"]) == "starts T1 and T2"
    assert told_together(["reads x as 0", "terminates"]) == "reads x as 0 and terminates"
    assert (
        told_together(["starts T1", "reads x", "starts T2"]) == "starts T1, reads x and starts T2"
    )


def test_a_thread_without_a_column_is_named_when_it_starts():
    steps = (build.step(1, 0, A.START, other=1), build.step(2, 0, A.START, other=2))
    trace = Trace(build.tasks("f", "g"), (*steps, build.step(3, 1, A.TERMINATE)), "", 0)
    assert "main starts T1 and T2 (g)" in "\n".join(table(trace))


def test_many_steps_of_main_are_several_rows():
    steps = [build.step(n, 0, A.PRINT, 6, value="x") for n in range(1, 13)]
    trace = Trace(build.tasks("f"), (*steps, build.step(13, 1, A.TERMINATE)), "", 0)
    rows = RowBuilder(view(trace), (1,), 16).rows()
    assert [row.number for row in rows] == ["1-8", "9-12", "13"]


def test_the_value_changes_and_is_marked():
    values = values_of(build.bank_trace(), "b.bal", (2, 6, 9), 16)
    assert [(values[n].text, values[n].mark) for n in (1, 2, 6, 7, 9, 10)] == [
        ("", ""), ("0", ""), ("0 -> -50", "*"), ("-50", ""), ("-50 -> 100", "!"), ("100", ""),
    ]  # fmt: skip


def test_values_without_a_past_and_deleted_ones():
    steps = (
        build.step(1, 1, A.READ, 6, "c['k']"),
        build.step(2, 1, A.WRITE, 6, "c['k']", value="1"),
        build.step(3, 1, A.DELETE, 6, "c['k']", previous="1"),
        build.step(4, 1, A.CALL, 6, "c", detail="clear()"),
        build.step(5, 1, A.CALL, 6, "c", detail="keys()"),
    )
    values = values_of(Trace(build.tasks("f"), steps, "", 0), "c['k']", (), 16)
    texts = [(values[n].text, values[n].mark) for n in range(1, 6)]
    assert texts == [("", ""), ("1", "*"), ("1 -> gone", "*"), ("", "*"), ("", "")]


def test_long_values_are_shortened():
    step = build.step(1, 1, A.WRITE, 6, "x", value="b" * 40, previous="a" * 40)
    values = values_of(Trace(build.tasks("f"), (step,), "", 0), "x", (), 16)
    assert values[1].text == "aa...a -> bb...b"


def test_several_files_are_told_apart():
    one, two = build.place(6, "x = 1", "one.py"), build.place(7, "y = 2", "two.py")
    steps = (
        build.step(1, 1, A.WRITE, place=one, resource="x", value="1"),
        build.step(2, 1, A.WRITE, place=two, resource="y", value="2"),
    )
    lines = table(Trace(build.tasks("f"), steps, "", 0))
    assert any("one.py:6 x = 1" in line for line in lines)
    assert "one.py:6, two.py:7" in lines[-1]


def test_a_statement_of_several_lines_is_marked():
    long = Place("bank.py", 6, 8, 0, 5, "f", "total = add(")
    trace = Trace(build.tasks("f"), (build.step(1, 1, A.READ, place=long, resource="x"),), "", 0)
    assert any("6 total = add( ..." in line for line in table(trace))
    block = Place("bank.py", 6, 8, 0, 5, "f", "with lock:")
    trace = Trace(
        build.tasks("f"), (build.step(1, 1, A.ACQUIRE, place=block, resource="lock"),), "", 0
    )
    assert any(line.endswith("6 with lock:") for line in table(trace))


def test_a_line_is_not_repeated_for_its_second_step():
    steps = (
        build.step(1, 1, A.READ, 6, "x", value="0"),
        build.step(2, 1, A.WRITE, 6, "x", value="1"),
        build.step(3, 1, A.READ, place=build.place(8, "", "bank.py"), resource="x", value="1"),
    )
    text = "\n".join(table(Trace(build.tasks("f"), steps, "", 0)))
    assert text.count("6 balance = self.bal") == 1


def test_lines_of_the_program():
    rows = RowBuilder(view(build.bank_trace()), (1, 2), 16).rows()
    assert lines_of(rows) == "bank.py:6-7, 10-11"


def test_a_legend_that_is_too_long_loses_the_lines():
    name = "and_a_rather_long_file_name_that_leaves_no_room.py"
    steps = [
        dataclasses.replace(s, place=s.place and build.place(s.place.line, "x = 1", name))
        for s in build.bank_trace().steps
    ]
    trace = dataclasses.replace(build.bank_trace(), steps=tuple(steps))
    legend = table(trace, build.bank_finding(trace))[-1]
    assert legend == "  * changed   ! the step that made the difference"


def test_no_legend_without_marks_and_places():
    trace = Trace(build.tasks("f"), (build.step(1, 1, A.TERMINATE),), "", 0)
    assert table(trace)[-1].startswith(" ---")


def test_a_budget_that_nothing_fits_into():
    trace = build.long_trace()
    tight = dataclasses.replace(view(trace, build.bank_finding(trace, 200)), rows=2)
    lines, is_folded = step_table(tight)
    assert is_folded
    assert len(lines) < 20


def test_the_location_of_the_last_deciding_access_is_followed():
    trace = build.key_error_trace()
    found = build.finding("exception", trace, resource="unknown")
    assert view(trace, found).resource == "cache['k']"
    none = dataclasses.replace(build.bank_finding(), resource="", deciding=(3,))
    assert view(build.bank_trace(), none).resource == ""
