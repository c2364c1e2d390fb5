"""Short names for the players and browsers that viewers watch with."""

from __future__ import annotations

import re

_VERSION = r"[/ ](\d+(?:\.\d+)?)"

#: What is found in a user agent, and how it is called; the first that fits. A version follows the
#: name if the pattern finds one.
_PLAYERS = tuple(
    (re.compile(pattern, re.IGNORECASE), name)
    for pattern, name in (
        (r"\b(?:Lib)?VLC" + _VERSION, "VLC"),
        (r"\bKodi" + _VERSION, "Kodi"),
        (r"\bTiviMate(?:" + _VERSION + ")?", "TiviMate"),
        (r"OTT ?Navigator(?:" + _VERSION + ")?", "OTT Navigator"),
        (r"IPTV ?Smarters(?: ?Pro)?(?:" + _VERSION + ")?", "IPTV Smarters"),
        (r"Perfect ?Player(?:" + _VERSION + ")?", "Perfect Player"),
        (r"GSE ?(?:Smart ?)?IPTV(?:" + _VERSION + ")?", "GSE Smart IPTV"),
        (r"(?:Smart-?IPTV|\bSIPTV)", "Smart IPTV"),
        (r"\b(MAG ?\d+)\b", ""),
        (r"Enigma2", "Enigma2"),
        (r"\bRoku(?:/DVP)?[-/](\d+(?:\.\d+)?)", "Roku"),
        (r"\bmpv" + _VERSION, "mpv"),
        (r"\bLavf" + _VERSION, "FFmpeg"),
        (r"\bGStreamer\b(?:.*?" + _VERSION + ")?", "GStreamer"),
        (r"\bAppleCoreMedia\b", "Apple player"),
        (r"\bTizen(?:" + _VERSION + ")?", "Samsung TV"),
        (r"\bWeb0S\b|\bwebOS\b", "LG TV"),
        (r"\bExoPlayer(?:Lib)?(?:" + _VERSION + ")?", "ExoPlayer"),
        (r"\bstagefright\b", "Android player"),
        (r"\bEdg(?:e|A|iOS)?/(\d+)", "Edge"),
        (r"\bOPR/(\d+)", "Opera"),
        (r"\b(?:Firefox|FxiOS)/(\d+)", "Firefox"),
        (r"\b(?:Chrome|CriOS)/(\d+)", "Chrome"),
        (r"\bVersion/(\d+)[\d.]* .*Safari/", "Safari"),
        (r"\bokhttp" + _VERSION, "Android app"),
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
#: Of whatever else there is, its first word.
_FIRST = re.compile(r"[^/ ;,()]+(?:/[\d.]+)?")
_LONGEST = 40


def short_name(user_agent: str) -> str:
    """Call a device what a person would: ``VLC 3.0``, ``Chrome 126, Windows``."""
    for pattern, name in _PLAYERS:
        found = pattern.search(user_agent)
        if found:
            version = found[1] if found.lastindex else None
            player = " ".join(part for part in (name, version) if part)
            return ", ".join([player, *_system(user_agent)])
    first = _FIRST.search(user_agent)
    return (first[0] if first else user_agent)[:_LONGEST]


def _system(user_agent: str) -> list[str]:
    return [name for pattern, name in _SYSTEMS if pattern.search(user_agent)][:1]
