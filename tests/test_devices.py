"""Players are called by names that a person knows them by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_iptv.devices import plain_name, short_name

WEB = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) "
SEEN = {
    "VLC/3.0.20 LibVLC/3.0.20": "VLC 3.0",
    "LibVLC/4.0.0-dev": "VLC 4.0",
    "Kodi/20.2 (Linux; Android 11; BRAVIA 4K) Android/11.0": "Kodi 20.2, Android",
    "TiviMate/4.7.0 (Xiaomi MIBOX4; Android 9)": "TiviMate 4.7, Android",
    "TiviMate": "TiviMate",
    "OTT Navigator/1.7 (Linux;Android 12)": "OTT Navigator 1.7, Android",
    "IPTVSmartersPro": "IPTV Smarters",
    "Lavf/60.3.100": "FFmpeg 60.3",
    "mpv 0.35.1": "mpv 0.35",
    "Roku/DVP-12.5 (12.5.0)": "Roku 12.5",
    "AppleCoreMedia/1.0.0.21F90 (iPhone; U; CPU OS 17_5 like Mac OS X)": "Apple player, iPhone",
    "AppleCoreMedia/1.0.0.19J346 (Apple TV; U; CPU OS 15_0)": "Apple player, Apple TV",
    "Mozilla/5.0 (QtEmbedded; U; Linux; C) AppleWebKit/533 MAG254 stbapp ver: 2": "MAG 254, Linux",
    WEB.format("SMART-TV; LINUX; Tizen 6.0") + "Version/6.0 TV Safari/537.36": "Samsung TV 6.0",
    WEB.format("Web0S; Linux/SmartTV") + "Chrome/79.0 Safari/537.36": "LG TV, Linux",
    WEB.format("Windows NT 10.0") + "Chrome/126.0.0.0 Safari/537.36": "Chrome 126, Windows",
    WEB.format("Windows NT 10.0") + "Chrome/126.0 Safari/537.36 Edg/126.0": "Edge 126, Windows",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0": "Firefox 127, Linux",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/17.4 Safari/605.1": "Safari 17, macOS",
    "okhttp/4.9.3": "Android app 4.9",
    "HomeMadePlayer/2.1 (anything)": "HomeMadePlayer/2.1",
    "<script>": "<script>",
    "((": "((",
}


@pytest.mark.parametrize("user_agent", SEEN)
def test_a_player_has_a_short_name(user_agent: str) -> None:
    assert short_name(user_agent) == SEEN[user_agent]


@given(st.text(min_size=1, max_size=255))
def test_every_player_has_a_name_that_is_short(user_agent: str) -> None:
    assert 0 < len(short_name(user_agent)) <= 60


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("VLC/3.0.20 LibVLC/3.0.20", "VLC"),
        ("Kodi/20.2 (Linux; Android 11) App_Bitness/32", "Kodi"),
        ("TiviMate/4.7.0 (Android 12)", "TiviMate"),
        ("Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 Chrome/79 Safari/537.36", "LG TV"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36", "Chrome"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge"),
        ("AppleCoreMedia/1.0.0.20K80 (iPhone; U; CPU OS 16_1)", "iPhone"),
        ("Lavf/60.3.100", "FFmpeg"),
        ("SetTop9000/1.2 (thing)", "SetTop9000"),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605 Version/17.4 Safari/605.1", "iPhone"),
        ("VLC-iOS/3.5 (iPhone)", "VLC"),
        ("okhttp/4.9.3", "Android"),
        ("/ odd", None),
        ("", None),
        (None, None),
    ],
)
def test_viewers_are_told_the_names_that_they_know(
    user_agent: str | None, name: str | None
) -> None:
    assert plain_name(user_agent) == name


@given(st.text(max_size=255))
def test_one_table_names_a_player_for_both(user_agent: str) -> None:
    assert 0 < len(plain_name(f"Kodi/1 {user_agent}") or "") <= 60
    assert (plain_name(user_agent) or "x").strip()
