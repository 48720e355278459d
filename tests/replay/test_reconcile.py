"""From three legs to a signed form: what is kept, who may sign, what refuses a signature, and reprints for ever."""

import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from pypdf import PdfReader

from aggregates import trust_account
from aggregates.errors import BadRequest, NotAllowed, NotFound, Refusal, WrittenMeanwhile, WrongState
from aggregates.merkle import root_of
from aggregates.permissions import Permission, Role
from aggregates.trust_rules import PeriodSigned, SamePerson
from commands import reopen_reconciliation, review_reconciliation
from commands.dispatch import execute
from commands.event_log.attempt import Attempt
from commands.event_log.log import EventLog
from commands.reopen_reconciliation import ReopenReconciliation
from commands.review_reconciliation import ReviewReconciliation
from projections.reports.reader import Reader
from projections.reports.reconciliation import report
from replay import reconcile
from replay.reconcile import reprint
from tests.projections.september import END, TODAY, day
from tests.replay.september_signed import APPROVER, CLERK, RELEASER, SECOND, SIGNER, Desk, id_of, reconciling


def kept(desk: Desk, sha256: str) -> dict[str, Any]:
    """The artefact."""
    document = desk.log.document(bytes.fromhex(sha256))
    assert document is not None
    found: dict[str, Any] = orjson.loads(document[0])
    return found


def prepared_event(desk: Desk) -> dict[str, Any]:
    """The last one's fields."""
    return [one for one in desk.log.read() if one.topic == "reconciliation/prepared"][-1].data


def test_the_artefact_holds_everything_that_was_compared(database_url: str) -> None:
    with reconciling(database_url) as desk:
        size = desk.log.size()
        root = desk.log.head()
        outcome = desk.prepare(explanation="The bank's error")
        event = prepared_event(desk)
        artefact = kept(desk, event["artefact_sha256"])
    assert outcome.result["problems"] == []
    figures = artefact["figures"]
    assert figures["adjusted_bank_minor"] == figures["book_minor"] == figures["ledgers_minor"] == 1_718_042
    assert artefact["log"]["position"] == event["position"] == size == root[0]
    assert artefact["log"]["root"] == event["tree_root"]
    assert artefact["statement"]["sha256"] == event["statement_sha256"] == "5e" * 32
    assert (artefact["statement"]["opening_minor"], artefact["statement"]["closing_minor"]) == (1_880_000, 1_797_709)
    assert [one["cheque_number"] for one in artefact["outstanding_disbursements"]] == [1053, 1054]
    assert [one["age_days"] for one in artefact["outstanding_disbursements"]] == [12, 1]
    assert [one["amount_minor"] for one in artefact["deposits_in_transit"]] == [150_000]
    assert [one["evidence"] for one in artefact["bank_errors"]] == ["Cheque 1051 was paid as 3,220.00"]
    assert len(artefact["matched_pairs"]) == 12
    assert sum(one["balance_minor"] for one in artefact["ledgers"]) == 1_718_042
    assert [one["cause"] for one in artefact["exceptions_open"]] == ["bank_error"]
    assert artefact["prepared"] == {
        "user_id": str(CLERK), "name": "Nora Lind", "role": "bookkeeper", "at": "2026-10-05T12:00:00Z", "note": None,
            "non_lawyer_signs_cheques": True,
    }  # fmt: skip
    assert artefact["explanation"] == "The bank's error"


def test_a_period_of_several_statements_holds_all_of_them_and_their_pairs(database_url: str) -> None:
    with reconciling(database_url) as desk:
        desk.sign(desk.prepare())
        month, middle, end = desk.month, date(2026, 10, 15), date(2026, 10, 31)
        month.import_statement(date(2026, 10, 1), middle, 1_797_709, [(13, date(2026, 10, 1), 150_000, None)])
        month.import_statement(date(2026, 10, 16), end, 1_947_709, [(8, date(2026, 10, 20), -216_667, "1053")])
        month.match(13, 150_000)
        month.match(8, -216_667)
        prepared = desk.prepare()
        artefact = kept(desk, prepared_event(desk)["artefact_sha256"])
        form = reprint(desk.log, id_of(prepared))
        with desk.reader() as reader:
            september, october = (
                {part.title: part for part in report(reader, trust_account_id=str(month.account_id), as_of=day).parts}
                for day in (date(2026, 9, 30), end)
            )
    assert prepared.result["problems"] == []
    assert artefact["period"] == {"from": "2026-10-01", "end": "2026-10-31"}
    assert [(one["from"], one["to"]) for one in artefact["statements"]] == [
        ("2026-10-01", "2026-10-15"), ("2026-10-16", "2026-10-31"),
    ]  # fmt: skip
    assert (artefact["statement"]["opening_minor"], artefact["statement"]["closing_minor"]) == (1_797_709, 1_731_042)
    assert [one["line_minor"] for one in artefact["matched_pairs"]] == [150_000, -216_667]
    whole = "".join(page.extract_text() for page in PdfReader(io.BytesIO(form.pdf)).pages)
    for words in ("2026-10-01 to 2026-10-31", "2026-10-01 to 2026-10-15", "2026-10-16 to 2026-10-31", "17,977.09"):
        assert words in whole, words
    assert [len(parts["Statements of this period"].rows) for parts in (september, october)] == [1, 2]
    assert [len(parts["Matched pairs"].rows) for parts in (september, october)] == [12, 2]


