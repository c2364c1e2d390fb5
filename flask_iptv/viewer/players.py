"""The names by which viewers know their players and televisions, read off user agents."""

from __future__ import annotations

import re

# The first that is found is the name; browsers name each other, so the order counts.
_NAMES = (
    ("tivimate", "TiviMate"),
    ("kodi", "Kodi"),
    ("vlc", "VLC"),
    ("smarters", "IPTV Smarters"),
    ("ott ?navigator", "OTT Navigator"),
    ("ss ?iptv", "SS IPTV"),
    ("exoplayer|androidxmedia3", "Android"),
    ("appletv|apple tv", "Apple TV"),
    ("tizen|smart-?tv.*samsung|samsung.*smart-?tv", "Samsung TV"),
    ("web0s|webos|lg netcast", "LG TV"),
    ("bravia", "Sony TV"),
    ("aftt|aftm|afts|aftb|aftk", "Fire TV"),
    ("roku", "Roku"),
    ("mag ?[0-9]{3}", "MAG"),
    ("enigma2|dreambox", "Enigma2"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("applecoremedia", "Apple"),
    ("lavf|ffmpeg|libav", "FFmpeg"),
    ("firefox", "Firefox"),
    ("edg/", "Edge"),
    ("opr/", "Opera"),
    ("chrom(e|ium)/", "Chrome"),
    ("safari", "Safari"),
    ("okhttp|android", "Android"),
)
_READERS = tuple((re.compile(sign, re.IGNORECASE), name) for sign, name in _NAMES)
_PRODUCT = re.compile(r"[^\s/(]{1,40}")


def name_of(user_agent: str | None) -> str | None:
    """The name of a player or a device.

    :param user_agent: as it was told, by whoever.
    :return: ``None`` if it tells nothing.
    """
    told = user_agent or ""
    for sign, name in _READERS:
        if sign.search(told):
            return name
    # By convention a program's own name stands first (RFC 9110, 10.1.5).
    product = _PRODUCT.match(told.strip())
    return product[0] if product else None
