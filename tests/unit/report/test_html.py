"""The page, as text: what it contains, what it allows, and that nothing of the program becomes markup."""

import base64
import hashlib
import html
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import report_builders as build
from hypothesis import given, settings
from trace_strategies import traces

from treadle.report.html import render, render_trace_page
from treadle.report.terminal import render_check


def document_of(page):
    return json.loads(
        re.search(r'<script type="application/json" id="trace">(.*?)</script>', page, re.S)[1]
    )


def element(page, name):
    return re.search(rf"<{name}>(.*?)</{name}>", page, re.S)[1]


def test_the_page_of_a_check():
    page = render(build.bank_main_result())
    told = document_of(page)
    assert told["title"] == "lost update on b.bal"
    assert told["facts"] == ["1 preemption", "4 of 6 schedules fail", "search complete"]
    assert told["replay"] == f"treadle replay {build.BANK_TOKEN} --target examples/bank_account.py"
    (trace,) = told["traces"]
    assert trace["role"] == "failing"
    assert trace["deciding"] == [6, 9, 10, 13]
    assert trace["opening"] == 13
    assert trace["change"] == {"10": ["0", "-50"], "13": ["-50", "100"]}


def test_the_model_is_that_of_the_trace():
    trace = replace(build.bank_trace(), model="gil")
    assert document_of(render_trace_page(trace))["model"] == "gil"


def test_its_sentences_and_numbers_are_those_of_the_story():
    result = build.bank_main_result()
    told = document_of(render(result))["traces"][0]["steps"]["text"]
    report = " ".join(render_check(result, 120, verbose=1).split())
    for number, sentence in enumerate(told, 1):
        assert f" {number} {sentence}" in report


def test_without_scripts_it_is_the_report():
    result = build.bank_main_result()
    plain = html.unescape(
        re.search(r"<noscript><pre>(.*?)</pre></noscript>", render(result), re.S)[1]
    )
    assert plain == render_check(result, 100)


def test_the_policy_allows_this_script_and_nothing_else():
    page = render(build.bank_result())
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1])
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for name, rule in (("script", "script-src"), ("style", "style-src")):
        digest = base64.b64encode(hashlib.sha256(element(page, name).encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in policy


def test_it_loads_nothing():
    found = []

    class Links(HTMLParser):
        def handle_starttag(self, tag, attributes):
            found.extend(value for name, value in attributes if name in {"src", "href", "action"})

    Links().feed(render(build.bank_result()))
    assert all(link.startswith("data:") for link in found)
    assert not re.search(r"url\(|@import", element(render(build.bank_result()), "style"))


def test_nothing_found():
    page = render(build.RESULTS["pass"]())
    assert "No failure" in page
    assert "<script" not in page


def test_text_of_the_program_stays_text():
    evil = "</script><img src=x onerror=alert(1)>&amp;<!--"
    trace = build.bank_trace()
    steps = [replace(step, value=evil if step.value else None) for step in trace.steps]
    finding = build.finding(
        build.FindingKind.EXCEPTION,
        replace(trace, steps=tuple(steps), output=evil, observed=(("x", evil),)),
        summary=evil,
        why=evil,
    )
    page = render_trace_page(finding.trace, finding, target=evil, replay=evil)
    assert "<img" not in page
    assert page.count("</script>") == 2
    told = document_of(page)
    assert (told["title"], told["target"], told["traces"][0]["observed"][0][1]) == (
        evil,
        evil,
        evil,
    )


def test_the_passing_schedule_stands_beside_the_failing_one():
    finding = replace(build.bank_finding(), passing=build.bank_trace())
    told = document_of(render(build.result(findings=(finding,))))
    assert [trace["role"] for trace in told["traces"]] == ["failing", "passing"]
    assert told["rows"] == [[n, n, True] for n in range(1, 11)]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(trace=traces())
def test_any_trace_has_a_page(trace):
    told = document_of(render_trace_page(trace))["traces"][0]
    count = len(trace.steps)
    assert all(
        len(told["steps"][name]) == count
        for name in ("task", "action", "place", "text", "resource")
    )
    assert 0 <= told["opening"] <= count