def test_days_that_no_statement_covers_stand_on_the_form_and_are_signed_only_with_a_word_why(database_url: str) -> None:
    why = "The bank's system was down; it sends no statement for those days"
    missing = "no statement covers 2026-10-06 to 2026-10-15 (10 days)"
    with reconciling(database_url) as desk:
        desk.sign(desk.prepare())
        month, first, end = desk.month, date(2026, 10, 5), date(2026, 10, 31)
        month.import_statement(date(2026, 10, 1), first, 1_797_709, [(13, date(2026, 10, 1), 150_000, None)])
        month.import_statement(date(2026, 10, 16), end, 1_947_709, [(8, date(2026, 10, 20), -216_667, "1053")])
        month.match(13, 150_000)
        month.match(8, -216_667)
        with desk.reader() as reader:
            shown = report(reader, trust_account_id=str(month.account_id), as_of=end)
        unexplained = desk.prepare()
        with pytest.raises(WrongState, match="no statement covers 10 days"):
            desk.sign(unexplained)
        explained = desk.prepare(explanation=why)
        desk.sign(explained)
        form = reprint(desk.log, id_of(explained))

    assert shown.facts["passes"]
    assert [note.partition(";")[0] for note in shown.notes] == [missing]
    (days,) = next(part for part in shown.parts if part.title == "Days that no statement covers").records()
    assert (days["from_date"], days["to_date"], days["days"]) == (date(2026, 10, 6), date(2026, 10, 15), 10)
    assert "no statement covers 10 days" in unexplained.result["problems"][0]
    assert explained.result["problems"] == []
    printed = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(form.pdf)).pages).split())
    for words in (missing, why):
        assert words in printed
        assert words in form.csv.decode()


def test_the_tree_root_is_that_of_the_position(database_url: str) -> None:
    with reconciling(database_url) as desk:
        leaves = [raw[1] for n in range(1, desk.log.size() + 1) if (raw := desk.log.raw(n))]
        desk.prepare()
        assert prepared_event(desk)["tree_root"] == root_of(leaves).hex()


@pytest.mark.parametrize(
    ("different", "word"),
    [
        ({"court_fee_from": "C"}, "1 ledger(s) below zero"),
        ({"without": frozenset({14})}, "differs from book 17,195.42 by -15.00"),
        ({"lienholder_minor": 216_676}, "1 ledger(s) below zero"),
        ({"matched": False}, "neither matched nor explained"),
    ],
    ids=["F1", "F2", "F3 too high", "unmatched"],
)
def test_what_does_not_pass_is_prepared_and_printed_and_never_signed(
    database_url: str, different: dict[str, Any], word: str
) -> None:
    with reconciling(database_url, **different) as desk:
        prepared = desk.prepare()
        assert any(word in problem for problem in prepared.result["problems"])
        size = desk.log.size()
        with pytest.raises(WrongState, match="it cannot be signed"):
            desk.sign(prepared)
        assert desk.log.size() == size
        assert reprint(desk.log, id_of(prepared)).status == "prepared"


def test_f3_too_low_passes_until_the_cheque_clears(database_url: str) -> None:
    with reconciling(database_url, lienholder_minor=216_658) as desk:
        assert desk.sign(desk.prepare()).result["signed_to"] == "2026-09-30"
        october = date(2026, 10, 2)
        desk.month.import_statement(date(2026, 10, 1), october, 1_797_709, [(8, october, -216_667, "1053")])
        assert desk.prepare().result["problems"] != []


def test_signed_it_bars_postings_into_its_period(database_url: str) -> None:
    with reconciling(database_url) as desk:
        desk.sign(desk.prepare())
        account = desk.log.load(trust_account.KIND, desk.month.account_id).state
        with pytest.raises(PeriodSigned):
            account.check_postable(END, TODAY)
        account.check_postable(END + timedelta(days=1), TODAY)


@pytest.mark.parametrize(
    ("who", "role", "refusal"),
    [
        (CLERK, Role.PARTNER, SamePerson),
        (CLERK, Role.BOOKKEEPER, NotAllowed),
        (APPROVER, None, SamePerson),
        (RELEASER, None, SamePerson),
    ],
    ids=["preparer", "no partner", "approver", "releaser"],
)
def test_t15_who_may_not_sign_in_north_carolina(
    database_url: str, who: Any, role: Role | None, refusal: type[Refusal]
) -> None:
    with reconciling(database_url) as desk:
        prepared = desk.prepare()
        with pytest.raises(refusal):
            desk.sign(prepared, who, role=role)
        desk.sign(prepared, SIGNER)


def test_books_that_moved_since_are_not_signed(database_url: str) -> None:
    with reconciling(database_url) as desk:
        prepared = desk.prepare()
        desk.month.receive(70, "A", 999, day(30))
        with pytest.raises(WrittenMeanwhile, match="prepare it again"):
            desk.sign(prepared)
        desk.sign(desk.prepare())


