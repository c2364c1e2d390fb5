"""The order of channels: one moves, the others make room, and it costs the same for 5,000."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from flask_iptv import channels, database, numbering
from flask_iptv.errors import InvalidInput, NotFound
from flask_iptv.models import Channel, utcnow
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("context")

Numbers = dict[str, int | None]


def make(**numbers: int | None) -> None:
    """Make channels with these numbers."""
    for name, number in numbers.items():
        channels.create(name=name, number=number)
    database.session().commit()


def order() -> Numbers:
    """The channels in the order of the list, with their numbers."""
    return {channel.name: channel.number for channel in channels.page(sort="number").items}


def move(name: str, side: str, neighbour: str) -> Numbers:
    """Move a channel beside another."""
    put = {"before": numbering.put_before, "after": numbering.put_after}[side]
    put(channels.get(name), channels.get(neighbour))
    return order()


def test_a_channel_moves_up_and_those_between_move_on() -> None:
    make(a=1, b=2, c=3, d=4, e=5)
    assert list(move("d", "before", "b").items()) == [
        ("a", 1), ("d", 2), ("b", 3), ("c", 4), ("e", 5)
    ]  # fmt: skip


def test_a_channel_moves_down_and_those_between_move_up() -> None:
    make(a=1, b=2, c=3, d=4, e=5)
    assert list(move("b", "after", "d").items()) == [
        ("a", 1), ("c", 2), ("d", 3), ("b", 4), ("e", 5)
    ]  # fmt: skip


def test_it_is_beside_its_neighbour_from_whichever_side_it_comes() -> None:
    for name, side, neighbour, expected in [
        ("a", "before", "d", "bcade"),
        ("e", "after", "b", "abecd"),
        ("a", "after", "b", "bacde"),
        ("b", "before", "a", "bacde"),
        ("a", "after", "e", "bcdea"),
        ("e", "before", "a", "eabcd"),
    ]:
        database.session().execute(sa.delete(Channel))
        make(a=1, b=2, c=3, d=4, e=5)
        assert "".join(move(name, side, neighbour)) == expected, (name, side, neighbour)
        assert sorted(map(int, filter(None, order().values()))) == [1, 2, 3, 4, 5]


def test_only_those_up_to_the_next_free_number_move() -> None:
    make(a=1, b=2, c=10, d=11, z=None)
    assert order() == {"a": 1, "b": 2, "c": 10, "d": 11, "z": None}
    assert numbering.place(channels.get("z"), 1) == 2
    assert order() == {"z": 1, "a": 2, "b": 3, "c": 10, "d": 11}
    assert numbering.place(channels.get("z"), 7) == 0
    assert order() == {"a": 2, "b": 3, "z": 7, "c": 10, "d": 11}


def test_channels_that_share_a_number_part() -> None:
    make(a=5, b=5, c=5)
    assert list(move("b", "before", "a")) == ["b", "a", "c"]
    assert list(move("b", "after", "c")) == ["a", "c", "b"]
    assert numbering.place(channels.get("a"), 0) == 0
    make(d=0, e=0)
    assert next(iter(move("e", "before", "a"))) == "e"


@pytest.mark.parametrize(
    ("numbers", "moved", "expected"),
    [
        ({"x": 5, "n": 5, "c": 9}, ("c", "before", "n"), "xcn"),
        ({"x": 5, "n": 5, "c": 9}, ("c", "after", "x"), "xcn"),
        ({"a": 1, "x": 5, "n": 5}, ("a", "after", "x"), "xan"),
        ({"a": 1, "x": 5, "n": 5}, ("a", "before", "n"), "xan"),
        ({"c": 5, "y": 5, "n": 6}, ("c", "before", "n"), "ycn"),
        ({"a": 0, "b": 0, "c": 0, "d": 1}, ("a", "after", "c"), "bcad"),
        ({"x": 5, "n": 5, "y": 6, "z": 7, "c": None}, ("c", "before", "n"), "xcnyz"),
        ({"x": 5, "n": 5, "y": 6, "p": 9, "q": 9}, ("q", "after", "x"), "xqnyp"),
    ],
)
def test_beside_one_that_shares_its_number_it_is_on_the_right_side(
    numbers: Numbers, moved: tuple[str, str, str], expected: str
) -> None:
    make(**numbers)
    found = move(*moved)
    assert "".join(found) == expected
    assert len(set(found.values())) == len(found), "each has its own number now"


def test_numbers_that_are_shared_at_the_very_end_can_not_part() -> None:
    make(a=1, x=numbering.MAX_NUMBER, y=numbering.MAX_NUMBER)
    with pytest.raises(InvalidInput, match="no number above it is free"):
        move("a", "before", "y")


def test_thousands_that_share_a_number_part_at_once() -> None:
    now = utcnow()
    rows = [{"name": f"n{i}", "title": "C", "number": 7, "created_at": now, "updated_at": now}
            for i in range(3000)]  # fmt: skip
    database.session().execute(sa.insert(Channel), rows)
    make(a=1)
    with statements() as seen:
        move("a", "after", "n1500")
    assert len(seen) <= 20, len(seen)
    found = channels.ids()
    assert found.index(channels.get("a").id) == found.index(channels.get("n1500").id) + 1


def test_a_move_beside_one_that_was_just_deleted_is_refused() -> None:
    make(a=1, b=2)
    a, b = channels.get("a"), channels.get("b")
    database.session().execute(sa.delete(Channel).where(Channel.name == "b"),
                               execution_options={"synchronize_session": False})  # fmt: skip
    with pytest.raises(NotFound):
        numbering.put_before(a, b)


def test_a_channel_without_a_number_comes_behind_the_numbered_ones() -> None:
    make(a=1, b=7, x=None, y=None)
    assert move("y", "before", "x") == {"a": 1, "b": 7, "y": 8, "x": None}
    assert move("x", "before", "a") == {"x": 1, "a": 2, "b": 7, "y": 8}


def test_a_channel_that_is_in_its_place_already_is_not_changed() -> None:
    make(a=1, b=2, c=2)
    database.session().commit()
    before = {name: channels.get(name).updated_at for name in "abc"}
    numbering.place(channels.get("a"), 1)
    numbering.put_before(channels.get("a"), channels.get("b"))
    numbering.place(channels.get("c"), 3)
    numbering.place(channels.get("c"), 3)
    stayed = {name for name in "abc" if channels.get(name).updated_at == before[name]}
    assert (order(), stayed) == ({"a": 1, "b": 2, "c": 3}, {"a", "b"})


def test_numbers_end_somewhere() -> None:
    last = numbering.MAX_NUMBER
    make(a=last, b=1, c=None)
    for number in (-1, last + 1):
        with pytest.raises(InvalidInput, match="must be from 0 to 1000000"):
            numbering.place(channels.get("b"), number)
    with pytest.raises(InvalidInput, match="no number above it is free"):
        numbering.place(channels.get("c"), last)
    assert list(move("b", "after", "a")) == ["a", "b", "c"]
    assert order() == {"a": last - 1, "b": last, "c": None}


def test_a_move_among_5000_channels_costs_a_few_statements() -> None:
    now = utcnow()
    rows = [
        {"name": f"n{i}", "title": "C", "number": i, "created_at": now, "updated_at": now}
        for i in range(1, 5001)
    ]
    database.session().execute(sa.insert(Channel), rows)
    database.session().commit()
    last, first = channels.get("n5000"), channels.get("n1")
    with statements() as seen:
        assert numbering.put_before(last, first) == 4999
    assert len(seen) <= 6, seen
    assert next(iter(channels.page(sort="number", limit=1).items)).name == "n5000"
    numbers = database.session().scalars(sa.select(Channel.number)).all()
    assert sorted(filter(None, numbers)) == list(range(1, 5001))


def test_playlists_of_channels_that_made_room_are_younger() -> None:
    make(a=1, b=2)
    before = channels.get("a").updated_at
    move("b", "before", "a")
    assert channels.get("a").updated_at > before
