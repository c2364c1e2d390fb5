"""The dry run as doors ask for it: who would watch what, from where and with which player."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from . import channels, users
from .authorization import Play
from .errors import InvalidInput, NotFound, Problem
from .fields import Flag, Input, NotBlank, StreamName, Title, told
from .mediaservers.app_stream import AppStream
from .phrases import Phrase

#: Long enough for every player, and for what is kept of it.
_MAX_AGENT = 500

#: Longer than that of any signed link.
_MAX_TOKEN = 2000

#: The servers that ask for an application and a name.
_WITH_APPLICATIONS = frozenset({"nginx-rtmp", "srs", "node-media-server", "ovenmediaengine"})


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError(
            Phrase("must be an address such as '203.0.113.7' or '2001:db8::1'")
        ) from None


_Agent = Annotated[str, Field(max_length=_MAX_AGENT), told.NOT_BLANK]
_Protocol = Annotated[str, Field(max_length=32), told.NOT_BLANK]


class ExplainFields(Input):
    """Whose watching is to be explained: a user's, or that of whoever brings a token."""

    #: The user's name.
    user: Annotated[Title | None, NotBlank] = None
    #: A user's token or a signed link's; any text, since a wrong one is to be explained as well.
    token: Annotated[
        Annotated[str, Field(max_length=_MAX_TOKEN), told.NOT_BLANK] | None, NotBlank
    ] = None
    #: The channel's name.
    channel: StreamName
    #: The viewer's address.
    ip: Annotated[Annotated[str, AfterValidator(_address), told.ADDRESS] | None, NotBlank] = None
    user_agent: Annotated[_Agent | None, NotBlank] = None
    #: As the media server names it, such as ``hls``.
    protocol: Annotated[_Protocol | None, NotBlank] = None
    #: Whether the backends of ``IPTV_UPSTREAM_AUTH`` are asked about a token that is not ours.
    ask_upstream: Flag = False

    @model_validator(mode="after")
    def _one_viewer(self) -> ExplainFields:
        if (self.user is None) == (self.token is None):
            raise ValueError(Phrase("user or token must be given, and not both of them"))
        return self


def question(fields: ExplainFields) -> Play:
    """Give the question that :meth:`Authorizer.explain` is to explain.

    :raises InvalidInput: if there is no such user.
    """
    return Play(
        token=fields.token if fields.user is None else _token(fields.user),
        stream=fields.channel,
        short_name=_short_name(fields.channel),
        address=fields.ip,
        user_agent=fields.user_agent,
        protocol=fields.protocol,
    )


def _short_name(stream: str) -> str | None:
    """What else the channel may be called, if its server is one that names applications."""
    app, slash, name = stream.partition("/")
    short_name = AppStream.of(app, name).short_name if slash else None
    if short_name is None:
        return None
    try:
        server = channels.get(short_name).server
    except NotFound:
        return None
    # Without one it may be played from any.
    return short_name if server is None or server.kind in _WITH_APPLICATIONS else None


def _token(name: str) -> str:
    try:
        return users.by_name(name).key
    except NotFound as error:
        raise InvalidInput([Problem("user", name, error.message)]) from None
