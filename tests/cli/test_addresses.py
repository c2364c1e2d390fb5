"""What is made of any address that a playlist may have."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_iptv.channel_import.address import origin, query_without_token, short, templates
from flask_iptv.errors import InvalidInput
from flask_iptv.playlists.foreign_m3u import read_all, stream_name
from flask_iptv.stream_urls import HLS_TEMPLATE, MPEGTS_TEMPLATE, check_template, render

FILES = ("{}/index.m3u8", "{}/mpegts", "{}.m3u8", "{}.ts", "{}/video.m3u8", "{}")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://Media.Example/ort", "http://media.example"),
        ("https://media.example:443/ort", "https://media.example"),
        ("http://media.example:443/ort", "http://media.example:443"),
        ("http://login:secret@media.example/ort", "http://media.example"),
        ("http://[2001:DB8::1]:8080/ort", "http://[2001:db8::1]:8080"),
        ("rtsp://media.example/ort", None),
        ("http://media.example:0x50/ort", None),
    ],
)
def test_a_server_is_known_by_scheme_host_and_port(url: str, address: str | None) -> None:
    assert origin(url) == address


def test_what_is_behind_the_question_mark_is_kept_but_for_the_token() -> None:
    assert query_without_token("http://h/ort?a=1&token=T&b=") == "a=1&b="
    assert short("http://h/ort?token=T") == "http://h/ort"


@pytest.mark.parametrize(
    ("urls", "hls", "mpegts"),
    [
        (["http://h/a/index.m3u8"], HLS_TEMPLATE, None),
        (["http://h/a/mpegts"], None, MPEGTS_TEMPLATE),
        (["http://h/a.ts"], "{base}/{name}.ts", "{base}/{name}.ts"),
        (["http://h/a.m3u8", "http://h/b.ts"], "{base}/{name}.m3u8", "{base}/{name}.ts"),
        (["http://h/"], None, None),
    ],
)
def test_a_servers_templates_are_those_of_its_addresses(
    urls: list[str], hls: str | None, mpegts: str | None
) -> None:
    assert templates(urls) == {"hls_template": hls, "mpegts_template": mpegts}


@given(
    st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1),
    st.sampled_from(FILES),
)
def test_a_template_makes_the_address_it_was_made_of(name: str, file: str) -> None:
    url = f"http://host/{file.format(quote(name))}"
    found = templates([url])
    both = (found["hls_template"], found["mpegts_template"])
    likely = [template for template in both if template is not None]
    for template in likely:
        check_template(template)
    if likely:
        made = [render(template, base="http://host", name=stream_name(url)) for template in likely]
        assert urlsplit(url).path in [urlsplit(address).path for address in made]


@given(st.text())
def test_no_address_that_is_read_stops_the_import(text: str) -> None:
    try:
        found = read_all(f"#EXTM3U\nhttp://{text}")
    except InvalidInput:
        return
    for item in found:
        address = origin(item.url)
        assert address is None or address.startswith("http")
        query_without_token(item.url)
        templates([item.url])
