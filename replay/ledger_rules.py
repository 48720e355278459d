"""Rules of single ledgers, held against the entries as they stand: T1–T5, T8, T10, T11, and T12 for every entry."""

from aggregates import trust_ledger
from aggregates.trust_rules import money
from replay.trust_facts import Data, Facts, Handler, Ledger, key_of


class LedgerRules:
    """Follows every ledger: what came, what left, what is uncollected, held and promised."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._owners: dict[str, str | None] = {}
        self._overdrawn: dict[str, tuple[int, str]] = {}
        """Of the command that is read: ledger → (position, day) where a bank fact drove it below zero."""
        self._cured: list[tuple[str, int]] = []
        self._transfers: dict[str, tuple[Ledger, str, int]] = {}
        """Of the command that is read: transfer → (from, to, amount) for each leg that lacks its other."""
        self._exceptions: dict[str, str | None] = {}
        self._returns: dict[int, tuple[int, str]] = {}
        """Entry of a returned deposit → (the deposit, from when on it counted as collected if it waited)."""

    def handlers(self) -> dict[str, Handler]:
        """What is looked at, by topic."""
        return {
            "trust-account/opened": self._account_opened,
            "trust-ledger/opened": self._opened,
            "trust-ledger/funds-received": self._received,
            "trust-ledger/funds-cleared": self._cleared,
            "trust-ledger/collection-delayed": self._delayed,
            "trust-ledger/purpose-hold-placed": self._held,
            "trust-ledger/purpose-hold-released": self._let_go,
            "trust-ledger/funds-reserved": self._reserved,
            "trust-ledger/reservation-lifted": self._lifted,
            "trust-ledger/transferred-out": self._transferred_out,
            "trust-ledger/transferred-in": self._transferred_in,
            "trust-ledger/entry-reversed": self._reversed,
            "trust-ledger/deposit-returned": self._returned,
            "trust-ledger/bank-charge-taken": self._charged,
            "trust-ledger/interest-credited": self._interest,
            "trust-ledger/interest-swept": self._swept,
            "trust-ledger/reserve-topped-up": self._topped_up,
            "trust-ledger/shortage-cured": self._made_good,
            "trust-exception/opened": self._exception_opened,
            "trust-exception/cured": self._exception_cured,
            "trust-exception/bank-error-corrected": self._bank_error_corrected,
        }

    def end_command(self) -> None:
        """What must stand once a whole command is read."""
        facts = self.facts
        for ledger_id, (position, day) in self._overdrawn.items():
            ledger = facts.ledgers[ledger_id]
            if not ledger.exceptions:
                low, on = ledger.lowest_from(day)
                sentence = f"a bank fact took ledger {ledger_id} to {money(low)} on {on}, and no exception is open for it"
                facts.fault("T1", sentence, position=position)
        for ledger_id, position in self._cured:
            if (total := facts.ledgers[ledger_id].total_minor) < 0:
                sentence = f"an exception of ledger {ledger_id} was cured while it stood at {money(total)}"
                facts.fault("T1", sentence, position=position)
        for source, _, amount in self._transfers.values():
            sentence = f"{money(amount)} left ledger {source.id} by a transfer and reached no other"
            facts.fault("T4", sentence, position=facts.position)
        self._overdrawn.clear()
        self._cured.clear()
        self._transfers.clear()

    def paid(self, document: Data, data: Data) -> Ledger | None:
        """A disbursement left; who asked and approved is looked at elsewhere. None where there is no such ledger."""
        ledger = self._ledger(document, data)
        if ledger is not None:
            ledger.unreserve(data["disbursement_id"])
            self._spent(ledger, document, data)
            ledger.entries[key_of(data["entry_id"])] = -data["amount_minor"]
            ledger.paid_out.append(key_of(data["entry_id"]))
        return ledger

    def _account_opened(self, _: Data, data: Data) -> None:
        self._owners[data["trust_account_id"]] = data["client_id"]

    def _opened(self, document: Data, data: Data) -> None:
        facts, stream = self.facts, document["stream"]
        account, purpose, client, matter = (data[n] for n in ("trust_account_id", "purpose", "client_id", "matter_id"))
        if (purpose == "client") != (client is not None and matter is not None) or (client is None) != (matter is None):
            facts.fault("T10", f"ledger {stream} is neither of a client and matter nor one of the named ones")
        if stream != str(trust_ledger.KIND.stream_id(account, purpose, client, matter)):
            facts.fault("T10", f"ledger {stream} is not the one of its account, client and matter")
        if stream in facts.ledgers:
            facts.fault("T10", f"ledger {stream} was opened twice")
            return
        owner = self._owners.get(account)
        if client is not None and owner is not None and not facts.same_client(owner, client):
            facts.fault("T2", f"ledger {stream} is of another client than the one whose account it is on")
        facts.ledgers[stream] = Ledger(stream, account, purpose, client, matter, data["currency"])

    def _received(self, document: Data, data: Data) -> None:
        ledger = self._came_in(document, data)
        if ledger is None:
            return
        if ledger.purpose in {"firm_reserve", "interest_payable"} and data["instrument"] != "opening":
            self.facts.fault("T5", f"a receipt was posted to the {ledger.purpose} ledger, where only its own money belongs")
        if data.get("makes_good") is not None:
            ledger.made_good.append(key_of(data["entry_id"]))
            if (over := sum(ledger.entries[entry] for entry in (*ledger.paid_out, *ledger.made_good))) > 0:
                self.facts.fault("T5", f"the firm gave back {money(over)} more than was paid out of ledger {ledger.id}")
        if data["available_on"] > document["effective_date"]:
            entry = key_of(data["entry_id"])
            ledger.wait(entry, document["effective_date"], data["available_on"], data["amount_minor"])

    def _cleared(self, document: Data, data: Data) -> None:
        self._wait_until(document["effective_date"], document, data)

    def _delayed(self, document: Data, data: Data) -> None:
        self._wait_until(data["available_on"], document, data)

    def _wait_until(self, day: str, document: Data, data: Data) -> None:
        ledger, entry = self._ledger(document, data), key_of(data["entry_id"])
        if ledger is None:
            return
        if (was := ledger.collected(entry)) is None:
            self.facts.fault("T3", "the hold of a receipt was changed that is not held")
        else:
            ledger.wait(entry, was[1], day, was[3])

    def _held(self, document: Data, data: Data) -> None:
        if (ledger := self._ledger(document, data)) is not None:
            ledger.holds[data["hold_id"]] = data["amount_minor"]
            ledger.held_minor += data["amount_minor"]
            self._check_free(ledger, document, "set aside")

    def _let_go(self, document: Data, data: Data) -> None:
        if (ledger := self._ledger(document, data)) is not None:
            ledger.held_minor -= ledger.holds.pop(data["hold_id"], 0)

    def _reserved(self, document: Data, data: Data) -> None:
        if (ledger := self._ledger(document, data)) is not None:
            ledger.unreserve(data["disbursement_id"])
            ledger.pending[data["disbursement_id"]] = data["amount_minor"]
            ledger.pending_minor += data["amount_minor"]
            self._check_free(ledger, document, "promised")

    def _lifted(self, document: Data, data: Data) -> None:
        if (ledger := self._ledger(document, data)) is not None:
            ledger.unreserve(data["disbursement_id"])

    def _transferred_out(self, document: Data, data: Data) -> None:
        if (ledger := self._ledger(document, data)) is not None:
            self._transfers[data["transfer_id"]] = (ledger, data["to_ledger_id"], data["amount_minor"])
            self._spent(ledger, document, data)

    def _transferred_in(self, document: Data, data: Data) -> None:
        ledger = self._ledger(document, data)
        if ledger is None:
            return
        self._post(ledger, document, data["amount_minor"])
        out = self._transfers.pop(data["transfer_id"], None)
        if out is None or out[1:] != (ledger.id, data["amount_minor"]) or out[0].id != data["from_ledger_id"]:
            self.facts.fault("T4", f"money came to ledger {ledger.id} by a transfer that left no other as it says")
            return
        source = out[0]
        identified = source.purpose == "unidentified" and ledger.purpose == "client"
        if source.account != ledger.account or not (identified or self.facts.same_client(source.client, ledger.client)):
            self.facts.fault("T4", f"a transfer gave money of ledger {source.id} to another client's, {ledger.id}")

    def _reversed(self, document: Data, data: Data) -> None:
        ledger = self._ledger(document, data)
        if ledger is None:
            return
        undone = self._undo(ledger, data["reverses_entry_id"])
        effect = data["amount_minor"] if data["effect"] == "increase" else -data["amount_minor"]
        if undone and effect != -undone:
            self.facts.fault("T11", f"the reversal of {money(undone)} does {money(effect)} to its ledger")
        self._restore(ledger, document, data)
        if effect > 0:
            self._post(ledger, document, effect)
        else:
            self._spent(ledger, document, data)

    def _returned(self, document: Data, data: Data) -> None:
        ledger = self._ledger(document, data)
        if ledger is None:
            return
        deposit = key_of(data["returned_entry_id"])
        waited = ledger.waits.get(deposit)
        self._returns[key_of(data["entry_id"])] = (deposit, waited[0] if waited is not None else "")
        undone = self._undo(ledger, data["returned_entry_id"])
        if undone and data["amount_minor"] != undone:
            self.facts.fault("T11", f"a deposit of {money(undone)} came back as {money(data['amount_minor'])}")
        self._taken_by_bank(ledger, document, data)

    def _restore(self, ledger: Ledger, document: Data, data: Data) -> None:
        """The return of a deposit was a slip: the deposit stands again, and waits for collection as it did."""
        again, on = data["restores"], document["effective_date"]
        returned = self._returns.pop(key_of(data["reverses_entry_id"]), None)
        if returned is None and again is None:
            return
        said = (key_of(again["entry_id"]), again["available_on"]) if again is not None else None
        if returned is None or said != (returned[0], max(returned[1], on)):
            self.facts.fault("T11", "the reversal of a returned deposit does not put back the deposit that came back by it")
        if said is None:
            return
        ledger.entries[said[0]] = data["amount_minor"]
        if said[1] > on:
            ledger.wait(said[0], on, said[1], data["amount_minor"])

    def _charged(self, document: Data, data: Data) -> None:
        if (ledger := self._ledger(document, data)) is not None:
            if ledger.purpose != "firm_reserve":
                self.facts.fault("T8", f"a bank charge of {money(data['amount_minor'])} was posted to a client's ledger")
            self._taken_by_bank(ledger, document, data)

    def _interest(self, document: Data, data: Data) -> None:
        ledger = self._came_in(document, data)
        if ledger is not None and ledger.purpose != "interest_payable":
            self.facts.fault("T10", "interest was credited to a ledger that is not for interest")

    def _swept(self, document: Data, data: Data) -> None:
        if (ledger := self._ledger(document, data)) is not None:
            if ledger.purpose != "interest_payable":
                self.facts.fault("T10", "interest was remitted from a ledger that is not for interest")
            self._taken_by_bank(ledger, document, data)

    def _topped_up(self, document: Data, data: Data) -> None:
        ledger, cap = self._came_in(document, data), self.facts.number("firm_reserve_cap_minor", document["effective_date"])
        if ledger is None:
            return
        if ledger.purpose != "firm_reserve":
            self.facts.fault("T5", "the firm's own money was paid into a ledger that is not its reserve")
        elif cap is not None and ledger.total_minor > cap:
            self.facts.fault("T5", f"the reserve was topped up to {money(ledger.total_minor)}, over its cap of {money(cap)}")

    def _made_good(self, document: Data, data: Data) -> None:
        ledger = self._came_in(document, data)
        if ledger is None:
            return
        if (over := ledger.lowest_from(document["effective_date"])[0]) > 0:
            self.facts.fault("T5", f"a shortage was made good by {money(over)} more than it was")
        if data["exception_id"] not in ledger.exceptions:
            self.facts.fault("T5", "a shortage was made good for which no exception of its ledger is open")

    def _exception_opened(self, document: Data, data: Data) -> None:
        ledger_id = self._exceptions[document["stream"]] = data["ledger_id"]
        if ledger_id in self.facts.ledgers:
            self.facts.ledgers[ledger_id].exceptions.add(document["stream"])

    def _exception_cured(self, document: Data, data: Data) -> None:
        if (ledger_id := self._bank_error_corrected(document, data)) is not None:
            self._cured.append((ledger_id, self.facts.position))

    def _bank_error_corrected(self, document: Data, _: Data) -> str | None:
        ledger_id = self._exceptions.pop(document["stream"], None)
        if ledger_id not in self.facts.ledgers:
            return None
        self.facts.ledgers[ledger_id].exceptions.discard(document["stream"])
        return ledger_id

    def _ledger(self, document: Data, data: Data) -> Ledger | None:
        ledger = self.facts.ledgers.get(document["stream"])
        if ledger is None:
            self.facts.fault("T10", f"an entry stands on {document['stream']}, which is no ledger")
        elif ledger.account != data["trust_account_id"]:
            self.facts.fault("T10", f"an entry of ledger {ledger.id} names another account than the ledger's")
        return ledger

    def _post(self, ledger: Ledger, document: Data, effect_minor: int) -> None:
        day, sealed_to = document["effective_date"], self.facts.sealed_to.get(ledger.account)
        if sealed_to is not None and day <= sealed_to:
            sentence = f"an entry of {day} was posted into a period that was signed to {sealed_to}"
            self.facts.fault("T12", sentence)
        ledger.post(day, effect_minor)

    def _came_in(self, document: Data, data: Data) -> Ledger | None:
        ledger = self._ledger(document, data)
        if ledger is not None:
            self._post(ledger, document, data["amount_minor"])
            ledger.entries[key_of(data["entry_id"])] = data["amount_minor"]
        return ledger

    def _spent(self, ledger: Ledger, document: Data, data: Data) -> None:
        """Money left by somebody's decision: every rule bears on it."""
        self._post(ledger, document, -data["amount_minor"])
        low, on = ledger.lowest_from(document["effective_date"])
        if low < 0:
            sentence = f"{money(data['amount_minor'])} left ledger {ledger.id} and took it to {money(low)} on {on}"
            self.facts.fault("T1", sentence)
        else:
            self._check_free(ledger, document, "paid out")

    def _check_free(self, ledger: Ledger, document: Data, how: str) -> None:
        free = ledger.free_from(document["effective_date"])
        if free < 0:
            sentence = f"{money(-free)} was {how} from ledger {ledger.id} that was not collected, or set aside already"
            self.facts.fault("T3", sentence)

    def _taken_by_bank(self, ledger: Ledger, document: Data, data: Data) -> None:
        """A fact cannot be refused; below zero it needs an exception by the end of its command."""
        day = document["effective_date"]
        self._post(ledger, document, -data["amount_minor"])
        ledger.entries[key_of(data["entry_id"])] = -data["amount_minor"]
        if ledger.lowest_from(day)[0] < 0:
            self._overdrawn[ledger.id] = (self.facts.position, day)

    def _undo(self, ledger: Ledger, entry_id: str) -> int:
        """The effect of an entry that is undone now, 0 where there is none that still stands."""
        entry = key_of(entry_id)
        effect = ledger.entries.get(entry, 0)
        if effect == 0:
            self.facts.fault("T11", f"entry {entry_id} was undone, and is none of ledger {ledger.id} that still stands")
        else:
            ledger.entries[entry] = 0
            ledger.collected(entry)
        return effect
