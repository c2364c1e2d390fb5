"""Who was silent is left alone for ever longer, and then tried by one."""

from __future__ import annotations

from flask_iptv.resting import Rest


def test_it_rests_twice_as_long_each_time_up_to_a_bound() -> None:
    rest, now = Rest(1, 4, trial=0.5), 100.0
    for length in (1, 2, 4, 4):
        assert rest.may_ask(now)
        rest.was_silent(now, now + 0.5)
        now += 0.5
        assert rest.is_on
        assert not rest.may_ask(now + length - 0.1)
        now += length
    assert rest.may_ask(now)
    rest.answered(now)
    assert not rest.is_on
    rest.was_silent(now, now)
    assert rest.may_ask(now + 1)


def test_one_tries_and_if_nothing_is_heard_of_that_another() -> None:
    rest = Rest(1, 4, trial=2)
    assert [rest.may_ask(0), rest.may_ask(0)] == [True, True]
    rest.was_silent(0, 2)
    assert [rest.may_ask(now) for now in (2.9, 3, 3, 4.9, 5, 5)] == [
        False, True, False, False, True, False
    ]  # fmt: skip


def test_questions_that_were_under_way_are_one_silence() -> None:
    rest = Rest(1, 4, trial=2)
    for since in (0, 0.5, 1.9):
        rest.was_silent(since, 2)
    assert rest.may_ask(3)


def test_one_question_without_an_answer_says_little_while_others_have_one() -> None:
    rest = Rest(1, 4, trial=2)
    rest.answered(1)
    rest.was_silent(0, 2)
    assert not rest.is_on
