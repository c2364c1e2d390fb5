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
            raise FetchError(f"nobody listens at {place}") from None
        raise FetchError(f"there is no way to {place} from here") from None
    except (ConnectTimeoutError, TimeoutError):
        why = f"{place} did not take the connection within {patience.connect:g} seconds"
        raise FetchError(why) from None
    except ssl.SSLCertVerificationError as error:
        why = f"the certificate of {host} is not valid: {error.verify_message}"
        raise FetchError(why) from None
    except ssl.SSLError as error:
        why = f"{place} does not speak https as it should ({error.reason}); is it http there?"
        raise FetchError(why) from None
    except ConnectionError:
        raise FetchError(f"{place} closed the connection without a whole answer") from None
    except http.client.IncompleteRead:
        raise FetchError(f"the answer of {place} breaks off") from None
    except zlib.error:
        raise FetchError(f"the answer of {place} is packed wrongly") from None
    except (http.client.HTTPException, HTTPError):
        raise FetchError(f"what answers at {place} does not speak HTTP as it should") from None
    except OSError as error:
        raise FetchError(f"the connection to {place} failed: {error.strerror}") from None
    except ValueError:
        why = "the question can't be sent: it has characters that HTTP does not allow"
        raise FetchError(why) from None
