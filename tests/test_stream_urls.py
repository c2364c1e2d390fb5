"""Stream URLs: how they are made, and that a path opens no other stream than its own."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from flask_iptv.stream_urls import (
    HLS_TEMPLATE,
    MAX_PREFIX,
    MPEGTS_TEMPLATE,
    candidates,
    check_template,
    covers,
    decode_path,
    is_playlist,
    is_segmented,
    render,
    split_base,
    with_token,
)

FILE_HLS = "{base}/live/{name}.m3u8"
FILE_TS = "{base}/live/{name}.ts"
BARE = "{base}/{name}"
TEMPLATES = [HLS_TEMPLATE, MPEGTS_TEMPLATE, FILE_HLS, FILE_TS, BARE, "{base}/{name}.mpd"]


class TestRender:
    @pytest.mark.parametrize(
        ("template", "base", "name", "url"),
        [
            (HLS_TEMPLATE, "https://m.example", "ort", "https://m.example/ort/index.m3u8"),
            (MPEGTS_TEMPLATE, "https://m.example/", "ort", "https://m.example/ort/mpegts"),
            (FILE_TS, "http://h:8080/flu", "cam/1", "http://h:8080/flu/live/cam/1.ts"),
            (BARE, "http://h", "a b,c%?#é", "http://h/a%20b%2Cc%25%3F%23%C3%A9"),
            (BARE, "http://h", "{base}{name}", "http://h/%7Bbase%7D%7Bname%7D"),
        ],
    )
    def test_url_of_a_stream(self, template: str, base: str, name: str, url: str) -> None:
        assert render(template, base=base, name=name) == url

    @pytest.mark.parametrize(
        ("url", "whole"),
        [
            ("http://h/ort/mpegts", "http://h/ort/mpegts?token=a%26b%2F%3D"),
            ("http://h/play?ch=ort", "http://h/play?ch=ort&token=a%26b%2F%3D"),
        ],
    )
    def test_token_is_added_to_the_query(self, url: str, whole: str) -> None:
        assert with_token(url, "a&b/=") == whole
        assert parse_qs(urlsplit(whole).query)["token"] == ["a&b/="]


class TestTemplates:
    @pytest.mark.parametrize("template", [*TEMPLATES, "{base}/play?ch={name}&x=1"])
    def test_template_that_works(self, template: str) -> None:
        check_template(template)

    @pytest.mark.parametrize(
        ("template", "complaint"),
        [
            ("", "must start with {base}/"),
            ("http://h/{name}/index.m3u8", "must start with {base}/"),
            ("{base}{name}/index.m3u8", "must start with {base}/"),
            ("{base}/index.m3u8", "must contain {name} exactly once"),
            ("{base}/{name}/{name}.m3u8", "must contain {name} exactly once"),
            ("{base}/{base}/{name}", "other braces"),
            ("{base}/{name}/{token}", "other braces"),
            ("{base}/{{name}}", "other braces"),
            ("{base}/{name}/my file.ts", "white space"),
            ("{base}/{name}/index.m3u8\n", "white space"),
            ("{base}/{name}/\x7f", "control character"),
            ("{base}\\{name}", "must start with"),
            ("{base}/\\{name}", "backslash"),
            ("{base}/{name}#x", "contains a #"),
            ("{base}/{name}?token=x", "contains a token"),
            ("{base}/{name}?a=b&token", "contains a token"),
        ],
    )
    def test_template_that_cannot_work(self, template: str, complaint: str) -> None:
        with pytest.raises(ValueError, match=complaint):
            check_template(template)


class TestDecoding:
    @pytest.mark.parametrize(
        ("uri", "path"),
        [
            ("/flu/espn/index.m3u8?token=good&x=a%20b", "/flu/espn/index.m3u8"),
            ("/sport/espn%20hd/%D1%8F.ts", "/sport/espn hd/я.ts"),
            ("/50%25/index.m3u8?/../x", "/50%/index.m3u8"),
            ("/a%3Fb/mpegts?c?d", "/a?b/mpegts"),
            ("/...ort/..hd/index.m3u8", "/...ort/..hd/index.m3u8"),
        ],
    )
    def test_uri_that_says_one_thing(self, uri: str, path: str) -> None:
        assert decode_path(uri) == path

    @pytest.mark.parametrize(
        "uri",
        [
            "",
            "*",
            "ort/index.m3u8",
            "http://h/ort/index.m3u8",
            "/",
            "/ort/",
            "//ort/index.m3u8",
            "/ort//index.m3u8",
            "/ort/../espn/index.m3u8",
            "/ort/./index.m3u8",
            "/ort/%2e%2e/espn/index.m3u8",
            "/ort/%2E./espn/index.m3u8",
            "/ort%2Findex.m3u8",
            "/ort%2findex.m3u8",
            "/ort%252findex.m3u8",
            "/ort/%252e%252e/espn/index.m3u8",
            "/ort\\index.m3u8",
            "/ort/..%5cespn/index.m3u8",
            "/ort/index.m3u8%00.ts",
            "/ort/index\x00.m3u8",
            "/ort%0d%0aX/index.m3u8",
            "/ort%C2%85/index.m3u8",
            "/espn/index.m3u8#/../../ort/index.m3u8",
            "/espn/mpegts#x",
            "/ort/%C0%AF/index.m3u8",
            "/%ff/index.m3u8",
            "/ort/%ED%A0%80",
            "/%zz/index.m3u8",
            "/ort/index.m3u8%",
            "/é/index.m3u8",
            "/" + "a" * 5000,
            "/" + "%61" * 2000,
        ],
    )
    def test_uri_that_servers_could_read_differently(self, uri: str) -> None:
        assert decode_path(uri) is None

    @pytest.mark.parametrize(
        "path", ["/ort/../x", "//ort/x", "/ort/%2e%2e/x", "ort/x", "", "/a\0/x"]
    )
    def test_unsafe_path_is_refused_even_undecoded(self, path: str) -> None:
        assert candidates(path) == ()
        for name in ("ort", "ort/..", "", "/ort", "ort/%2e%2e", "a\0"):
            assert not any(covers(t, base_path="", name=name, path=path) for t in TEMPLATES)

    @pytest.mark.parametrize(
        ("url", "path"),
        [
            ("https://m.example", ""),
            ("https://m.example/", ""),
            ("https://m.example:8080/hls/", "/hls"),
            ("https://m.example/my%20hls", "/my hls"),
        ],
    )
    def test_path_of_a_base_url(self, url: str, path: str) -> None:
        assert split_base(url) == path


class TestCovering:
    @pytest.mark.parametrize(
        ("name", "path"),
        [
            ("ort", "/ort/index.m3u8"),
            ("ort", "/ort/index0.ts"),
            ("ort", "/ort/mpegts"),
            ("ort", "/ort/tracks-v1a1/mono.m3u8"),
            ("ort", "/ort/2024/01/02/03/04/05-06000.ts"),
            ("ort", "/ort/tracks-v1/2024/01/02/03/04/05-06000.ts"),
            ("sport/espn", "/sport/espn/index.m3u8"),
            ("sport/espn", "/sport/espn/tracks-v1/2024/01/02/03/04/05-06000.ts"),
            ("flu/espn", "/flu/espn/index.m3u8"),
        ],
    )
    def test_files_of_a_stream_in_a_folder(self, name: str, path: str) -> None:
        assert covers(HLS_TEMPLATE, base_path="", name=name, path=path)
        assert name in candidates(path)

    @pytest.mark.parametrize(
        ("name", "path"),
        [
            ("sport", "/sport/espn/index.m3u8"),
            ("sport", "/sport/espn/tracks-v1/mono.m3u8"),
            ("sport", "/sport/espn/2024/01/02/03/04/05-06000.ts"),
            ("sport", "/sport/tracks-v1/espn/index.m3u8"),
            ("sport", "/sport/tracks-v1/tracks-v1/index.m3u8"),
            ("sport", "/sport/2024/01/02/03/index.m3u8"),
            ("sport", "/sport/2024/01/02/03/04/2024/01/02/03/04/05-06000.ts"),
            ("sport", "/sport/tracks-v1.x/index.m3u8"),
            ("sport", "/sport/٢٠٢٤/01/02/03/04/index.m3u8"),
            ("espn", "/sport/espn/index.m3u8"),
            ("spor", "/sport/index.m3u8"),
            ("sport", "/sport"),
            ("sport", "/sport2/index.m3u8"),
            ("ort", "/ORT/index.m3u8"),
            ("tracks-v1", "/tracks-v1/mono.m3u8"),
            ("", "/index.m3u8"),
        ],
    )
    def test_files_of_other_streams(self, name: str, path: str) -> None:
        assert not covers(HLS_TEMPLATE, base_path="", name=name, path=path)

    def test_base_path_is_no_part_of_the_name(self) -> None:
        path = "/flu/espn/index.m3u8"
        assert covers(HLS_TEMPLATE, base_path="/flu", name="espn", path=path)
        assert not covers(HLS_TEMPLATE, base_path="/flu", name="flu/espn", path=path)
        assert not covers(HLS_TEMPLATE, base_path="/fl", name="u/espn", path=path)
        assert not covers(HLS_TEMPLATE, base_path="/hls", name="espn", path=path)
        assert {"espn", "flu/espn"} <= set(candidates(path))

    @pytest.mark.parametrize(
        ("template", "path", "names"),
        [
            (FILE_HLS, "/live/ort.m3u8", {"ort"}),
            (FILE_HLS, "/live/ort-12.ts", {"ort"}),
            (FILE_HLS, "/live/ort_12.m4s", {"ort"}),
            (FILE_HLS, "/live/ort-1-12.ts", {"ort-1"}),
            (FILE_HLS, "/live/cam/1-12.ts", {"cam/1"}),
            (FILE_HLS, "/live/ort.ts", set()),
            (FILE_HLS, "/live/ort12.ts", set()),
            (FILE_HLS, "/live/ort-x.ts", set()),
            (FILE_HLS, "/live/ort-12.jpg", set()),
            (FILE_HLS, "/live/-12.ts", set()),
            (FILE_HLS, "/live/.m3u8", set()),
            (FILE_HLS, "/live/ort/index.m3u8", {"ort/index"}),
            (FILE_HLS, "/ort.m3u8", set()),
            (FILE_TS, "/live/ort.ts", {"ort"}),
            (FILE_TS, "/live/ort-12.ts", {"ort-12"}),
            (FILE_TS, "/live/ort-12.m4s", set()),
            (BARE, "/espn.mp3", {"espn.mp3"}),
            ("{base}/my%20live/{name}.ts", "/my live/ort.ts", {"ort"}),
            ("{base}/{name}.hd.m3u8", "/ort.hd.m3u8", set()),
            ("{base}/{name}.stream/index.m3u8", "/ort.stream/index.m3u8", set()),
            ("{base}/{name}/hls/index.m3u8", "/ort/hls/index.m3u8", set()),
            ("{base}/live_{name}.m3u8", "/live_ort.m3u8", set()),
            ("{base}/play?ch={name}", "/play", set()),
        ],
    )
    def test_stream_of_a_path(self, template: str, path: str, names: set[str]) -> None:
        possible = {*candidates(path), "", "ort", "live/ort", "ort.hd", "ort.stream", "play"}
        assert {n for n in possible if covers(template, base_path="", name=n, path=path)} == names

    def test_longest_candidate_decides_between_two_templates(self) -> None:
        """/live/ort-1.ts is a segment of ort in HLS, and the whole channel ort-1 in MPEG-TS."""
        path = "/live/ort-1.ts"
        named = [
            name
            for name in candidates(path)
            if any(covers(t, base_path="", name=name, path=path) for t in (FILE_HLS, FILE_TS))
        ]
        assert named == ["ort-1", "ort"]

    def test_too_many_folders_before_the_name(self) -> None:
        prefix = "/a" * MAX_PREFIX
        path = f"{prefix}/ort/index.m3u8"
        assert covers(HLS_TEMPLATE, base_path=prefix, name="ort", path=path)
        assert not covers(HLS_TEMPLATE, base_path="/a" + prefix, name="ort", path="/a" + path)


@pytest.mark.parametrize(
    ("path", "playlist", "segmented"),
    [
        ("/ort/index.m3u8", True, True),
        ("/ort/index.ll.m3u8", True, True),
        ("/ort/INDEX.M3U8", True, True),
        ("/ort/index.mpd", True, True),
        ("/ort/tracks-v1/2024/01/02/03/04/05-06000.ts", False, True),
        ("/hls/index0.ts", False, True),
        ("/live/ort-12.ts", False, True),
        ("/ort/12.ts", False, True),
        ("/ort/seg_3.aac", False, True),
        ("/ort/init.mp4", False, True),
        ("/ort/chunk7.mp4", False, True),
        ("/ort/x.m4s", False, True),
        ("/ort/subtitles.vtt", False, True),
        ("/ort/enc.key", False, True),
        ("/ort/mpegts", False, False),
        ("/live/ort.ts", False, False),
        ("/live/ort1.ts", False, False),
        ("/radio.aac", False, False),
        ("/vod/film.mp4", False, False),
        ("/ort.m3u8/mpegts", False, False),
        ("/seg-1.ts/mpegts", False, False),
    ],
)
def test_short_files_are_told_from_endless_ones(path: str, playlist: bool, segmented: bool) -> None:
    assert is_playlist(path) is playlist
    assert is_segmented(path) is segmented
