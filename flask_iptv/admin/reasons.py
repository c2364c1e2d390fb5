"""Why viewers are refused, in words for the administrator."""

from __future__ import annotations

from ..words import mark

#: By the code of the reason; see docs/authorization.md.
REASONS = {
    "no_token": mark("Brought no token"),
    "unknown_token": mark("Token of nobody"),
    "bad_signature": mark("Link with a wrong signature"),
    "link_expired": mark("Link is over"),
    "link_not_yet_valid": mark("Link is not valid yet"),
    "wrong_address": mark("Link of another address"),
    "wrong_stream": mark("Link of another channel"),
    "disabled": mark("User is disabled"),
    "not_started": mark("Access has not begun"),
    "expired": mark("Access has ended"),
    "rule_unreadable": mark("What is written of the user can't be read"),
    "channel_unknown": mark("No such channel"),
    "channel_disabled": mark("Channel is disabled"),
    "not_in_package": mark("Channel is in no package of the user"),
    "address_not_allowed": mark("Address is not allowed"),
    "country_not_allowed": mark("Country is not allowed"),
    "user_agent_not_allowed": mark("Player is not allowed"),
    "too_many_sessions": mark("Too many devices at once"),
    "session_cut": mark("Cut by an administrator"),
    "upstream_denied": mark("Refused by the other backends"),
}
