"""Names for the players and devices that viewers watch with, read off their user agents."""

from __future__ import annotations

import re

_VERSION = r"[/ ](\d+(?:\.\d+)?)"
_MAYBE = f"(?:{_VERSION})?"

#: What is found in a user agent, and how it is called; the first that fits, since browsers name
#: each other. A version follows the name if the pattern finds one.
_PLAYERS = tuple(
    (re.compile(pattern, re.IGNORECASE), name)
    for pattern, name in (
        (r"\b(?:Lib)?VLC" + _MAYBE, "VLC"),
        (r"\bKodi" + _MAYBE, "Kodi"),
        (r"\bTiviMate" + _MAYBE, "TiviMate"),
        (r"OTT ?Navigator" + _MAYBE, "OTT Navigator"),
        (r"IPTV ?Smarters(?: ?Pro)?" + _MAYBE, "IPTV Smarters"),
        (r"Perfect ?Player" + _MAYBE, "Perfect Player"),
        (r"GSE ?(?:Smart ?)?IPTV" + _MAYBE, "GSE Smart IPTV"),
        (r"\bSS ?IPTV", "SS IPTV"),
        (r"Smart-?IPTV|\bSIPTV", "Smart IPTV"),
        (r"\bMAG ?(\d+)\b", "MAG"),
        (r"Enigma2|Dreambox", "Enigma2"),
        (r"\bRoku(?:/DVP)?[-/](\d+(?:\.\d+)?)", "Roku"),
        (r"\bmpv" + _MAYBE, "mpv"),
        (r"\b(?:Lavf|FFmpeg)" + _MAYBE, "FFmpeg"),
        (r"\bGStreamer\b(?:.*?" + _VERSION + ")?", "GStreamer"),
        (r"\bAppleCoreMedia\b", "Apple player"),
        (r"\bTizen" + _MAYBE + "|smart-?tv.*samsung|samsung.*smart-?tv", "Samsung TV"),
        (r"\bWeb0S\b|\bwebOS\b|\bLG NetCast", "LG TV"),
        (r"\bBravia", "Sony TV"),
        (r"\bAFT[ABKMST]", "Fire TV"),
        (r"\b(?:ExoPlayer(?:Lib)?|AndroidXMedia3)" + _MAYBE, "ExoPlayer"),
        (r"\bstagefright\b", "Android player"),
        (r"\bEdg(?:e|A|iOS)?/(\d+)", "Edge"),
        (r"\bOPR/(\d+)", "Opera"),
        (r"\b(?:Firefox|FxiOS)/(\d+)", "Firefox"),
        (r"\b(?:Chrom(?:e|ium)|CriOS)/(\d+)", "Chrome"),
        (r"\bVersion/(\d+)[\d.]* .*Safari/", "Safari"),
        (r"\bokhttp" + _MAYBE, "Android app"),
    )
)
_SYSTEMS = (
    (re.compile(r"\biPhone\b"), "iPhone"),
    (re.compile(r"\biPad\b"), "iPad"),
    (re.compile(r"\bApple ?TV\b"), "Apple TV"),
    (re.compile(r"\bAndroid\b"), "Android"),
    (re.compile(r"\bWindows\b"), "Windows"),
    (re.compile(r"\bCrOS\b"), "ChromeOS"),
    (re.compile(r"\bMac(?:intosh|OS)?\b"), "macOS"),
    (re.compile(r"\bLinux\b"), "Linux"),
)
#: A viewer knows these by the thing in the hand, rather than by the program on it.
_THINGS = ("iPhone", "iPad", "Apple TV")
#: What viewers never heard of, and what they call it.
_MAKERS = {
    "Apple player": "Apple",
    "ExoPlayer": "Android",
    "Android player": "Android",
    "Android app": "Android",
}
#: The programs that a thing runs by itself; others were chosen, and are known by their names.
_BUILT_IN = ("Apple player", "Safari")
#: Of whatever else there is, its first word; it may end with a version.
_FIRST = re.compile(r"([^/ ;,()]+)(?:/[\d.]+)?")
_LONGEST = 40


def short_name(user_agent: str) -> str:
    """Call a device what an administrator would: ``VLC 3.0``, ``Chrome 126, Windows``."""
    for pattern, name in _PLAYERS:
        if found := pattern.search(user_agent):
            version = found[1] if found.lastindex else None
            player = f"{name} {version}" if version else name
            return ", ".join([player, *_system(user_agent)])
    first = _FIRST.search(user_agent)
    return (first[0] if first else user_agent)[:_LONGEST]


def plain_name(user_agent: str | None) -> str | None:
    """Call a device what its viewer would: ``VLC``, ``iPhone``, ``Samsung TV``.

    :param user_agent: as it was told, by whoever.
    :return: ``None`` if it tells nothing.
    """
    told = (user_agent or "").strip()
    for pattern, name in _PLAYERS:
        if pattern.search(told):
            things = [one for one in _system(told) if one in _THINGS and name in _BUILT_IN]
            return things[0] if things else _MAKERS.get(name, name)
    # By convention a program's own name stands first (RFC 9110, 10.1.5).
    first = _FIRST.match(told)
    return first[1][:_LONGEST] if first else None


def _system(user_agent: str) -> list[str]:
    return [name for pattern, name in _SYSTEMS if pattern.search(user_agent)][:1]
