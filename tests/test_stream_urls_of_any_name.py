"""What holds for every stream name and every path that could be asked for."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from flask_iptv.stream_urls import (
    HLS_TEMPLATE,
    MPEGTS_TEMPLATE,
    candidates,
    covers,
    decode_path,
    render,
    split_base,
    with_token,
)
from tests.examples import examples

FOLDER_TEMPLATES = [HLS_TEMPLATE, MPEGTS_TEMPLATE, "{base}/live/tv/{name}/video.m3u8"]
FILE_TEMPLATES = [
    "{base}/{name}.m3u8",
    "{base}/live/{name}.ts",
    "{base}/{name}",
    "{base}/{name}.mpd",
]
BASE_PATHS = ["", "/hls", "/a/b"]

# Flussonic's own folders can't be told from a stream that is named like them.
LIKE_FLUSSONICS_FOLDERS = re.compile(r"(.*/)?tracks-[a-z0-9]+|(.*/)?\d{4}(/\d\d){4}")

folder_names = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="/\\"),
    min_size=1,
    max_size=12,
).filter(lambda text: text not in {".", ".."} and not re.search("%[0-9A-Fa-f]{2}", text))
names = (
    st.lists(folder_names, min_size=1, max_size=9)
    .map("/".join)
    .filter(lambda name: not LIKE_FLUSSONICS_FOLDERS.fullmatch(name))
)
# Folders and files as they get in each other's way.
safe = "a b hls live tv tracks-v1 2024 01 02 1-2.ts a.ts a-1.ts a_1.m4s a-1.m3u8 .ts -1.ts x.mpd"
crumbs = st.sampled_from([*safe.split(), "..", "", "%2e", "a\\b"])
paths = st.lists(crumbs, max_size=12).map(lambda parts: "/" + "/".join(parts)) | st.text()


@given(st.sampled_from(FOLDER_TEMPLATES + FILE_TEMPLATES), st.sampled_from(BASE_PATHS), names)
@example(HLS_TEMPLATE, "", "ort")
@example(HLS_TEMPLATE, "/hls", "hls/100%")
def test_url_of_a_stream_leads_back_to_it(template: str, base_path: str, name: str) -> None:
    url = with_token(render(template, base=f"https://m.example{base_path}", name=name), "t/&o?")
    parts = urlsplit(url)
    assert split_base(f"https://m.example{base_path}/") == base_path
    path = decode_path(f"{parts.path}?{parts.query}")
    assert path is not None
    assert covers(template, base_path=base_path, name=name, path=path)
    assert name in candidates(path)


@settings(max_examples=examples(400))
@given(st.sampled_from(FOLDER_TEMPLATES + FILE_TEMPLATES), st.sampled_from(BASE_PATHS), paths)
@example(FILE_TEMPLATES[0], "", "/a/-1.ts")
@example(HLS_TEMPLATE, "/a/b", "/a/b/2024/01/02/03/04/x")
@example(HLS_TEMPLATE, "/2024", "/2024/01/02/03/04/x")
def test_path_belongs_to_at_most_one_stream_and_it_is_a_candidate(
    template: str, base_path: str, path: str
) -> None:
    parts = path.split("/")
    every_name = {
        "/".join(parts[start:end])
        for start in range(len(parts))
        for end in range(start, len(parts) + 1)
    }
    every_name |= {re.sub(r"\.[^./]*$", "", name) for name in every_name}
    every_name |= {re.sub(r"[-_][0-9]*$", "", name) for name in every_name}
    covered = {
        name
        for name in {*every_name, *candidates(path)}
        if covers(template, base_path=base_path, name=name, path=path)
    }
    assert len(covered) <= 1
    assert covered <= set(candidates(path))


@given(paths)
def test_candidates_are_few_sound_and_longest_first(path: str) -> None:
    found = candidates(path)
    assert len(found) == len(set(found)) <= 24
    assert [len(name) for name in found] == sorted(map(len, found), reverse=True)
    for name in found:
        assert name in path
        assert not {"", ".", ".."} & set(name.split("/"))


@given(names, folder_names, folder_names)
def test_stream_never_opens_one_below_it(name: str, below: str, file: str) -> None:
    path = f"/{name}/{below}/{file}"
    assume(not re.fullmatch("tracks-[a-z0-9]+", below))
    assert not covers(HLS_TEMPLATE, base_path="", name=name, path=path)


@given(st.text() | paths.map(lambda path: quote(path, safe="/%")))
def test_any_uri_is_decoded_or_refused(uri: str) -> None:
    path = decode_path(uri)
    if path is not None:
        assert path.startswith("/")
        assert not {"", ".", ".."} & set(path[1:].split("/"))
