"""The tree against RFC 6962's own recursive definition, and against the vectors of another project's implementation."""

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    ranges_of,
    root_of,
    verify_consistency,
    verify_inclusion,
)

VECTORS = Path(__file__).parents[2] / ".." / "shared" / "testdata" / "merkle"
needs_vectors = pytest.mark.skipif(not VECTORS.is_dir(), reason="the shared test data is not beside this project")

CONTENTS = st.lists(st.binary(max_size=8), max_size=70)


def mth(contents: list[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word."""
    if not contents:
        return sha256(b"").digest()
    if len(contents) == 1:
        return sha256(b"\x00" + contents[0]).digest()
    k = 1
    while k * 2 < len(contents):
        k *= 2
    return sha256(b"\x01" + mth(contents[:k]) + mth(contents[k:])).digest()


def path(m: int, contents: list[bytes]) -> list[bytes]:
    """RFC 6962 §2.1.1."""
    if len(contents) == 1:
        return []
    k = 1
    while k * 2 < len(contents):
        k *= 2
    if m < k:
        return [*path(m, contents[:k]), mth(contents[k:])]
    return [*path(m - k, contents[k:]), mth(contents[:k])]


def subproof(m: int, contents: list[bytes], *, whole: bool) -> list[bytes]:
    """RFC 6962 §2.1.2."""
    if m == len(contents):
        return [] if whole else [mth(contents)]
    k = 1
    while k * 2 < len(contents):
        k *= 2
    if m <= k:
        return [*subproof(m, contents[:k], whole=whole), mth(contents[k:])]
    return [*subproof(m - k, contents[k:], whole=False), mth(contents[:k])]


@given(CONTENTS)
def test_the_frontier_gives_the_recursive_root_and_survives_packing(contents: list[bytes]) -> None:
    frontier = Frontier()
    for content in contents:
        frontier = Frontier.unpack(frontier.size, frontier.packed())
        frontier.append(leaf_hash(content))
    assert frontier.root() == mth(contents) == root_of(map(leaf_hash, contents))
    assert len(frontier.packed()) == 32 * len(contents).bit_count()


@given(CONTENTS.filter(bool), st.data())
def test_inclusion_proofs_are_those_of_the_definition_and_hold_for_nothing_else(
    contents: list[bytes], data: st.DataObject
) -> None:
    leaves, size = [leaf_hash(content) for content in contents], len(contents)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, ranges_of(leaves))
    root = mth(contents)
    assert proof == path(index, contents)
    assert verify_inclusion(index, size, leaves[index], proof, root)
    assert not verify_inclusion(index, size, leaf_hash(b"another event"), proof, root)
    assert not verify_inclusion(index, size, leaves[index], [*proof, root], root)
    assert not verify_inclusion(size, size, leaves[index], proof, root)


@given(CONTENTS.filter(bool), st.data())
def test_consistency_proofs_are_those_of_the_definition_and_hold_for_nothing_else(
    contents: list[bytes], data: st.DataObject
) -> None:
    leaves, new = [leaf_hash(content) for content in contents], len(contents)
    old = data.draw(st.integers(1, new))
    proof = consistency_proof(old, new, ranges_of(leaves))
    assert proof == subproof(old, contents, whole=True)
    assert verify_consistency(old, new, mth(contents[:old]), mth(contents), proof)
    changed = [*contents[: old - 1], contents[old - 1] + b"!"]
    assert not verify_consistency(old, new, mth(changed), mth(contents), proof)
    if old < new:
        assert not verify_consistency(old, new, mth(contents[:old]), mth([*contents[:-1], b"another end"]), proof)


@pytest.mark.parametrize(("size", "packed"), [(1, b""), (0, b"\x00" * 32), (3, b"\x00" * 32), (2, b"\x00" * 31), (-1, b"")])
def test_a_frontier_that_does_not_fit_its_size_is_refused(size: int, packed: bytes) -> None:
    with pytest.raises(ValueError, match="a tree of"):
        Frontier.unpack(size, packed)


def test_no_proof_of_what_is_not_there() -> None:
    with pytest.raises(ValueError, match="leaf 3 is not in a tree of 3"):
        inclusion_proof(3, 3, ranges_of([EMPTY_ROOT] * 3))
    with pytest.raises(ValueError, match="0 leaves"):
        consistency_proof(0, 3, ranges_of([EMPTY_ROOT] * 3))
    assert not verify_consistency(0, 3, EMPTY_ROOT, EMPTY_ROOT, [])


def _hash(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def _vectors(kind: str) -> list[Any]:
    found = sorted((VECTORS / kind).rglob("*.json"))
    return [pytest.param(file, id=str(file.relative_to(VECTORS))) for file in found] or [
        pytest.param(None, marks=pytest.mark.skip(reason="the shared test data is not beside this project"))
    ]


@pytest.mark.parametrize("file", _vectors("inclusion"))
def test_inclusion_vectors(file: Path) -> None:
    case = json.loads(file.read_text())
    proof = [_hash(one) for one in case["proof"] or []]
    holds = verify_inclusion(case["leafIdx"], case["treeSize"], _hash(case["leafHash"]), proof, _hash(case["root"]))
    assert holds is not case["wantErr"], case["desc"]


@pytest.mark.parametrize("file", _vectors("consistency"))
def test_consistency_vectors(file: Path) -> None:
    case = json.loads(file.read_text())
    proof = [_hash(one) for one in case["proof"] or []]
    holds = verify_consistency(case["size1"], case["size2"], _hash(case["root1"]), _hash(case["root2"]), proof)
    assert holds is not case["wantErr"], case["desc"]


@needs_vectors
def test_known_answers() -> None:
    known = json.loads((VECTORS / "rfc6962_known_answers.json").read_text())
    contents = [bytes.fromhex(one) for one in known["leaf_inputs_hex"]]
    for size, root in enumerate(known["roots_by_size_hex"]):
        assert root_of(leaf_hash(content) for content in contents[:size]).hex() == root
    assert leaf_hash(b"L123456").hex() == known["hash_leaf"]["L123456"]
    assert node_hash(b"N123", b"N456").hex() == known["hash_children"]["N123,N456"]
