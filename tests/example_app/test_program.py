"""``make run`` serves a site at once: what it prints works, and it ends when it is told to."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from tests.example_app.browser import Browser, Page
from tests.example_app.conftest import Harbour
from tests.example_app.harbour_program import HarbourProgram, run
from tests.example_app.media_site import fetch, opened
from tests.patience import LIMIT
from tests.real.players import channels_in, play_with_pyav
from tests.real.ports import answers


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HarbourProgram]:
    """A site at its first start."""
    with HarbourProgram(tmp_path_factory.mktemp("site")) as running:
        yield running


def users_by_api(site: HarbourProgram, password: str) -> str:
    """The list of users, asked for as a billing script does."""
    credentials = b64encode(f"admin:{password}".encode()).decode()
    asked = Request(f"{site.url}/tv/api/users", headers={"Authorization": f"Basic {credentials}"})
    with urlopen(asked, timeout=LIMIT) as answer:
        text: str = answer.read().decode()
    return text


def channels(playlist: str) -> dict[str, str]:
    """The channels of a playlist: addresses by title."""
    answer = fetch(playlist)
    assert answer.status == 200
    return channels_in(answer.text)


def user_page(staff: Browser, name: str) -> Page:
    """The page of a user, found in the list."""
    return staff.open(staff.open("/tv/admin/users").link(name))


def test_the_printed_password_opens_the_pages_and_the_api(site: HarbourProgram) -> None:
    staff = Browser(site.url)
    assert staff.log_in("admin", site.password).path == "/tv/admin/"
    assert staff.open("/tv/admin/users").status == 200
    assert "maria" in users_by_api(site, site.password)


def test_the_printed_question_is_answered_with_yes(site: HarbourProgram) -> None:
    address, *options = site.curl[3:]
    assert site.curl[:3] == ["curl", "-i", "-G"]
    assert options[::2] == ["-d"] * 4
    assert fetch(f"{address}?{'&'.join(options[1::2])}").status == 200
    if shutil.which("curl"):
        done = subprocess.run([*site.curl, "-s"], check=True, capture_output=True, text=True)
        assert done.stdout.startswith("HTTP/1.1 200 ")


@pytest.mark.parametrize("kind", ["HLS", "MPEG-TS"])
def test_the_printed_playlist_plays(site: HarbourProgram, kind: str) -> None:
    listed = channels(site.playlists[kind])
    assert list(listed)[:3] == ["Harbour One", "Tide and Weather", "Quayside News"]
    assert play_with_pyav(listed["Quayside News"], frames=30) == 30


def test_the_printed_page_of_the_viewer_has_the_playlist(site: HarbourProgram) -> None:
    page = unescape(fetch(site.viewers_page).text)
    assert site.playlists["HLS"].partition("?")[0] in page


def test_who_is_disabled_in_the_pages_is_cut_while_watching(site: HarbourProgram) -> None:
    staff = Browser(site.url)
    staff.log_in("admin", site.password)
    page = user_page(staff, "boathouse")
    sent = unescape(staff.open(f"{page.path}/playlists").text)
    found = re.findall(r"http://[^\"\s<>]+/playlists/[^\"\s<>]+[.]m3u[^\"\s<>]+", sent)
    playlists = list(dict.fromkeys(found))
    hls, mpegts = (channels(playlist)["Harbour One"] for playlist in playlists)
    segment = hls.replace("index.m3u8", fetch(hls).addresses[-1]).partition("?token")[0]
    assert fetch(segment).status == 200
    with opened(mpegts) as stream:
        assert len(stream.read(188)) == 188
        staff.send(page, "/enabled")
        # It goes on as long as the last verdict holds, and then it ends.
        stream.read()
    # The verdicts on these are older than that on the stream which has ended.
    for url in (segment, hls, mpegts, *playlists):
        assert fetch(url).status == 403


def test_a_second_one_in_the_same_folder_does_not_start(site: HarbourProgram) -> None:
    second = run(site.folder)
    assert (second.returncode, second.stdout) == (1, "")
    assert f"Harbour TV runs already with {site.folder / 'instance'}" in second.stderr
    assert "Traceback" not in second.stderr
    assert Browser(site.url).log_in("admin", site.password).path == "/tv/admin/"


def test_it_ends_in_good_order_and_goes_on_where_it_was(tmp_path: Path) -> None:
    with HarbourProgram(tmp_path) as site:
        password, playlists = site.password, site.playlists
        staff = Browser(site.url)
        staff.log_in("admin", password)
        staff.send(staff.open("/tv/admin/users/new"), name="harbour-master")
        end_while_somebody_watches(site, signal.SIGTERM)
    with HarbourProgram(tmp_path) as site:
        assert "shown only" not in site.output
        assert "-m example_app --new-password" in site.output
        assert "harbour-master" in users_by_api(site, password)
        assert Browser(site.url).log_in("admin", password).path == "/tv/admin/"
        for kind, playlist in site.playlists.items():
            assert urlsplit(playlist).query == urlsplit(playlists[kind]).query
        # The media server has another port now, and the playlist knows it.
        end_while_somebody_watches(site, signal.SIGINT)


def end_while_somebody_watches(site: HarbourProgram, number: signal.Signals) -> None:
    """Send the signal in the middle of a stream."""
    url = channels(site.playlists["MPEG-TS"])["Harbour One"]
    media_port = urlsplit(url).port
    assert media_port is not None
    with opened(url) as stream:
        assert len(stream.read(188)) == 188
        assert site.end(number) == 0
    assert site.output.endswith("Harbour TV has stopped.\n")
    assert "Traceback" not in site.output
    assert not answers(site.port)
    assert not answers(media_port)


def test_a_new_password_is_shown_once_and_works_at_once(harbour: Harbour) -> None:
    done = run(Path(harbour.app.instance_path).parent, "--new-password")
    assert done.returncode == 0
    (password,) = re.findall(r"The new password of admin: (\S+)   \(shown only", done.stdout)
    assert harbour.browser().log_in("admin", password).path == "/tv/admin/"
    assert harbour.browser().log_in("admin", harbour.password).status == 403


def test_a_folder_that_can_not_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "instance").write_text("a file, not a folder")
    done = run(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "EXAMPLE_INSTANCE names another folder" in done.stderr
    assert "Traceback" not in done.stderr
