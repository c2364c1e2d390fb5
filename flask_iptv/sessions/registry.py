"""Who is watching, in the memory of one process: the rules of the limit and of zapping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from threading import Lock

from .slot import Slot
from .store import Admission, Device, EndedSession, Ending, Event

#: Seconds of a bucket of slots that expire together.
BUCKET = 10


class Registry:
    """Every slot that is held, or was until it was cut.

    Whoever changes something holds :attr:`lock`, and takes with :meth:`take_ended` what has ended.

    :param ids: for new slots.
    """

    def __init__(self, slots: Iterable[Slot] = (), *, ids: Iterator[int]) -> None:
        self.lock = Lock()
        #: Ids of the slots that changed since somebody looked; of those that only were renewed; and
        #: of those that are gone.
        self.changed: set[int] = set()
        self.renewed: set[int] = set()
        self.gone: set[int] = set()
        self._by_id: dict[int, Slot] = {}
        self._by_device: dict[Device, Slot] = {}
        self._by_user: dict[int, dict[int, Slot]] = {}
        self._due: dict[int, list[int]] = {}
        self._ended: list[EndedSession] = []
        self._ids = ids
        for slot in slots:
            self._add(slot)

    def slots(self) -> list[Slot]:
        """All of them, at this moment."""
        return list(self._by_id.values())

    def slots_of(self, user_id: int) -> list[Slot]:
        """Those of a user."""
        return list(self._by_user.get(user_id, {}).values())

    def slots_with(self, ids: Iterable[int]) -> list[Slot]:
        """Those of these ids that are there, in the order of their ids."""
        return [slot for id in sorted(ids) if (slot := self._by_id.get(id)) is not None]

    def get(self, id: int) -> Slot | None:
        """The slot with this id."""
        return self._by_id.get(id)

    def take_ended(self) -> list[EndedSession]:
        """What has ended since the last time."""
        ended, self._ended = self._ended, []
        return ended

    def admit(self, wish: Admission, now: datetime) -> str | None:
        """Give a device a slot, or keep the one it has; see :meth:`Store.admit`."""
        slot = self._by_device.get(wish.device)
        if slot is not None and slot.expires_at <= now:
            self._free(slot)
            slot = None
        if slot is None and wish.event is Event.UPDATE:
            slot = self._moved(wish, now)
        if slot is not None:
            if slot.cut_reason is None:
                self._go_on(slot, wish, now)
                return None
            if not _is_new_opening(wish, slot):
                slot.expires_at = min(slot.expires_at, now + timedelta(seconds=wish.grace))
                self.changed.add(slot.id)
                return slot.cut_reason
        if not self._make_room(wish, now):
            return "too_many_sessions"
        if slot is not None:
            self._free(slot)
        added = Slot(next(self._ids), wish, now)
        self._add(added)
        self.changed.add(added.id)
        return None

    def end(
        self, device: Device, server_session: str | None, told: int | None, now: datetime
    ) -> None:
        """Free a device's slot; see :meth:`Store.end`."""
        slot = self._by_device.get(device)
        if slot is not None and slot.expires_at <= now:
            self._free(slot)
        elif slot is not None:
            if server_session is not None and slot.previous_session == server_session:
                slot.previous_session = None
                self.changed.add(slot.id)
                return
            if server_session is None or slot.server_session in (None, server_session):
                self._end(slot, server_session, told, now)
                return
        if server_session is not None and device.user_id is not None:
            # The viewer's address may have changed since.
            for other in self.slots_of(device.user_id):
                if other.server_session == server_session and other.expires_at > now:
                    self._end(other, server_session, told, now)

    def end_all(self, user_id: int, now: datetime) -> None:
        """Free every slot of a user."""
        for slot in self.slots_of(user_id):
            if slot.is_open(now):
                self._ended.append(slot.ended(Ending.DISMISSED, now))
                slot.cut_reason = "dismissed"
            self._free(slot)

    def keep_oldest(self, user_id: int, count: int, now: datetime) -> None:
        """Cut all but the sessions of a user that were opened first."""
        for slot in self._open_of(user_id, now)[count:]:
            self._cut(slot, "too_many_sessions", now)

    def cut(self, id: int, now: datetime) -> bool:
        """Cut a session; see :meth:`Store.cut`."""
        slot = self._by_id.get(id)
        if slot is None or not slot.is_open(now):
            return False
        self._cut(slot, "session_cut", now)
        return True

    def expire(self, now: datetime) -> None:
        """Let go of what nobody has asked about for too long."""
        for bucket in [bucket for bucket in self._due if bucket * BUCKET < now.timestamp()]:
            for id in self._due.pop(bucket):
                slot = self._by_id.get(id)
                if slot is None:
                    continue
                if slot.expires_at > now:
                    self._plan(slot)
                else:
                    self._free(slot)

    def expire_all(self, now: datetime) -> None:
        """The same for all slots, without knowing when they are due."""
        for slot in self.slots():
            if slot.expires_at <= now:
                self._free(slot)

    def take_in(self, slots: Iterable[Slot]) -> None:
        """Take slots that were counted somewhere else; here they get other ids."""
        for slot in slots:
            if slot.device in self._by_device:
                continue
            slot.id = next(self._ids)
            self._add(slot)
            if slot.device.user_id is None:
                # A signed link is not written down, so its viewer can't be known again.
                self._free(slot)
            else:
                self.changed.add(slot.id)

    def _moved(self, wish: Admission, now: datetime) -> Slot | None:
        # A phone that moved from Wi-Fi to the mobile network: another address, the same session.
        # Two servers may count their sessions alike, so the stream must be the same too.
        user_id = wish.device.user_id
        if wish.server_session is None or user_id is None:
            return None
        asked = (wish.server_session, wish.channel_id)
        found = [
            slot
            for slot in self._by_user.get(user_id, {}).values()
            if (slot.server_session, slot.channel_id) == asked and slot.expires_at > now
        ]
        return min(found, key=lambda slot: (slot.cut_reason is not None, slot.id), default=None)

    def _go_on(self, slot: Slot, wish: Admission, now: datetime) -> None:
        if slot.goes_on_with(wish):
            before = slot.previous_session
            slot.renew(wish, now)
            (self.renewed if slot.previous_session == before else self.changed).add(slot.id)
            return
        device = slot.device
        ended = slot.go_on(wish, now)
        if ended is not None:
            self._ended.append(ended)
        if slot.device is not device and slot.device != device:
            del self._by_device[device]
            self._by_device[slot.device] = slot
        self.changed.add(slot.id)

    def _make_room(self, wish: Admission, now: datetime) -> bool:
        if wish.device.user_id is None or wish.max_sessions is None:
            return True
        taken = self._open_of(wish.device.user_id, now)
        surplus = len(taken) - wish.max_sessions + 1
        if surplus > 0:
            # An update is no reason to take a slot from somebody who came later.
            if not wish.replace or wish.event is Event.UPDATE:
                return False
            for slot in taken[:surplus]:
                self._cut(slot, "too_many_sessions", now)
        return True

    def _open_of(self, user_id: int, now: datetime) -> Sequence[Slot]:
        open_slots = [slot for slot in self.slots_of(user_id) if slot.is_open(now)]
        return sorted(open_slots, key=lambda slot: (slot.opened_at, slot.id))

    def _cut(self, slot: Slot, reason: str, now: datetime) -> None:
        self._ended.append(slot.ended(Ending.CUT, now))
        slot.cut_reason = reason
        self.changed.add(slot.id)

    def _end(self, slot: Slot, server_session: str | None, told: int | None, now: datetime) -> None:
        if slot.is_open(now):
            slot.count(told)
            if server_session is not None and slot.give_back():
                self.changed.add(slot.id)
                return
            self._ended.append(slot.ended(Ending.CLOSED, now))
            slot.cut_reason = "closed"
        self._free(slot)

    def _add(self, slot: Slot) -> None:
        self._by_id[slot.id] = slot
        self._by_device[slot.device] = slot
        if slot.device.user_id is not None:
            self._by_user.setdefault(slot.device.user_id, {})[slot.id] = slot
        self._plan(slot)

    def _plan(self, slot: Slot) -> None:
        # A slot stays in the bucket of its first lease: to renew it costs nothing here.
        bucket = int(slot.expires_at.timestamp()) // BUCKET + 1
        self._due.setdefault(bucket, []).append(slot.id)

    def _free(self, slot: Slot) -> None:
        if slot.cut_reason is None:
            self._ended.append(slot.ended(Ending.SILENT, slot.seen_at))
        del self._by_id[slot.id]
        if self._by_device.get(slot.device) is slot:
            del self._by_device[slot.device]
        of_user = self._by_user.get(slot.device.user_id or 0)
        if of_user is not None:
            of_user.pop(slot.id, None)
            if not of_user:
                del self._by_user[slot.device.user_id or 0]
        self.changed.discard(slot.id)
        self.renewed.discard(slot.id)
        self.gone.add(slot.id)


def _is_new_opening(wish: Admission, cut: Slot) -> bool:
    is_opening = wish.event is Event.OPEN and wish.server_session is not None
    return is_opening and wish.server_session != cut.server_session
