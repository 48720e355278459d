"""People and matters on a real log: the last manager stays, numbers are one however written, merged clients are one."""

import threading
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from pydantic import ValidationError

from aggregates import matter as matter_kind
from aggregates import user
from aggregates.conflict_search import Hit
from aggregates.errors import AlreadyExists, BadRequest, NotAllowed, NotFound, Refusal, WrongState
from aggregates.permissions import Role
from aggregates.trust_rules import MatterHoldsTrustMoney, SamePerson, WrongClient
from commands.add_contact import AddContact
from commands.add_party import AddParty
from commands.add_user import AddUser
from commands.amend_contact import AmendContact
from commands.amend_matter import AmendMatter
from commands.approve_disbursement import ApproveDisbursement
from commands.change_contact_roles import ChangeContactRoles
from commands.change_user_roles import ChangeUserRoles
from commands.close_matter import CloseMatter
from commands.conclude_conflict_search import ConcludeConflictSearch
from commands.deactivate_user import DeactivateUser
from commands.issue_token import IssueToken
from commands.merge_contacts import MergeContacts
from commands.open_matter import OpenMatter
from commands.open_trust_ledger import OpenTrustLedger
from commands.reactivate_user import ReactivateUser
from commands.reject_disbursement import RejectDisbursement
from commands.remove_party import RemoveParty
from commands.run_conflict_search import RunConflictSearch
from commands.transfer_between_ledgers import TransferBetweenLedgers
from commands.work import Command
from tests.commands.trust_facts_on import match_entry
from tests.commands.trust_practice import ASHBY, PRYCE, Practice, day


def added(practice: Practice, *roles: Role) -> UUID:
    email = f"ada.{practice.log.size()}@example.com"
    return UUID(practice.does(AddUser(name="Ada Gray", email=email, roles=roles), ASHBY)["user_id"])


def test_the_last_who_may_manage_users_neither_goes_nor_loses_the_role(practice: Practice) -> None:
    first, second = added(practice, Role.PARTNER), added(practice, Role.ADMIN)
    practice.does(DeactivateUser(user_id=first, why="left"), ASHBY)

    practice.refused(WrongState, DeactivateUser(user_id=second, why="left"), ASHBY)
    practice.refused(WrongState, ChangeUserRoles(user_id=second, roles=(Role.AUDITOR,)), ASHBY)
    practice.refused(BadRequest, ChangeUserRoles(user_id=second, roles=(Role.ADMIN,)), ASHBY)
    practice.does(ReactivateUser(user_id=first, why="came back"), ASHBY)
    practice.does(DeactivateUser(user_id=second, why="left"), ASHBY)
    practice.refused(WrongState, DeactivateUser(user_id=first, why="left"), ASHBY)


def test_tokens_of_who_was_deactivated_are_dead_for_ever(practice: Practice) -> None:
    added(practice, Role.ADMIN)
    who = added(practice, Role.BOOKKEEPER)
    token = IssueToken(
        user_id=who, token_sha256="ab" * 32, holder="person", label="laptop", expires_at=datetime(2027, 1, 1, tzinfo=UTC)
    )
    practice.does(token, ASHBY)
    practice.does(DeactivateUser(user_id=who, why="left"), ASHBY)
    practice.refused(WrongState, token, ASHBY)
    practice.does(ReactivateUser(user_id=who, why="came back"), ASHBY)

    assert practice.log.load(user.KIND, who).state.tokens == {}
    for wrong in ({"token_sha256": "secret"}, {"expires_at": "2027-01-01T00:00:00"}):
        with pytest.raises(ValidationError):
            IssueToken.model_validate({**token.model_dump(), **wrong})


def test_a_matter_number_is_taken_however_it_is_written(practice: Practice) -> None:
    practice.does(OpenMatter(client_id=practice.clients["A"], description="Lease", number="ab 7"), ASHBY)

    practice.refused(AlreadyExists, OpenMatter(client_id=practice.clients["B"], description="x", number=" AB  7 "), ASHBY)


def test_a_matter_is_amended_and_says_nothing_twice(practice: Practice) -> None:
    amend = AmendMatter(matter_id=practice.matters["A"], field="description", value="Sale of a house")
    practice.does(amend, ASHBY)

    assert practice.last().data["after"]["subject_id"] == str(practice.clients["A"])
    practice.refused(BadRequest, amend, ASHBY)


