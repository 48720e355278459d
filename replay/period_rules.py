"""Rules of periods and matters: what was signed agreed to the cent, and stays signed (T12, T15); a closed matter is
empty (T14).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from aggregates.reconciliation import Figures
from aggregates.statement_chain import uncovered_between
from aggregates.trust_rules import money
from replay.trust_facts import Data, Facts, Handler


@dataclass(slots=True)
class _Prepared:
    """A reconciliation as it was prepared."""

    account: str
    period_end: str
    figures: Data
    prepared_by: str
    said_why: bool
    counts_days: bool
    """Whether it was prepared since the days that no statement covers are counted."""
    signed: bool = False


class PeriodRules:
    """Follows reconciliations, the days that are signed, and the closing of matters."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._reconciliations: dict[str, _Prepared] = {}
        self._seals: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._matches: dict[str, str] = {}
        """From which day each match changes what is outstanding."""
        self._statements: dict[str, list[tuple[date, date]]] = defaultdict(list)
        """The days of each account's statements."""

    def handlers(self) -> dict[str, Handler]:
        """What is looked at, by topic."""
        return {
            "bank-statement/imported": self._imported,
            "reconciliation/prepared": self._prepared,
            "reconciliation/reviewed": self._in_person,
            "reconciliation/signed": self._signed,
            "reconciliation/reopened": self._in_person,
            "trust-account/period-sealed": self._sealed,
            "trust-account/period-unsealed": self._unsealed,
            "matter/closed": self._closed,
            "matching/accepted": self._matched,
            "matching/undone": self._unmatched,
        }

    def _in_person(self, document: Data, _: Data) -> None:
        self.facts.check_in_person(document)

    def _prepared(self, document: Data, data: Data) -> None:
        self.facts.check_in_person(document)
        prepared = _Prepared(
            data["trust_account_id"], data["period_end"], data["figures"], data["prepared_by"],
            said_why=data["explanation"] is not None, counts_days=document["schema"] > 1,
        )  # fmt: skip
        self._reconciliations[document["stream"]] = prepared

    def _signed(self, document: Data, data: Data) -> None:
        facts, one, by = self.facts, self._reconciliations.get(document["stream"]), data["signed_by"]
        if one is None:
            facts.fault("T12", "a reconciliation was signed that was never prepared")
            return
        one.signed = True
        facts.check_in_person(document)
        if problems := Figures.model_validate(one.figures).problems():
            facts.fault("T12", f"a reconciliation was signed that does not agree: {problems[0]}")
        self._check_covered(one)
        balances = [ledger.balance_on(one.period_end) for ledger in facts.ledgers.values() if ledger.account == one.account]
        if sum(balances) != one.figures["ledgers_minor"]:
            sentence = f"ledgers of {money(one.figures['ledgers_minor'])} were signed for {one.period_end}"
            facts.fault("T12", f"{sentence}; their entries come to {money(sum(balances))}")
        if by != document["actor"]["user_id"]:
            facts.fault("T15", "a reconciliation was signed in the name of somebody else")
        same = facts.asks("signer_is_not_preparer", facts.day_written(document)) and by == one.prepared_by
        if same and not (data["sole_practitioner"] and facts.is_alone(by)):
            facts.fault("T15", "who prepared a reconciliation signed it, and is not on record as practising alone")

    def _imported(self, _: Data, data: Data) -> None:
        days = (date.fromisoformat(data["from_date"]), date.fromisoformat(data["to_date"]))
        self._statements[data["trust_account_id"]].append(days)

    def _check_covered(self, one: _Prepared) -> None:
        """Statements cover the period that is signed, or it is said why they do not."""
        if one.said_why or not one.counts_days:
            return
        signed_to = date.fromisoformat(self.facts.sealed_to.get(one.account, "0001-01-01"))
        ended = [days for days in self._statements[one.account] if days[1].isoformat() <= one.period_end]
        for gap in uncovered_between(ended, signed_to):
            if gap.is_long:
                self.facts.fault("T12", f"a reconciliation was signed with no word why {gap.sentence.partition(';')[0]}")

    def _sealed(self, _: Data, data: Data) -> None:
        account, key, end = data["trust_account_id"], data["reconciliation_id"], data["period_end"]
        one = self._reconciliations.get(key)
        if one is None or not one.signed or (one.account, one.period_end) != (account, end):
            self.facts.fault("T12", f"the books were sealed to {end} and no signed reconciliation says so")
        self._seals[account].append((end, key))
        self.facts.sealed_to[account] = end

    def _unsealed(self, _: Data, data: Data) -> None:
        account, seals = data["trust_account_id"], self._seals[data["trust_account_id"]]
        if not seals or seals.pop()[1] != data["reconciliation_id"]:
            self.facts.fault("T12", "another period than the newest signed one was opened again")
        if seals:
            self.facts.sealed_to[account] = seals[-1][0]
        else:
            self.facts.sealed_to.pop(account, None)

    def _matched(self, _: Data, data: Data) -> None:
        self._matches[data["match_id"]] = data["counts_from"] or data["matched_to"]
        if data["counts_from"] is not None:
            self._check_open(data["trust_account_id"], data["counts_from"], "accepted")

    def _unmatched(self, _: Data, data: Data) -> None:
        if (counts_from := self._matches.get(data["match_id"])) is not None:
            self._check_open(data["trust_account_id"], counts_from, "undone")

    def _check_open(self, account: str, counts_from: str, what: str) -> None:
        sealed_to = self.facts.sealed_to.get(account)
        if sealed_to is not None and counts_from <= sealed_to:
            sentence = f"a match that counts from {counts_from} was {what} in a period that was signed to {sealed_to}"
            self.facts.fault("T12", sentence)

    def _closed(self, document: Data, data: Data) -> None:
        for ledger in self.facts.ledgers.values():
            if ledger.matter != document["stream"]:
                continue
            if ledger.days and ledger.days[-1] > data["closed_on"]:
                sentence = f"a matter was closed on {data['closed_on']}, before the last entry of its ledger {ledger.id}"
                self.facts.fault("T14", sentence)
            if ledger.total_minor or ledger.held_minor or ledger.pending_minor:
                sentence = f"a matter was closed while its ledger {ledger.id} held {money(ledger.total_minor)}"
                self.facts.fault("T14", sentence)
