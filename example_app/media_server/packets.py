"""MPEG transport stream packets: moves their clocks and counters along (ISO/IEC 13818-1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

PACKET_SIZE = 188
SYNC_BYTE = 0x47
TICKS_PER_SECOND = 90_000
#: Timestamps have 33 bits, so they begin again after 26.5 hours.
TIMESTAMP_RANGE = 1 << 33

_HAS_PAYLOAD = 0x10
_HAS_ADAPTATION = 0x20
_HAS_PCR = 0x10
_UNIT_START = 0x40
_PES_PREFIX = b"\x00\x00\x01"
_PES_FLAGS = 7
_PES_TIMESTAMPS = 9
_TIMESTAMP_SIZE = 5


def read_timestamp(field: bytes | bytearray) -> int:
    """The ticks of 1/90000 s in the 5 bytes of a PTS or DTS."""
    high, middle, low = field[0] >> 1 & 0x07, field[1:3], field[3:5]
    return (
        high << 30
        | int.from_bytes(middle, "big") >> 1 << 15
        | int.from_bytes(low, "big") >> 1
    )  # fmt: skip


def write_timestamp(ticks: int, prefix: int) -> bytes:
    """The 5 bytes of a PTS or DTS.

    :param ticks: units of 1/90000 s; taken modulo 2^33.
    :param prefix: the 4 bits which tell PTS from DTS, in the upper half of a byte.
    """
    ticks %= TIMESTAMP_RANGE
    high, middle, low = ticks >> 30, ticks >> 15 & 0x7FFF, ticks & 0x7FFF
    return (
        bytes([prefix & 0xF0 | high << 1 | 1])
        + (middle << 1 | 1).to_bytes(2, "big")
        + (low << 1 | 1).to_bytes(2, "big")
    )


def count_payloads(stream: bytes) -> Counter[int]:
    """How many packets with a payload each PID has: as far as its continuity counter goes on.

    :raises ValueError: the stream is not whole packets that begin with the sync byte.
    """
    if len(stream) % PACKET_SIZE:
        raise ValueError(f"{len(stream)} bytes are not whole packets of {PACKET_SIZE} bytes")
    counts: Counter[int] = Counter()
    for number, packet in enumerate(_packets(stream)):
        if packet[0] != SYNC_BYTE:
            raise ValueError(f"packet {number} begins with {packet[0]:#04x}, not with 0x47")
        if packet[3] & _HAS_PAYLOAD:
            counts[_pid(packet)] += 1
    return counts


def moved(stream: bytes, ticks: int, counters: Mapping[int, int]) -> bytes:
    """The same packets later in time: PCR, PTS, DTS and continuity counters rewritten.

    :param stream: whole packets, each PES header within one packet.
    :param ticks: how much later, in units of 1/90000 s.
    :param counters: for each PID, how many payloads of it went before these packets.
    """
    passed = Counter(counters)
    result = bytearray()
    for packet in _packets(stream):
        pid = _pid(packet)
        # A packet without payload repeats the counter of the one before it.
        count = passed[pid] if packet[3] & _HAS_PAYLOAD else passed[pid] - 1
        packet[3] = packet[3] & 0xF0 | count & 0x0F
        _move_clock(packet, ticks)
        if packet[3] & _HAS_PAYLOAD:
            passed[pid] += 1
            if packet[1] & _UNIT_START:
                _move_unit(packet, ticks)
        result += packet
    return bytes(result)


def _packets(stream: bytes) -> Iterator[bytearray]:
    for offset in range(0, len(stream), PACKET_SIZE):
        yield bytearray(stream[offset : offset + PACKET_SIZE])


def _pid(packet: bytearray) -> int:
    return (packet[1] & 0x1F) << 8 | packet[2]


def _move_clock(packet: bytearray, ticks: int) -> None:
    if packet[3] & _HAS_ADAPTATION and packet[4] and packet[5] & _HAS_PCR:
        # 33 bits of 1/90000 s, 6 reserved bits, 9 bits of 1/27000000 s.
        clock = int.from_bytes(packet[6:12], "big")
        base = ((clock >> 15) + ticks) % TIMESTAMP_RANGE
        packet[6:12] = (base << 15 | clock & 0x7FFF).to_bytes(6, "big")


def _move_unit(packet: bytearray, ticks: int) -> None:
    start = 5 + packet[4] if packet[3] & _HAS_ADAPTATION else 4
    # Tables begin with a pointer and a table id, which is never this prefix.
    if packet[start : start + 3] != _PES_PREFIX:
        return
    # 0 neither, 2 a PTS, 3 a PTS and a DTS behind it.
    present = packet[start + _PES_FLAGS] >> 6
    for index in range(max(0, present - 1)):
        begin = start + _PES_TIMESTAMPS + index * _TIMESTAMP_SIZE
        field = packet[begin : begin + _TIMESTAMP_SIZE]
        packet[begin : begin + _TIMESTAMP_SIZE] = write_timestamp(
            read_timestamp(field) + ticks, field[0]
        )