def test_t4_merged_clients_are_one_and_others_stay_apart(practice: Practice) -> None:
    practice.receive("A", 100_00)

    def move(to: str) -> TransferBetweenLedgers:
        return TransferBetweenLedgers(
            from_ledger_id=practice.ledgers["A"], to_ledger_id=practice.ledgers[to], amount_minor=40_00,
            effective_date=day(1), authority="letter", description="other matter",
        )  # fmt: skip

    practice.refused(WrongClient, move("B"), ASHBY)
    twin = UUID(practice.does(AddContact(name="A. Archer"))["contact_id"])
    practice.open_ledger("T", twin)
    practice.refused(WrongClient, move("T"), ASHBY)
    practice.does(MergeContacts(survivor_id=practice.clients["A"], duplicate_id=twin))
    practice.does(move("T"), ASHBY)
    practice.refused(WrongClient, move("B"), ASHBY)


def test_t14_a_matter_is_not_closed_as_of_a_day_on_which_it_held_money(practice: Practice) -> None:
    practice.receive("A", 100_00)
    practice.open_ledger("A2", practice.clients["A"])

    def move(one: str, other: str, on: int) -> None:
        moved = TransferBetweenLedgers(
            from_ledger_id=practice.ledgers[one], to_ledger_id=practice.ledgers[other], amount_minor=40_00,
            effective_date=day(on), authority="letter", description="other matter",
        )  # fmt: skip
        practice.does(moved, ASHBY)

    def close(on: int) -> CloseMatter:
        return CloseMatter(matter_id=practice.matters["A2"], why="done", closed_on=day(on))

    practice.today = day(15)
    move("A", "A2", 5)
    move("A2", "A", 10)
    practice.refused(MatterHoldsTrustMoney, close(9), ASHBY)
    practice.does(close(10), ASHBY)


def test_t14_a_balance_that_was_carried_forward_is_never_shown_by_the_bank_and_keeps_no_matter_open(
    practice: Practice,
) -> None:
    practice.receive("A", 100_00, "opening")
    _, paid = practice.pay("A", 100_00)
    close = CloseMatter(matter_id=practice.matters["A"], why="done")
    assert practice.refused(MatterHoldsTrustMoney, close, ASHBY).figures["uncleared_items"] == 1, "the payment alone"
    match_entry(practice, paid, -100_00)
    practice.does(close, ASHBY)


def test_an_attorney_of_a_matter_is_a_lawyer_of_the_firm(practice: Practice) -> None:
    partner, keeper = added(practice, Role.PARTNER), added(practice, Role.TIMEKEEPER)
    bookkeeper, gone = added(practice, Role.BOOKKEEPER), added(practice, Role.PARTNER)
    practice.does(DeactivateUser(user_id=gone, why="left"), ASHBY)
    matter = OpenMatter(client_id=practice.clients["A"], description="Lease")
    for field in ("responsible_attorney_id", "originating_attorney_id"):
        for wrong, who in ((NotFound, UUID(int=404)), (BadRequest, bookkeeper), (WrongState, gone)):
            practice.refused(wrong, matter.model_copy(update={field: who}), ASHBY)
            amend = AmendMatter.model_validate({"matter_id": practice.matters["A"], "field": field, "value": str(who)})
            practice.refused(wrong, amend, ASHBY)
    practice.does(matter.model_copy(update={"responsible_attorney_id": partner, "originating_attorney_id": keeper}), ASHBY)
    practice.refused(BadRequest, matter.model_copy(update={"opened_on": date(206, 9, 1)}), ASHBY)


def test_an_id_that_is_named_twice_for_two_kinds_of_thing_names_one_of_them(practice: Practice) -> None:
    client = practice.clients["A"]
    matter = OpenMatter(client_id=client, description="Lease", responsible_attorney_id=client)
    practice.refused(NotFound, matter, ASHBY)
    practice.refused(NotFound, OpenTrustLedger(trust_account_id=practice.account, matter_id=practice.account), ASHBY)


