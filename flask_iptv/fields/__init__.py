"""What each field of an input accepts, and the sentence that says so when it does not."""

from __future__ import annotations

from .inputs import Input, check
from .kinds import (
    BaseURL,
    ChannelNumber,
    Comment,
    Email,
    EmptyIsNone,
    Key,
    Line,
    Login,
    MaxSessions,
    Name,
    Names,
    Network,
    Networks,
    SigningKey,
    SigningKeys,
    StreamName,
    Template,
    Title,
    UTCTime,
    WebURL,
    WholeNumber,
)

__all__ = [
    "BaseURL",
    "ChannelNumber",
    "Comment",
    "Email",
    "EmptyIsNone",
    "Input",
    "Key",
    "Line",
    "Login",
    "MaxSessions",
    "Name",
    "Names",
    "Network",
    "Networks",
    "SigningKey",
    "SigningKeys",
    "StreamName",
    "Template",
    "Title",
    "UTCTime",
    "WebURL",
    "WholeNumber",
    "check",
]
