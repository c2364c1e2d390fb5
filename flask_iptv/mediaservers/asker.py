"""Who may ask: media servers of the configured networks, with the secret if there is one."""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from urllib.parse import parse_qs

from .. import config
from .question import Question


def refusal(question: Question, address: str | None) -> str | None:
    """Why this host may not ask, in words; ``None`` if it may.

    :param address: of the host that the request came from.
    """
    settings = config.current()
    if settings.auth_secret is not None:
        secret = settings.auth_secret.encode()
        # Several are looked at: a proxy passes the viewer's own Authorization header on.
        if not any(hmac.compare_digest(text.encode(), secret) for text in _secrets(question)):
            return "the secret of IPTV_AUTH_SECRET is missing or wrong"
    try:
        host = ip_address(address or "")
    except ValueError:
        return f"{address!r} is no address, so IPTV_AUTH_NETWORKS can't allow it"
    host = getattr(host, "ipv4_mapped", None) or host
    if not any(host in network for network in settings.auth_networks):
        return f"{host} is not in IPTV_AUTH_NETWORKS"
    return None


def _secrets(question: Question) -> list[str]:
    scheme, _, credentials = question.headers.get("Authorization", "").partition(" ")
    bearer = [credentials.strip()] if scheme.lower() == "bearer" else []
    try:
        values = parse_qs(question.query, errors="replace", max_num_fields=200)
    except ValueError:
        return bearer
    return bearer + values.get("secret", [])[:4]