def test_a_merged_party_is_the_same_party(practice: Practice) -> None:
    matter_id, client = practice.matters["A"], practice.clients["A"]
    twin, known, kept = (UUID(practice.does(AddContact(name=name))["contact_id"]) for name in ("A. A.", "W.", "Will W."))
    practice.does(AddParty(matter_id=matter_id, contact_id=known, role="witness"), ASHBY)
    practice.does(MergeContacts(survivor_id=twin, duplicate_id=client))
    practice.does(MergeContacts(survivor_id=kept, duplicate_id=known))

    practice.refused(BadRequest, AddParty(matter_id=matter_id, contact_id=twin, role="opposing_party"), ASHBY)
    practice.refused(AlreadyExists, AddParty(matter_id=matter_id, contact_id=kept, role="witness"), ASHBY)
    practice.does(RemoveParty(matter_id=matter_id, contact_id=kept, role="witness"), ASHBY)
    practice.does(AddParty(matter_id=matter_id, contact_id=kept, role="witness"), ASHBY)


def test_a_user_is_bound_to_a_contact_that_stands(practice: Practice) -> None:
    twin = UUID(practice.does(AddContact(name="A. Archer"))["contact_id"])
    practice.does(MergeContacts(survivor_id=practice.clients["A"], duplicate_id=twin))
    user_of = AddUser(name="Ada Gray", email="ada@example.com", roles=(Role.PARTNER,))

    practice.refused(NotFound, user_of.model_copy(update={"contact_id": UUID(int=404)}), ASHBY)
    practice.refused(WrongState, user_of.model_copy(update={"contact_id": twin}), ASHBY)
    practice.does(user_of.model_copy(update={"contact_id": practice.clients["A"]}), ASHBY)


def test_a_contact_becomes_an_organisation_once(practice: Practice) -> None:
    change = ChangeContactRoles(contact_id=practice.clients["B"], form="organisation", roles=("client", "payee"))
    practice.does(change)

    practice.refused(BadRequest, change)


def test_a_conflict_search_is_run_and_concluded_once(practice: Practice) -> None:
    hit = Hit(contact_id=practice.clients["A"], matched="name", score=88, matters=(), roles=("client",))
    asked = RunConflictSearch(names=("Adeline",), hits=(hit,), position=practice.log.size())
    search = UUID(practice.does(asked)["search_id"])
    conclude = ConcludeConflictSearch(search_id=search, outcome="waived", reasoning="both agreed in writing")
    practice.does(conclude, ASHBY)

    practice.refused(WrongState, conclude, ASHBY)
    practice.refused(BadRequest, asked.model_copy(update={"position": practice.log.size() + 1}))


def test_t15_one_person_has_one_access(practice: Practice) -> None:
    contact = UUID(practice.does(AddContact(name="Nora North"))["contact_id"])
    first = AddUser(name="Nora North", email="nora@example.com", roles=(Role.BOOKKEEPER,), contact_id=contact)
    nora = UUID(practice.does(first, ASHBY)["user_id"])
    by_mail = first.model_copy(update={"email": "NORA@example.com", "contact_id": None})
    by_contact = first.model_copy(update={"email": "n.north@example.com"})

    for again in (by_mail, by_contact):
        practice.refused(AlreadyExists, again, ASHBY)
    practice.does(DeactivateUser(user_id=nora, why="left"), ASHBY)
    practice.does(by_mail, ASHBY)
    practice.refused(AlreadyExists, ReactivateUser(user_id=nora, why="came back"), ASHBY)


def test_a_timekeeper_asks_for_payments_on_their_own_matters_only(practice: Practice) -> None:
    practice.receive("A", 100_00)
    practice.refused(NotAllowed, practice.ask("A", 10_00), PRYCE)
    pim = UUID(practice.does(AddUser(name="Pim", email="pim@example.com", roles=(Role.TIMEKEEPER,)), ASHBY)["user_id"])
    own = AmendMatter(matter_id=practice.matters["A"], field="responsible_attorney_id", value=str(pim))
    practice.does(own, ASHBY)

    assert practice.does(practice.ask("A", 10_00), pim)["disbursement_id"]
    practice.receive("B", 100_00)
    practice.refused(NotAllowed, practice.ask("B", 10_00), pim)
    asked = UUID(practice.does(practice.ask("B", 10_00))["disbursement_id"])
    practice.refused(NotAllowed, RejectDisbursement(disbursement_id=asked, why="not mine"), pim)


