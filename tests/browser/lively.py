"""What is on a site where much goes on, with the oddest names that people give."""

from __future__ import annotations

from datetime import timedelta

from flask_iptv import channels, database, packages, servers, users
from flask_iptv.models import PastSession, utcnow
from tests.conftest import furnish

from .site import Site

#: Names that break pages which trust them; the first is the provider's ``bob``.
SCRIPT = "<script>alert(1)<b>&amp;\"'"
ARABIC = "\u0645\u062d\u0645\u062f \u0639\u0628\u062f \u0627\u0644\u0644\u0647"
HEBREW = "\u05e9\u05dc\u05d5\u05dd (\u05e2\u05d5\u05dc\u05dd)"
EMOJI = "\U0001f468\u200d\U0001f469\u200d\U0001f467 famille \U0001f3f4\u200d\u2620\ufe0f"
LONG = "x" * 255
ODD = (SCRIPT, ARABIC, HEBREW, EMOJI, LONG)

AGENT = "Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/537.36 <b>TV</b> Safari/537.36"


def fill(site: Site) -> None:
    """Furnish a site, with people watching, refusals and a past."""
    now = utcnow()
    with site.app.app_context():
        furnish()
        servers.update(servers.get("main"), url=site.media)
        channels.update(channels.get("ort"), logo=site.logo)
        for number, name in enumerate(ODD, start=10):
            channels.create(
                name=f"odd/{number}",
                title=name,
                group=name,
                number=number,
                logo=site.logo,
                server="main",
            )
            packages.create(name=name, channels=["ort", f"odd/{number}"])
            users.create(
                name=name,
                key=f"key-of-{number}",
                email=f"someone.{number}@{'long-' * 10}.example",
                comment=f"{name} </textarea>",
                packages=["basic", name],
                max_sessions=number - 8,
                expires_at=now + timedelta(days=number - 12),
                enabled=number % 2 == 0,
                allowed_networks=["192.0.2.0/24", "2001:db8::/32"],
            )
        servers.create(
            name=LONG, title=ARABIC, kind="nginx-rtmp", url=f"https://{'m' * 60}.example"
        )
        session = database.session()
        for number in range(1, 40):
            begun = now - timedelta(hours=number)
            past = PastSession(
                user_id=number % 7 + 1 if number % 5 else None,
                channel_id=number % 6 + 1,
                address="2001:db8:85a3:1234:5678:8a2e:370:7334",
                user_agent=AGENT,
                protocol="hls",
                opened_at=begun,
                ended_at=begun + timedelta(minutes=50),
                bytes=10**9 * number,
                ending="closed",
            )
            session.add(past)
        session.commit()
    watch(site, "ort", "bobs-token", ip="192.0.2.1")
    watch(site, "sport/espn hd", "eves-token", ip="2001:db8:85a3::8a2e:370:7334")
    for number in (10, 12, 14):
        watch(site, "ort", f"key-of-{number}", ip=f"192.0.2.{number}")
    for token in ("nobodys", "key-of-11", "key-of-13"):
        watch(site, "ort", token, ip="203.0.113.9")


def watch(site: Site, channel: str, token: str, *, ip: str, user_agent: str = AGENT) -> int:
    """Ask for a viewer as a media server does, and give the answer's status.

    :param ip: the viewer's address; each is a device of its own.
    """
    asked = {"name": channel, "token": token, "ip": ip, "session_id": ip, "user_agent": user_agent}
    if secret := site.app.config.get("IPTV_AUTH_SECRET"):
        asked["secret"] = secret
    with site.app.test_client() as client:
        return client.get("/tv/auth", query_string=asked).status_code
