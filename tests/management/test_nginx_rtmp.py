"""nginx-rtmp: streams of its statistics, and never more viewers dropped than the one meant."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flask_iptv.management import CannotCut, Management, ManagementError, Stream, Watcher
from tests.management.web_server import Answer, Asked, WebServer

STAT = """<?xml version="1.0" encoding="utf-8" ?>
<?xml-stylesheet type="text/xsl" href="stat.xsl" ?>
<rtmp><nginx_version>1.22.1</nginx_version><pid>7</pid>
<server><application><name>live</name><live>
<stream><name>espn</name><time>3</time><client><id>4</id></client><nclients>2</nclients>
<publishing/><active/></stream>
<stream><name>a &amp; b</name><nclients>1</nclients></stream>
<nclients>3</nclients></live></application>
<application><name>vod</name><play></play></application></server>
<server><application><name>other</name><live><stream><name>cnn</name><publishing/></stream>
</live></application></server></rtmp>"""
DROP = "GET /control/drop/client"


@pytest.fixture
def nginx_rtmp(managed: Callable[[str], Management]) -> Management:
    return managed("nginx-rtmp")


def dropping(dropped: dict[str, str]) -> Callable[[Asked], Answer]:
    """Answer with the number dropped in each ``server`` block, and 500 for one there isn't."""
    return lambda asked: (
        Answer(200, dropped[asked.query["srv"]].encode())
        if asked.query["srv"] in dropped
        else Answer(500)
    )


def test_streams_are_named_with_their_application(
    server: WebServer, nginx_rtmp: Management
) -> None:
    server.answers({"GET /stat": Answer(200, STAT.encode())})
    assert list(nginx_rtmp.streams()) == [
        Stream("live/espn", alive=True),
        Stream("live/a & b", alive=False),
        Stream("other/cnn", alive=True),
    ]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("<rtmp>", "not XML"),
        ("", "not XML"),
        ("{}", "not XML"),
        ("<html></html>", "nginx-rtmp's statistics"),
        ('<!DOCTYPE rtmp [<!ENTITY a "b">]><rtmp>&a;</rtmp>', "document type"),
        ('<!DOCTYPE rtmp SYSTEM "file:///etc/passwd"><rtmp></rtmp>', "document type"),
        ("<rtmp>" + "<a>" * 100_000, "nested too deeply"),
        (STAT.replace("espn", "x" * 256), "has more than 255 characters"),
        (STAT.replace("espn", "x\ty"), "has control characters"),
        (STAT.replace("espn", ""), "has an empty part"),
        (STAT.replace("<name>espn</name>", ""), "has an empty part"),
    ],
)
def test_statistics_that_are_none_are_an_error(
    server: WebServer, nginx_rtmp: Management, document: str, words: str
) -> None:
    for encoding in ("utf-8", "utf-16"):
        body = document.replace('encoding="utf-8"', f'encoding="{encoding}"').encode(encoding)
        server.answers({"GET /stat": Answer(200, body)})
        with pytest.raises(ManagementError, match=words):
            list(nginx_rtmp.streams())


@pytest.mark.parametrize(
    ("dropped", "outcome"),
    [
        ({"0": "1"}, "cut"),
        ({"0": "0"}, "had left already"),
        ({"0": "0", "1": "0", "2": "1"}, "cut"),
        ({str(number): "0" for number in range(100)}, "had left already"),
    ],
)
def test_the_viewer_with_the_number_is_dropped_in_any_server_block(
    server: WebServer, nginx_rtmp: Management, dropped: dict[str, str], outcome: str
) -> None:
    server.answer = dropping(dropped)
    assert nginx_rtmp.cut(Watcher("live/espn", "4")) == outcome
    expected = {"srv": "0", "app": "live", "name": "espn", "clientid": "4"}
    assert server.asked[0].query == expected
    assert len(server.asked) <= 32


@pytest.mark.parametrize(
    ("stream", "named"),
    [
        # The channel may be the stream "espn" of any application.
        ("espn", [{}]),
        ("sport/espn", [{"app": "sport", "name": "espn"}, {"name": "sport/espn"}]),
    ],
)
def test_a_channel_is_looked_for_under_all_names_its_stream_may_have(
    server: WebServer, nginx_rtmp: Management, stream: str, named: list[dict[str, str]]
) -> None:
    server.answer = lambda asked: Answer(500 if asked.query["srv"] > "0" else 200, b"0")
    assert nginx_rtmp.cut(Watcher(stream, "4")) == "had left already"
    asked = [asked.query for asked in server.asked if asked.query["srv"] == "0"]
    assert asked == [{"srv": "0", "clientid": "4", **names} for names in named]


def test_a_name_that_has_to_be_encoded_is_left_out_and_the_number_is_not(
    server: WebServer, nginx_rtmp: Management
) -> None:
    server.answer = dropping({"0": "1"})
    nginx_rtmp.cut(Watcher("live/a & b", "4"))
    assert server.asked[0].query == {"srv": "0", "app": "live", "clientid": "4"}


@pytest.mark.parametrize("session", [None, "", "4&addr=", "x", "-1", "4 ", "4\n", "٤", "9" * 20])
def test_without_a_number_nobody_is_dropped(
    server: WebServer, nginx_rtmp: Management, session: str | None
) -> None:
    with pytest.raises(CannotCut):
        nginx_rtmp.cut(Watcher("live/espn", session))
    assert server.asked == []


@pytest.mark.parametrize("body", [b"", b"ok", b"-1", b"<html>", b"9" * 100_000, b"1\n1"])
def test_an_answer_that_is_no_number_is_no_success(
    server: WebServer, nginx_rtmp: Management, body: bytes
) -> None:
    server.answers({DROP: Answer(200, body)})
    with pytest.raises(ManagementError, match="number of viewers dropped"):
        nginx_rtmp.cut(Watcher("live/espn", "4"))


def test_a_server_that_is_broken_has_dropped_nobody(
    server: WebServer, nginx_rtmp: Management
) -> None:
    server.answers({DROP: Answer(500)})
    with pytest.raises(ManagementError, match="with 500"):
        nginx_rtmp.cut(Watcher("live/espn", "4"))


def test_a_control_page_that_is_not_there_is_told(
    server: WebServer, nginx_rtmp: Management
) -> None:
    with pytest.raises(ManagementError, match="/control/drop/client with 404; is it nginx-rtmp"):
        nginx_rtmp.cut(Watcher("live/espn", "4"))
