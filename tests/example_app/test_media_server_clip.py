"""The clip of the demonstration media server goes on for ever, without a seam a player notices."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from example_app.media_server import Clip, packets, playlist, timeline

CLIP = Clip.load()
REPETITION = len(CLIP.segments)
#: A segment of today, and the last before the timestamps of 33 bits begin again.
TODAY = 890_000_000
WRAP = packets.TIMESTAMP_RANGE // packets.TICKS_PER_SECOND // 2
STARTS = pytest.mark.parametrize("start", [0, 3, TODAY, WRAP - REPETITION])
TICKS = st.integers(min_value=0, max_value=packets.TIMESTAMP_RANGE - 1)


def three_repetitions(start: int) -> bytes:
    return b"".join(CLIP.segment(start + index) for index in range(3 * REPETITION))


def split(stream: bytes) -> Iterator[bytes]:
    for offset in range(0, len(stream), packets.PACKET_SIZE):
        yield stream[offset : offset + packets.PACKET_SIZE]


def pid_of(packet: bytes) -> int:
    return int.from_bytes(packet[1:3], "big") & 0x1FFF


def clocks(stream: bytes) -> list[int]:
    return [
        int.from_bytes(packet[6:11], "big") >> 7
        for packet in split(stream)
        if packet[3] & 0x20 and packet[4] and packet[5] & 0x10
    ]


def unit(pts: bytes, dts: bytes) -> bytes:
    """A packet which begins a PES with both timestamps."""
    head = b"\x47\x41\x00\x1c" + b"\x00\x00\x01\xe0\x00\x00\x80\xc0\x0a" + pts + dts
    return head.ljust(packets.PACKET_SIZE, b"\xaa")


def test_clip_is_small_and_a_whole_number_of_seconds() -> None:
    folder = timeline.CLIP_FOLDER
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 250_000
    assert CLIP.duration == timedelta(seconds=16)


@STARTS
def test_a_player_sees_no_seam_between_repetitions(start: int) -> None:
    frames: dict[str, list[int]] = {"video": [], "audio": []}
    stream = io.BytesIO(three_repetitions(start))
    with av.open(stream, format="mpegts", options={"err_detect": "explode"}) as container:
        for packet in container.demux(video=0, audio=0):
            assert not packet.is_corrupt
            for frame in packet.decode():
                assert frame.pts is not None
                frames[packet.stream.type].append(frame.pts)

    assert (len(frames["video"]), len(frames["audio"])) == (3 * 400, 3 * 750)
    assert {later - earlier for earlier, later in pairwise(frames["video"])} == {90_000 // 25}
    assert {later - earlier for earlier, later in pairwise(frames["audio"])} == {
        90_000 * 1024 // 48_000
    }


@STARTS
def test_continuity_counters_go_on_over_segments_and_repetitions(start: int) -> None:
    last: dict[int, int] = {}
    for packet in split(three_repetitions(start)):
        pid, counter = pid_of(packet), packet[3] & 0x0F
        assert counter == (last.get(pid, counter - 1) + 1) % 16
        last[pid] = counter


@STARTS
def test_program_clock_comes_at_least_every_tenth_of_a_second(start: int) -> None:
    steps = [
        (later - earlier) % packets.TIMESTAMP_RANGE
        for earlier, later in pairwise(clocks(three_repetitions(start)))
    ]
    assert min(steps) > 0
    assert max(steps) <= packets.TICKS_PER_SECOND // 10


@pytest.mark.parametrize("number", range(REPETITION))
def test_each_segment_begins_with_the_tables_and_a_keyframe(number: int) -> None:
    segment = CLIP.segment(number)
    starts = [packet for packet in split(segment) if packet[1] & 0x40]
    programs, video = starts[1], next(packet for packet in starts if pid_of(packet) == 0x100)
    assert (pid_of(starts[0]), pid_of(programs)) == (0x11, 0)
    assert video[5] & 0x40, "random access indicator"
    begin = 5 + video[4] + 9
    expected = CLIP.segments[0].index(b"\x00\x00\x01\xe0") + 9
    first = packets.read_timestamp(CLIP.segments[0][expected : expected + 5])
    assert packets.read_timestamp(video[begin : begin + 5]) == first + number * 180_000


@given(TICKS, st.sampled_from([0x10, 0x20, 0x30]))
def test_a_timestamp_written_is_the_one_read(ticks: int, prefix: int) -> None:
    field = packets.write_timestamp(ticks, prefix)
    assert packets.read_timestamp(field) == ticks
    assert field[0] & 0xF0 == prefix
    assert all(field[index] & 1 for index in (0, 2, 4)), "marker bits"


@given(TICKS, TICKS)
def test_decoding_times_move_with_presentation_times(pts: int, ticks: int) -> None:
    packet = unit(packets.write_timestamp(pts, 0x30), packets.write_timestamp(pts - 3600, 0x10))
    expected = unit(
        packets.write_timestamp(pts + ticks, 0x30),
        packets.write_timestamp(pts + ticks - 3600, 0x10),
    )
    assert packets.moved(packet, ticks, {0x100: 12}) == expected


@given(TICKS, TICKS)
def test_moving_twice_is_moving_once_by_the_sum(first: int, second: int) -> None:
    stream = CLIP.segments[0][: 20 * packets.PACKET_SIZE]
    twice = packets.moved(packets.moved(stream, first, {}), second, {})
    assert twice == packets.moved(stream, first + second, {})


def test_the_first_repetition_is_the_clip_itself() -> None:
    assert CLIP.segment(0) == CLIP.segments[0]


def test_a_packet_without_payload_repeats_the_counter_before_it() -> None:
    payload = b"\x47\x01\x00\x10".ljust(packets.PACKET_SIZE, b"\xaa")
    filler = b"\x47\x01\x00\x20\xb7\x00".ljust(packets.PACKET_SIZE, b"\xff")
    moved = packets.moved(payload + filler + payload, 0, {0x100: 15})
    assert [packet[3] & 0x0F for packet in split(moved)] == [15, 15, 0]
    assert packets.count_payloads(payload + filler + payload) == {0x100: 2}


@given(st.lists(st.integers(min_value=0, max_value=40_000), min_size=2, max_size=6))
def test_pieces_by_the_clock_add_up_to_the_whole(milliseconds: list[int]) -> None:
    zero = timeline.start_of(TODAY)
    moments = sorted(zero + timedelta(milliseconds=value) for value in milliseconds)
    pieces = [CLIP.between(start, end) for start, end in pairwise(moments)]
    assert b"".join(pieces) == CLIP.between(moments[0], moments[-1])
    assert all(len(piece) % packets.PACKET_SIZE == 0 for piece in pieces)


def test_two_seconds_of_the_clock_are_one_segment() -> None:
    zero = timeline.start_of(TODAY)
    assert CLIP.between(zero, timeline.start_of(TODAY + 1)) == CLIP.segment(TODAY)
    half = CLIP.between(zero, zero + timedelta(seconds=1))
    assert len(CLIP.segment(TODAY)) / 2 == pytest.approx(len(half), abs=packets.PACKET_SIZE)
    assert CLIP.between(zero, zero) == b""
    assert CLIP.between(timeline.start_of(TODAY + 3), zero) == b""


def test_the_playlist_moves_on_by_one_segment_every_two_seconds() -> None:
    now = timeline.start_of(TODAY)
    lines = playlist.text(now, "S").splitlines()
    assert lines[:4] == [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        "#EXT-X-TARGETDURATION:2",
        f"#EXT-X-MEDIA-SEQUENCE:{TODAY - 5}",
    ]
    assert lines[4:6] == ["#EXTINF:2.000,", f"{TODAY - 5}.ts?session=S"]
    assert lines[-1] == f"{TODAY - 1}.ts?session=S"
    assert len(lines) == 4 + 2 * 5
    soon = playlist.text(now + timedelta(seconds=1.999), "S").splitlines()
    assert soon == lines
    later = playlist.text(now + timedelta(seconds=2), "S").splitlines()
    assert later[3] == f"#EXT-X-MEDIA-SEQUENCE:{TODAY - 4}"
    assert later[4:-2] == lines[6:]


@pytest.mark.parametrize(
    ("segments", "message"),
    [
        ([], "at least one segment"),
        ([b"\x47" * 187], "187 bytes are not whole packets"),
        ([b"\x47" * 188 + b"\x48" * 188], "packet 1 begins with 0x48"),
    ],
)
def test_what_is_not_a_transport_stream_is_refused(segments: list[bytes], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Clip(segments)
