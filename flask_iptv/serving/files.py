"""The files that a process may have open, of which every connection is one."""

from __future__ import annotations

import sys
from contextlib import suppress

from ..errors import IPTVError

#: Connections at once: media servers and proxies keep theirs open.
CONNECTIONS = 2000
#: Fewer are no site.
FEWEST_CONNECTIONS = 20
#: With these no fewer files would do.
_FEW_THREADS = 8
#: Files for each connection: itself, and every other one sends or gets much just now.
_FILES_OF_TWO = 3
#: Files for each thread: of the host's connection to its database, of ours, and to other servers.
_FILES_OF_A_THREAD = 8
#: Files of everything else: Python, the sessions, the log.
_OTHER_FILES = 60


class CannotServe(IPTVError):
    """The site can't be served; the message says why and what to do."""


def connections(threads: int) -> int:
    """How many connections this process can have at once; raises its soft limit of files.

    :param threads: requests that are worked on at once.
    :raises CannotServe: if they are too few to serve anybody.
    """
    others = _others(threads)
    files = _claimed(others + CONNECTIONS * _FILES_OF_TWO // 2)
    if files is None:
        return CONNECTIONS
    possible = connections_of(files, threads)
    if possible >= FEWEST_CONNECTIONS:
        return min(CONNECTIONS, possible)
    needed = others + FEWEST_CONNECTIONS * _FILES_OF_TWO // 2
    enough = max(4096, 2 * needed)
    raise CannotServe(
        f"this process may have {files} files open, and serving with {threads} threads needs "
        f"{needed}: raise the hard limit, in a shell with: ulimit -n {enough}, in systemd with: "
        f"LimitNOFILE={enough}, in Docker with: --ulimit nofile={enough}"
        + ("" if threads <= _FEW_THREADS else "; or take fewer with --threads")
    )


def connections_of(files: int, threads: int) -> int:
    """How many connections so many files suffice for."""
    return (files - _others(threads)) * 2 // _FILES_OF_TWO


def _others(threads: int) -> int:
    return _OTHER_FILES + threads * _FILES_OF_A_THREAD


def _claimed(wanted: int) -> int | None:
    """How many files may be open once as many as possible were asked for; None is no limit."""
    if sys.platform == "win32":
        return None
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return None
    if soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        # Some systems have a lower limit than they tell.
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft
