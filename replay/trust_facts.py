"""What the trust rules are checked on: the state of the books, folded from raw events apart from the aggregates.

The aggregates refuse before an event is written; this looks at what was written. The two share no code that folds, so that a
mistake in one does not hide in the other.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aggregates import firm
from aggregates.errors import Refusal
from aggregates.event import Event
from aggregates.jurisdictions import check_stricter
from aggregates.logged_event import from_document
from replay.findings import Check
from replay.people import People

Data = Mapping[str, Any]
Handler = Callable[[Data, Data], object]
"""Takes the whole document, and its data in the newest schema."""


@dataclass(slots=True)
class Ledger:
    """A trust ledger. Days are ISO text and run beside `nets`, what each day with entries did to the balance."""

    id: str
    account: str
    purpose: str
    client: str | None
    matter: str | None
    currency: str
    total_minor: int = 0
    held_minor: int = 0
    days: list[str] = field(default_factory=list)
    nets: list[int] = field(default_factory=list)
    entries: dict[int, int] = field(default_factory=dict)
    """Entry that can be undone → its effect; 0 once it was."""
    paid_out: list[int] = field(default_factory=list)
    made_good: list[int] = field(default_factory=list)
    """Entries by which the firm paid from it, and gave back to it of its own money."""
    waiting: list[tuple[str, str, int, int]] = field(default_factory=list)
    """Uncollected receipts by the day they are available: (available on, received on, entry, amount)."""
    waits: dict[int, tuple[str, str, int, int]] = field(default_factory=dict)
    holds: dict[str, int] = field(default_factory=dict)
    pending: dict[str, int] = field(default_factory=dict)
    pending_minor: int = 0
    exceptions: set[str] = field(default_factory=set)
    """Those that are open."""

    def post(self, day: str, effect_minor: int) -> None:
        """Put an entry on its day."""
        self.total_minor += effect_minor
        days = self.days
        if not days or day > days[-1]:
            days.append(day)
            self.nets.append(effect_minor)
            return
        at = bisect_left(days, day)
        if days[at] == day:
            self.nets[at] += effect_minor
        else:
            days.insert(at, day)
            self.nets.insert(at, effect_minor)

    def balance_on(self, day: str) -> int:
        """At the end of a day."""
        return self.total_minor - sum(self.nets[bisect_right(self.days, day) :])

    def lowest_from(self, day: str) -> tuple[int, str]:
        """The lowest balance on a day or later, and when; the first such day."""
        balance = lowest = self.total_minor
        on = max(day, self.days[-1]) if self.days else day
        for at in range(len(self.days) - 1, -1, -1):
            if self.days[at] <= day:
                break
            if balance <= lowest:
                lowest, on = balance, self.days[at]
            balance -= self.nets[at]
        return (balance, day) if balance <= lowest else (lowest, on)

    def free_from(self, day: str) -> int:
        """What is collected, not held and not promised, at its lowest on a day or later."""
        aside = self.held_minor + self.pending_minor
        waiting = self.waiting[bisect_right(self.waiting, (day, "\uffff", 0, 0)) :] if self.waiting else []
        if not waiting:
            return self.lowest_from(day)[0] - aside
        balance = self.balance_on(day)
        lowest = balance - sum(one[3] for one in waiting if one[1] <= day)
        for at in range(bisect_right(self.days, day), len(self.days)):
            on, balance = self.days[at], balance + self.nets[at]
            lowest = min(lowest, balance - sum(one[3] for one in waiting if one[1] <= on < one[0]))
        return lowest - aside

    def wait(self, entry: int, received: str, available: str, amount_minor: int) -> None:
        """A receipt counts as collected only from a later day."""
        self.waits[entry] = one = (available, received, entry, amount_minor)
        insort(self.waiting, one)

    def collected(self, entry: int) -> tuple[str, str, int, int] | None:
        """It no longer waits; None where it did not."""
        one = self.waits.pop(entry, None)
        if one is not None:
            del self.waiting[bisect_left(self.waiting, one)]
        return one

    def unreserve(self, disbursement: str) -> None:
        """The promise to a disbursement ended."""
        self.pending_minor -= self.pending.pop(disbursement, 0)


class Facts:
    """The books as far as they were read, and where faults are noted. `whole` is false where only one account is read."""

    def __init__(self, *, whole: bool = True) -> None:
        self.check = Check("trust rules", "events that the rules speak of")
        self.whole = whole
        self.position = 0
        self.ledgers: dict[str, Ledger] = {}
        self.sealed_to: dict[str, str] = {}
        self.drawn_now: dict[str, tuple[str, int]] = {}
        """Of the command that is read: entry → (bill, amount) for each drawing that still lacks its payment."""
        self.firm: firm.Firm | None = None
        self.people = People()
        self._numbers: dict[tuple[str, str], int] = {}
        self._survivors: dict[str, str] = {}

    def take_merger(self, document: Data, data: Data) -> None:
        """A contact was merged into another, who stands for it from now on."""
        self._survivors[document["stream"]] = data["survivor_id"]

    def same_client(self, one: str | None, other: str | None) -> bool:
        """Whether both are one client by now. Nobody is no client."""
        return one is not None and other is not None and self._survivor(one) == self._survivor(other)

    def _survivor(self, contact: str) -> str:
        seen = set()
        while contact in self._survivors and contact not in seen:
            seen.add(contact)
            contact = self._survivors[contact]
        return contact

    def check_in_person(self, document: Data) -> None:
        """What two people must do between them was done with a token that the person made for themself (T15)."""
        if not self.people.acted_in_person(document["actor"]):
            what = document["topic"].replace("/", " ")
            self.fault("T15", f"{what}: with an access token that somebody else issued")

    def fault(self, rule: str, sentence: str, *, position: int | None = None) -> None:
        """A rule was broken, by the event that is read now unless another is named."""
        self.check.fault(f"{sentence} ({rule})", position=position or self.position, table="events", rule=rule)

    def number(self, setting: str, on: str) -> int | None:
        """What the firm's policy asked for a day, as known when this was written; None before the firm was established."""
        if self.firm is None:
            return None
        if (setting, on) not in self._numbers:
            self._numbers[setting, on] = self.firm.policy_on(date.fromisoformat(on)).number(setting)
        return self._numbers[setting, on]

    def asks(self, setting: str, on: str) -> bool:
        """Whether the firm's policy asked for it on a day."""
        return self.firm is not None and self.firm.policy_on(date.fromisoformat(on)).asks(setting)

    def day_written(self, document: Data) -> str:
        """The firm's day on which an event was recorded."""
        if self.firm is None:
            return str(document["recorded_at"])[:10]
        zone = ZoneInfo(self.firm.established.time_zone)
        return datetime.fromisoformat(document["recorded_at"]).astimezone(zone).date().isoformat()

    def is_alone(self, person: str) -> bool:
        """Whether this person was on record as practising alone, and did."""
        alone = None if self.firm is None else self.firm.sole_practitioner
        return alone is not None and str(alone) == person and not self.people.others_approve(person)

    def approvals_needed(self, amount_minor: int, on: str) -> int:
        """How many people must approve a payment that is made on a day; one where there is only one lawyer."""
        second_over = self.number("second_approval_over_minor", on)
        alone = self.firm is None or self.is_alone(str(self.firm.sole_practitioner))
        return 2 if second_over is not None and amount_minor > second_over and not alone else 1

    def take_firm(self, document: Data, _: Data) -> None:
        """The firm, and what binds it (T16)."""
        event = from_document(self.position, document).event()
        if self.firm is not None:
            try:
                _check_binding(self.firm, event, date.fromisoformat(self.day_written(document)))
            except Refusal as broken:
                self.fault("T16", broken.sentence)
        if (self.firm is None) is isinstance(event, firm.FirmEstablished):
            self.firm = firm.evolve(self.firm, event)
        else:
            self.fault("T16", "the firm was established twice, or bound before it was")
        self._numbers.clear()


def _check_binding(books: firm.Firm, event: Event, today: date) -> None:
    """Raises a Refusal where what binds the firm became laxer than it may."""
    match event:
        case firm.FirmPolicyTightened():
            check_stricter(books.pack_on(today), event.setting, event.after)
        case firm.JurisdictionPackAdopted():
            books.adopt(event.jurisdiction, event.pack_version, on=event.binds_from, today=today, why=event.why)


def key_of(identifier: str) -> int:
    """An id as a number: half the memory of its text."""
    return int(identifier.replace("-", ""), 16)
