"""The gapless counter of each trust account: every event that touches it is numbered and names the leaf of the one before.

A Merkle tree proves that an event is there, never that none was left out; the chain does that for one account, so that an
export of it is complete by itself.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from replay.findings import Check

_NONE_BEFORE = "00" * 32


class AccountChains:
    """Follows the chains of all accounts, or of one, through the log."""

    def __init__(self, only: str | None = None) -> None:
        self.check = Check("account chains", "events of trust accounts")
        self._only = only
        self.heads: dict[str, tuple[int, bytes]] = {}

    def take(self, position: int, leaf: bytes, document: Mapping[str, Any]) -> None:
        """The next event of the log, with the hash of its bytes."""
        chain, named = document.get("trust_account"), document["data"].get("trust_account_id")
        if chain is None:
            if named is not None:
                self._fault(position, f"the event touches trust account {named} and does not carry its counter")
            return
        account, seq, prev = chain["id"], chain["seq"], chain["prev"]
        if self._only not in {None, account}:
            return
        self.check.counted += 1
        known_seq, known_leaf = self.heads.get(account, (0, None))
        if named != account:
            self._fault(position, f"the event is counted for trust account {account} and touches {named}")
        if seq != known_seq + 1:
            self._fault(position, f"trust account {account} goes from its event {known_seq} to {seq}: events are missing")
        elif prev != (known_leaf.hex() if known_leaf else _NONE_BEFORE):
            self._fault(position, f"event {seq} of trust account {account} does not name the leaf of the one before it")
        self.heads[account] = (seq, leaf)

    def finish(self, heads: Iterable[tuple[str, int, bytes]]) -> Check:
        """Hold the ends of the chains against `trust_account_heads`."""
        kept = {account: (seq, leaf) for account, seq, leaf in heads if self._only in {None, account}}
        for account in sorted(kept.keys() | self.heads.keys()):
            in_table, in_log = kept.get(account), self.heads.get(account)
            if in_table != in_log:
                self.check.fault(
                    f"trust_account_heads has {_ends(in_table)} for trust account {account}; its events end at "
                    f"{_ends(in_log)}",
                    table="trust_account_heads",
                )
        if self._only is not None and self._only not in self.heads:
            self.check.fault(f"no event of the log touches trust account {self._only}", table="events")
        return self.check

    def _fault(self, position: int, sentence: str) -> None:
        self.check.fault(sentence, position=position, table="events")


def _ends(head: tuple[int, bytes] | None) -> str:
    return f"event {head[0]} with leaf {head[1].hex()[:12]}…" if head else "nothing"
