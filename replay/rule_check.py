"""Every trust rule that facts can show, at every position of the log, from raw events.

T6 is a report, not a bar; T15's "who signs cheques does not reconcile" and T14's uncleared items rest on what a face looked
up, and are not repeated here.
"""

from typing import Any

from aggregates import firm
from aggregates.upcasting import upcast
from replay.findings import Check
from replay.ledger_rules import LedgerRules
from replay.log_check import Read
from replay.payment_rules import PaymentRules
from replay.period_rules import PeriodRules
from replay.trust_facts import Facts, Handler

BESIDES = ("firm/", "user/", "contact/", "matter/", "billing-reference/")
"""What the rules of one account need to know besides its own events."""

_SPOILT = (KeyError, TypeError, ValueError, AttributeError)
"""What comes of an event whose data are not of their kind; a fault, and the rest is read on."""


class RuleCheck:
    """Takes the log event by event; commands are looked at whole, since their events stand together."""

    def __init__(self, account_id: str | None = None) -> None:
        self.facts = Facts(whole=account_id is None)
        ledgers = LedgerRules(self.facts)
        payments, periods = PaymentRules(self.facts, ledgers), PeriodRules(self.facts)
        self._ends = (ledgers.end_command, payments.end_command)
        self._handlers: dict[str, Handler] = {**ledgers.handlers(), **payments.handlers(), **periods.handlers()}
        for topic in firm.EVENTS:
            self._handlers[topic.TOPIC] = self.facts.take_firm
        self._handlers["contact/merged-into"] = self.facts.take_merger
        self._command: str | None = None

    def take(self, page: list[Read]) -> None:
        """The next events of the log."""
        facts, handlers = self.facts, self._handlers
        with facts.check.timed():
            for position, _, document in page:
                if document["command"] != self._command:
                    self._end()
                    self._command = document["command"]
                facts.position = position
                handler = handlers.get(document["topic"])
                if handler is not None:
                    facts.check.counted += 1
                    self._look(handler, document)

    def finish(self) -> Check:
        """The last command has ended."""
        self._end()
        return self.facts.check

    def totals(self) -> dict[str, int]:
        """The sum of the ledgers of each account, in minor units."""
        found: dict[str, int] = {}
        for ledger in self.facts.ledgers.values():
            found[ledger.account] = found.get(ledger.account, 0) + ledger.total_minor
        return found

    def _look(self, handler: Handler, document: dict[str, Any]) -> None:
        try:
            handler(document, upcast(document["topic"], document["schema"], document["data"]))
        except _SPOILT as error:
            sentence = f"no rule can be held against this {document['topic']} event: {type(error).__name__} {error}"
            self.facts.check.fault(sentence, position=self.facts.position, table="events")

    def _end(self) -> None:
        for end in self._ends:
            try:
                end()
            except _SPOILT as error:
                sentence = f"no rule can be held against the command that ends here: {type(error).__name__} {error}"
                self.facts.check.fault(sentence, position=self.facts.position, table="events")
