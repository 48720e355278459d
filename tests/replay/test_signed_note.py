"""Notes as the C2SP texts define them: their own example, our keys, and every way a note can be wrong."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from replay.signed_note import Checkpoint, NoteRefused, Signer, Verifier, open_note, split_note

# The example of Go's golang.org/x/mod/sumdb/note documentation, which C2SP signed-note describes.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer.at(tmp_path / "key", "muniment/demo")


def test_a_published_note_is_read_as_its_authors_read_it() -> None:
    peter = Verifier.parse(PETER)
    assert peter.vkey == PETER
    text, signed_by = open_note(NOTE, [peter])
    assert text.endswith("your problem is.\n")
    assert signed_by == [peter]


def test_a_checkpoint_is_written_by_its_definition_and_read_back(signer: Signer) -> None:
    checkpoint = Checkpoint("muniment/demo", 20852163, bytes(range(32)))
    note = signer.sign(checkpoint.body)
    assert note.startswith("muniment/demo\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n— muniment/demo ")
    text, signed_by = open_note(note, [Verifier.parse(signer.verifier.vkey)])
    assert Checkpoint.parse(text) == checkpoint
    assert signed_by == [signer.verifier]


def test_unknown_keys_are_passed_over_and_a_known_one_that_does_not_hold_rejects(signer: Signer, tmp_path: Path) -> None:
    other = Signer.at(tmp_path / "other", "witness")
    text = "muniment/demo\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    ours, theirs = signer.sign(text), other.sign(text).rpartition("\n\n")[2]
    both = ours + theirs
    assert open_note(both, [signer.verifier])[1] == [signer.verifier]
    assert open_note(both, [signer.verifier, other.verifier])[1] == [signer.verifier, other.verifier]
    with pytest.raises(NoteRefused, match="no known key"):
        open_note(ours, [other.verifier])
    changed = both.replace("\n1\n", "\n2\n")
    with pytest.raises(NoteRefused, match="does not hold"):
        open_note(changed, [other.verifier])
    forged = ours + other.sign("something else\n").rpartition("\n\n")[2]
    with pytest.raises(NoteRefused, match="witness does not hold"):
        open_note(forged, [signer.verifier, other.verifier])


def test_the_text_may_hold_blank_lines_and_ends_at_the_last(signer: Signer) -> None:
    text = "one\n\ntwo\n"
    assert open_note(signer.sign(text), [signer.verifier])[0] == text


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "\n\n— name AAAAAAAA\n",
        "text\n\n— name AAAAAAAA",
        "text\n\n- name AAAAAAAA\n",
        "text\n\n— na+me AAAAAAAA\n",
        "text\n\n— name AAAAAA==\n",
        "text\n\n— name AAAA AAAA\n",
        "text\n\n—  AAAAAAAA\n",
        "text\n\n— name AAAAAAAA\n— name\n",
        "te\txt\n\n— name AAAAAAAA\n",
        "te\rxt\n\n— name AAAAAAAA\n",
        "text\n\n" + "— name AAAAAAAA\n" * 101,
        "t" * 1_000_000 + "\n\n— name AAAAAAAA\n",
    ],
)
def test_what_is_no_note(note: str) -> None:
    with pytest.raises(NoteRefused):
        split_note(note)


def test_sixteen_signatures_and_more_are_read() -> None:
    assert len(split_note("text\n\n" + "— name AAAAAAAA\n" * 100)[1]) == 100


@pytest.mark.parametrize(
    "text",
    [
        "origin\n1\n",
        "origin\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n1\nAAAA\n",
        "origin\n1\nnot base64\n",
        "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(NoteRefused):
        Checkpoint.parse(text)


@pytest.mark.parametrize("vkey", ["", "name", PETER.replace("c74f20a3", "c74f20a4"), PETER[:-4], "a b+c74f20a3+ARpc"])
def test_what_is_no_verifier_key(vkey: str) -> None:
    with pytest.raises(NoteRefused):
        Verifier.parse(vkey)


def test_the_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: Signer.at(path, "muniment/demo").verifier, range(8)))
    assert len(set(made)) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["key"]
    assert "PRIVATE" not in repr(Signer.at(path, "muniment/demo"))
    with pytest.raises(NoteRefused, match="not of 'another'"):
        Signer.at(path, "another")
    path.chmod(0o640)
    with pytest.raises(NoteRefused, match="others may read"):
        Signer.at(path, "muniment/demo")


def test_a_spoilt_key_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_text("PRIVATE+KEY+muniment/demo+00000000+AQ==\n")
    with pytest.raises(NoteRefused, match="not a signing key"):
        Signer.at(path, "muniment/demo")
