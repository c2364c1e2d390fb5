"""Why another server could not be asked, in words for who runs the site."""

from __future__ import annotations

import http.client
import ssl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from ..errors import IPTVError
from ..phrases import Phrase


class FetchError(IPTVError):
    """Another server could not be asked, or gave no whole answer; the message says why."""


@dataclass(frozen=True)
class Patience:
    """How long a server is waited for, in seconds.

    :param connect: for the name, for the connection and for the TLS handshake, each.
    :param read: for its next bytes.
    :param whole: for everything together.
    """

    connect: float = 3
    read: float = 10
    whole: float = 20


@contextmanager
def in_plain_words(host: str, port: int, patience: Patience) -> Iterator[None]:
    """Make a FetchError of all that the libraries raise, whose own words may hold secrets."""
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        yield
    except NewConnectionError as error:
        if isinstance(error.__cause__, ConnectionRefusedError):
            raise FetchError(Phrase("nobody listens at %(place)s", place=place)) from None
        raise FetchError(Phrase("there is no way to %(place)s from here", place=place)) from None
    except (ConnectTimeoutError, TimeoutError):
        why = Phrase(
            "%(place)s did not take the connection within %(seconds)s seconds",
            place=place,
            seconds=f"{patience.connect:g}",
        )
        raise FetchError(why) from None
    except ssl.SSLCertVerificationError as error:
        why = Phrase(
            "the certificate of %(host)s is not valid: %(why)s", host=host, why=error.verify_message
        )
        raise FetchError(why) from None
    except ssl.SSLError as error:
        why = Phrase(
            "%(place)s does not speak https as it should (%(why)s); is it http there?",
            place=place,
            why=error.reason,
        )
        raise FetchError(why) from None
    except ConnectionError:
        raise FetchError(
            Phrase("%(place)s closed the connection without a whole answer", place=place)
        ) from None
    except http.client.IncompleteRead:
        raise FetchError(Phrase("the answer of %(place)s breaks off", place=place)) from None
    except zlib.error:
        raise FetchError(Phrase("the answer of %(place)s is packed wrongly", place=place)) from None
    except (http.client.HTTPException, HTTPError):
        raise FetchError(
            Phrase("what answers at %(place)s does not speak HTTP as it should", place=place)
        ) from None
    except OSError as error:
        raise FetchError(
            Phrase("the connection to %(place)s failed: %(why)s", place=place, why=error.strerror)
        ) from None
    except ValueError:
        why = Phrase("the question can't be sent: it has characters that HTTP does not allow")
        raise FetchError(why) from None
