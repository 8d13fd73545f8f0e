"""Schedules and their tokens."""

import base64
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treadle.errors import EXIT_USAGE, TokenError
from treadle.model.schedule import TOKEN_VERSION, Choice, ChoiceKind, Schedule, Timeouts

exactly = settings(derandomize=True, deadline=None, database=None, max_examples=50)
numbers = st.one_of(st.integers(0, 200), st.integers(0, 2**40))


@st.composite
def choices(draw):
    kind = draw(st.sampled_from(ChoiceKind))
    is_preemption = kind is ChoiceKind.PREEMPT
    return Choice(
        kind,
        draw(numbers),
        draw(numbers),
        draw(numbers),
        draw(st.integers(0, 2**32 - 1)) if is_preemption else 0,
        draw(numbers) if is_preemption else 0,
    )


schedules = st.builds(
    Schedule, st.lists(choices(), max_size=6).map(tuple), st.sampled_from(Timeouts)
)
PREEMPTION = Choice(ChoiceKind.PREEMPT, 1, 2, 3, 0xDEADBEEF, 42)
EXAMPLE = Schedule(
    (PREEMPTION, Choice(ChoiceKind.FORCED, 2, 3, 1), Choice(ChoiceKind.VALUE, 5, 1000, 200))
)


def token_of(data):
    """A token with good check bytes around any content."""
    data = bytes(data)
    check = (zlib.crc32(data) & 0xFFFF).to_bytes(2, "big")
    return base64.urlsafe_b64encode(data + check).decode().rstrip("=")


def refused(token):
    with pytest.raises(TokenError) as caught:
        Schedule.from_token(token)
    error = caught.value
    assert error.exit_code == EXIT_USAGE
    assert error.message == str(error)
    assert error.message.endswith((".", "one.", "again."))
    assert error.message[0].isupper() or error.message[0] in "'\""
    return error.message


@given(schedules)
@exactly
def test_a_token_gives_its_schedule_again(schedule):
    token = schedule.token()
    assert Schedule.from_token(token) == schedule
    assert Schedule.from_token(token).token() == token


@given(schedules)
@exactly
def test_a_token_can_be_typed_and_pasted(schedule):
    token = schedule.token()
    assert token.isascii()
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(schedules, schedules)
@exactly
def test_different_schedules_have_different_tokens(one, other):
    assert (one.token() == other.token()) == (one == other)


def test_the_token_of_a_schedule_never_changes():
    # Tokens are kept in bug reports: changing these lines needs a new version number.
    assert Schedule().token() == "AQAjvg"
    assert Schedule((), timeouts=Timeouts.BRIEF).token() == "AQETKA"
    assert Schedule((), timeouts=Timeouts.EAGER).token() == "AQJCkg"
    assert EXAMPLE.token() == "AQAAAQID3q2-7yoBAgMBBAXoB8gBIBU"
    assert TOKEN_VERSION == 1


def test_a_short_schedule_has_a_short_token():
    assert len(Schedule((PREEMPTION,)).token()) <= 20


def test_preemptions_are_counted():
    assert Schedule().preemptions == 0
    assert EXAMPLE.preemptions == 1
    assert Schedule((PREEMPTION, PREEMPTION)).preemptions == 2


def test_a_schedule_is_a_value():
    assert Schedule((PREEMPTION,)) == Schedule((PREEMPTION,))
    assert hash(Schedule((PREEMPTION,))) == hash(Schedule((PREEMPTION,)))
    with pytest.raises(AttributeError):
        PREEMPTION.index = 3


# --- what is not a token --------------------------------------------------------------------------


@given(schedules, st.data())
@exactly
def test_a_token_with_a_changed_letter_is_refused(schedule, data):
    token = schedule.token()
    position = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(
        st.sampled_from("ABCdef019-_").filter(lambda other: other != token[position])
    )
    damaged = token[:position] + letter + token[position + 1 :]
    if Schedule not in map(type, _readings(damaged)):
        assert "is not a whole schedule token" in refused(damaged)
    else:  # the last letter holds bits that mean nothing
        assert Schedule.from_token(damaged) == schedule


def _readings(token):
    try:
        yield Schedule.from_token(token)
    except TokenError as error:
        yield error


@given(schedules, st.data())
@exactly
def test_a_token_that_was_cut_is_refused(schedule, data):
    token = schedule.token()
    cut = data.draw(st.integers(0, len(token) - 1))
    refused(token[:cut])
    refused(token[len(token) - cut :])


@given(st.text(max_size=60))
@exactly
def test_any_text_is_refused_with_a_sentence(text):
    refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "AA",
        "hello world",
        "b3c1",
        "=" * 8,
        "日本語",
        "../../etc/passwd",
        "eyJhbGciOiJIUzI1NiJ9.e30.abc",
        "\x00\x00\x00\x00",
        "AQ==",
        " " + EXAMPLE.token(),
        EXAMPLE.token() + "\n",
        EXAMPLE.token() * 2,
        EXAMPLE.token()[::-1],
    ],
)
def test_foreign_text_is_refused(text):
    refused(text)


def test_a_token_with_an_unknown_policy_for_timeouts_is_refused():
    assert "timeouts" in refused(token_of([TOKEN_VERSION, 3]))


def test_text_that_no_token_has_is_told_apart_from_a_damaged_token():
    assert "characters no token has" in refused("not a token!")
    assert "check bytes do not fit" in refused("bm90YXRva2Vu")


@pytest.mark.parametrize("version", [0, 2, 255])
def test_a_token_of_another_version_says_so(version):
    message = refused(token_of([version, 0, 1, 2, 1]))
    assert f"of version {version}" in message
    assert f"reads version {TOKEN_VERSION}" in message


@pytest.mark.parametrize(
    "content",
    [
        [1],  # a forced choice, and no more
        [1, 1, 2],  # without the last number
        [0, 1, 2, 1],  # a preemption without its place
        [0, 1, 2, 1, 9, 9],  # with half a place
        [0, 1, 2, 1, 9, 9, 9, 9],  # with a place and no line
        [1, 1, 2, 0x80],  # a number that goes on
        [1, 1, 2, 1, 0],  # a second choice that is cut
        [9, 1, 2, 1],  # no such kind of choice
        [0x85, 1, 1, 2, 1],  # nor this one
    ],
)
def test_content_that_makes_no_sense_is_refused(content):
    assert "damaged" in refused(token_of([TOKEN_VERSION, 0, *content]))


@given(st.binary(max_size=20))
@exactly
def test_any_content_is_read_or_refused(content):
    for reading in _readings(token_of(bytes([TOKEN_VERSION, 0]) + content)):
        assert isinstance(reading, (Schedule, TokenError))


def test_padding_does_no_harm():
    token = EXAMPLE.token()
    assert Schedule.from_token(token + "=" * (-len(token) % 4)) == EXAMPLE