def test_what_belongs_to_october_does_not_hinder_september(database_url: str) -> None:
    with reconciling(database_url) as desk:
        prepared = desk.prepare()
        desk.month.receive(70, "A", 999, date(2026, 10, 2))
        desk.sign(prepared)


def test_a_posting_between_the_check_and_the_seal_refuses_the_signature(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The books were read, the command decided; then somebody posts, and only the append can know."""
    with reconciling(database_url) as desk:
        prepared = desk.prepare()
        carry_out = EventLog.carry_out
        slipped: list[int] = []

        def slip_in(log: EventLog, attempts: Sequence[Attempt]) -> None:
            decision = attempts[0].decide({})
            if not slipped and decision is not None and decision.account_guards:
                slipped.append(log.size())
                monkeypatch.setattr(EventLog, "carry_out", carry_out)
                desk.month.receive(70, "A", 999, day(30))
            carry_out(log, attempts)

        monkeypatch.setattr(EventLog, "carry_out", slip_in)
        with pytest.raises(WrittenMeanwhile):
            desk.sign(prepared)
        assert desk.log.size() == slipped[0] + 1, "the posting stands, the signature does not"
        assert reprint(desk.log, id_of(prepared)).status == "prepared"


def test_a_posting_that_the_read_models_have_not_seen_refuses_the_signature(database_url: str) -> None:
    with reconciling(database_url) as desk:
        prepared = desk.prepare()
        with desk.reader() as reader:
            desk.month.receive(70, "A", 999, day(30))
            with pytest.raises(WrittenMeanwhile, match="not in the books yet"):
                reconcile.sign(desk.log, desk.edge(), desk.request(SIGNER), reader, reconciliation_id=id_of(prepared))


def test_a_reprint_is_the_same_bytes_for_ever(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with reconciling(database_url) as desk:
        prepared = desk.prepare()
        review = ReviewReconciliation(reconciliation_id=id_of(prepared), note="Looked at every item")
        execute(
            desk.log, desk.edge(), desk.request(SECOND), review, review_reconciliation.handle,
            Permission.REVIEW_RECONCILIATION,
        )  # fmt: skip
        desk.sign(prepared)
        first = reprint(desk.log, id_of(prepared))
        assert reprint(desk.log, id_of(prepared)) == first
        state = reconcile._state(desk.log, id_of(prepared))
        artefact, signings = reconcile._artefact(desk.log, state), reconcile._signings(desk.log, id_of(prepared))
        assert reconcile._print(desk.log, state, artefact, signings) == (first.pdf, first.csv), "rendered, not only kept"
        desk.month.receive(70, "A", 999, date(2026, 10, 2))
        monkeypatch.setattr(reconcile, "as_csv", lambda *_: b"another layout")
        assert reprint(desk.log, id_of(prepared)) == first
        reopen = ReopenReconciliation(reconciliation_id=id_of(prepared), why="cheque 1053 was mis-keyed")
        execute(
            desk.log, desk.edge(), desk.request(SECOND), reopen, reopen_reconciliation.handle,
            Permission.REOPEN_RECONCILIATION,
        )  # fmt: skip
        again = reprint(desk.log, id_of(prepared))
    assert first.status == "signed"
    assert first.superseded is None
    assert (again.pdf, again.csv, again.status) == (first.pdf, first.csv, "reopened")
    assert again.superseded is not None
    assert "Jo Pryce reopened this reconciliation on 2026-10-05" in again.superseded
    assert "cheque 1053 was mis-keyed" in again.superseded


def test_the_same_key_is_answered_as_before(database_url: str) -> None:
    with reconciling(database_url) as desk:
        prepared = desk.prepare(key="one")
        desk.month.receive(70, "A", 999, date(2026, 10, 2))
        assert desk.prepare(key="one").result == prepared.result
        signed = desk.sign(prepared, key="two")
        again = desk.sign(prepared, key="two")
    assert again.replayed
    assert again.result == signed.result


def test_a_signed_period_is_not_signed_twice(database_url: str) -> None:
    with reconciling(database_url) as desk:
        prepared = desk.prepare()
        desk.sign(prepared)
        with pytest.raises(WrongState):
            desk.sign(prepared)


def test_nothing_is_prepared_without_a_statement_or_of_nothing(database_url: str) -> None:
    with reconciling(database_url) as desk, desk.reader() as reader:
        asked: tuple[Any, ...] = (desk.log, desk.edge(), desk.request(CLERK), reader)
        with pytest.raises(WrongState, match="no bank statement ends on 2026-09-29"):
            reconcile.prepare(*asked, trust_account_id=desk.month.account_id, period_end=day(29))
        with pytest.raises(NotFound):
            reconcile.prepare(*asked, trust_account_id=desk.new_id())
        with pytest.raises(BadRequest):
            reconcile.prepare(*asked, trust_account_id=desk.month.account_id, explanation=" ")
        with pytest.raises(NotFound):
            reconcile.sign(*asked, reconciliation_id=desk.new_id())
        assert isinstance(reader, Reader)
