"""Keys of card accounts, from the environment; they never stand in the books.

For a card account named NAME of the firm FIRM, in capitals:

    MUNIMENT_STRIPE_FIRM_NAME_KEY              the secret (or restricted) key of the account
    MUNIMENT_STRIPE_FIRM_NAME_WEBHOOK_SECRET   the secret by which its notices are signed; several, parted by commas
    MUNIMENT_STRIPE_API_BASE                   where the processor is reached, if not at its own address
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from api.card_processing.port import CardProcessor, NoKey
from api.card_processing.stripe_processor import StripeProcessor


@dataclass(frozen=True, slots=True)
class CardKeys:
    """Opens card accounts with what the environment holds."""

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def open(self, slug: str, name: str) -> CardProcessor:
        """The account of that name. Raises NoKey where the environment has none."""
        stem = f"MUNIMENT_STRIPE_{slug}_{name}".upper()
        key = self.environment.get(f"{stem}_KEY", "").strip()
        if not key:
            raise NoKey(
                f"there is no key for the card account {name} in the environment: set {stem}_KEY", variable=f"{stem}_KEY"
            )
        secrets = self.environment.get(f"{stem}_WEBHOOK_SECRET", "").split(",")
        return StripeProcessor(
            key,
            tuple(secret.strip() for secret in secrets if secret.strip()),
            self.environment.get("MUNIMENT_STRIPE_API_BASE", "").strip() or None,
        )
