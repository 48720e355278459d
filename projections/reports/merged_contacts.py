"""Who is one person or organisation: a contact, what it was merged into, and every duplicate of that."""

from projections.reports.reader import Reader, bounds

_ONE = """
WITH RECURSIVE merges AS (SELECT contact_id, survivor_id FROM {s}.contact_merges WHERE position <= %(known_at)s),
     up AS (SELECT %(contact)s::uuid AS id UNION SELECT m.survivor_id FROM merges m JOIN up ON m.contact_id = up.id),
     one AS (SELECT id FROM up UNION SELECT m.contact_id FROM merges m JOIN one ON m.survivor_id = one.id)
SELECT id::text FROM one ORDER BY id
"""


def one_contact(reader: Reader, contact_id: str, known_at: int | None = None) -> list[str]:
    """The ids under which this contact is on record, its own among them."""
    return [row["id"] for row in reader.rows(_ONE, contact=contact_id, **bounds(None, known_at))]
