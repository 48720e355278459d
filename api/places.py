"""Files outside the database: keys, and what must survive a restored backup."""

from dataclasses import dataclass
from pathlib import Path

from commands.event_log.server import default_data_directory


@dataclass(frozen=True, slots=True)
class Places:
    """Below the data directory, whichever database is used."""

    directory: Path

    def key(self, slug: str) -> Path:
        """The key that signs the firm's checkpoints."""
        return self.directory / "keys" / f"{slug}.key"

    def checkpoints(self, slug: str) -> Path:
        """Every checkpoint signed here, one after the other; a restored backup cannot take one back."""
        return self.directory / "checkpoints" / f"{slug}.txt"

    def verifications(self, slug: str) -> Path:
        """The signed reports of verifications."""
        return self.directory / "verifications" / slug


def default_places() -> Places:
    """Those of this machine's data directory."""
    return Places(default_data_directory())