def test_t15_two_users_whose_contacts_turn_out_to_be_one_are_one_person(practice: Practice) -> None:
    practice.receive("A", 20_000_00)
    contacts = [UUID(practice.does(AddContact(name="Nora North"))["contact_id"]) for _ in range(2)]
    one, other = (
        UUID(
            practice.does(
                AddUser(name="Nora North", email=f"{key}@example.com", roles=(Role.PARTNER,), contact_id=key), ASHBY
            )["user_id"]
        )
        for key in contacts
    )
    own = UUID(practice.does(practice.ask("A", 10_00), one)["disbursement_id"])
    large = UUID(practice.does(practice.ask("A", 15_000_00))["disbursement_id"])
    for by in (one, other):
        practice.does(ApproveDisbursement(disbursement_id=large), by)
    practice.does(MergeContacts(survivor_id=contacts[0], duplicate_id=contacts[1]))

    practice.refused(SamePerson, ApproveDisbursement(disbursement_id=own), other)
    practice.refused(WrongState, practice.release(large))
    practice.does(ApproveDisbursement(disbursement_id=large), ASHBY)
    practice.does(practice.release(large))


def test_a_client_is_not_merged_with_who_stands_against_them(practice: Practice) -> None:
    client, matter_id = practice.clients["A"], practice.matters["A"]
    twin, other, kept = (
        UUID(practice.does(AddContact(name=name))["contact_id"]) for name in ("Ada Archer", "Otto Oppenheim", "O. Oppenheim")
    )
    against = AddParty(matter_id=matter_id, contact_id=other, role="opposing_party")
    practice.does(against, ASHBY)
    practice.does(AddParty(matter_id=practice.matters["B"], contact_id=client, role="witness"), ASHBY)
    practice.does(MergeContacts(survivor_id=twin, duplicate_id=client))
    practice.does(MergeContacts(survivor_id=kept, duplicate_id=other))

    refusal = practice.refused(BadRequest, MergeContacts(survivor_id=kept, duplicate_id=twin))
    practice.refused(BadRequest, MergeContacts(survivor_id=twin, duplicate_id=kept))
    practice.refused(BadRequest, AddParty(matter_id=matter_id, contact_id=twin, role="opposing_counsel"), ASHBY)
    assert refusal.figures["matter_id"] == matter_id

    practice.does(RemoveParty(matter_id=matter_id, contact_id=kept, role="opposing_party"), ASHBY)
    practice.does(MergeContacts(survivor_id=kept, duplicate_id=twin))
    practice.refused(BadRequest, AddParty(matter_id=matter_id, contact_id=kept, role="opposing_party"), ASHBY)
    practice.refused(BadRequest, MergeContacts(survivor_id=kept, duplicate_id=kept))


def test_a_timekeeper_adds_a_contact_and_changes_none(practice: Practice) -> None:
    added_by = UUID(practice.does(AddContact(name="Wanda Witness"), PRYCE)["contact_id"])
    amended = AmendContact.model_validate({"contact_id": added_by, "field": "name", "values": ["Imogen Falk"]})

    practice.refused(NotAllowed, amended, PRYCE)
    practice.refused(NotAllowed, MergeContacts(survivor_id=practice.clients["A"], duplicate_id=added_by), PRYCE)
    practice.does(amended)


def test_a_party_added_while_contacts_are_merged_is_seen_by_one_of_the_two(practice: Practice) -> None:
    """Who came later is decided again: together they would put one person on both sides."""
    client, matter_id = practice.clients["A"], practice.matters["A"]
    for number in range(6):
        other = UUID(practice.does(AddContact(name=f"Otto {number}"))["contact_id"])
        asked = [
            AddParty(matter_id=matter_id, contact_id=other, role="opposing_party"),
            MergeContacts(survivor_id=other, duplicate_id=client),
        ]
        done: list[str] = []
        together = threading.Barrier(2)

        def give(command: Command, together: threading.Barrier = together, done: list[str] = done) -> None:
            together.wait(10)
            try:
                practice.does(command, ASHBY)
            except Refusal as refusal:
                done.append(refusal.code)
            else:
                done.append("passed")

        threads = [threading.Thread(target=give, args=(command,)) for command in asked]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(done) == ["bad_request", "passed"]
        state = practice.log.load(matter_kind.KIND, matter_id).state
        if (other, "opposing_party") in state.parties:
            practice.does(RemoveParty(matter_id=matter_id, contact_id=other, role="opposing_party"), ASHBY)
        else:
            client = other
