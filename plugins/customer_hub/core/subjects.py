"""Subjects: whose data a sealed value is. Each has a random salt, without which nothing opens."""

from collections.abc import Iterable

from customer_hub.core import sql
from customer_hub.core.copy_lines import make_array
from customer_hub.core.errors import SealError
from customer_hub.core.seal import new_salt


class Salts(dict[str, bytes]):
    """Subject reference -> salt. To ask for one that is lost is an error that says so.

    Whoever goes on without it drops a customer unseen, so nobody filters by what is there.
    """

    def __missing__(self, reference: str) -> bytes:
        """Refuse to go on without a salt."""
        raise SealError(
            "the subject has no salt: it is lost, or was not restored",
            where=reference,
            hint="see docs/runbooks/lost-key.md",
        )


def ensure_salts(connection: sql.Session, references: Iterable[str]) -> Salts:
    """Return the salt of each subject, making those that are missing.

    Args:
        connection: the caller's transaction.
        references: "source:<source key>" or "golden:<golden id>".
    """
    wanted = sorted(set(references))
    salts = read_salts(connection, wanted)
    missing = [reference for reference in wanted if reference not in salts]
    if missing:
        made = sql.rows(
            connection,
            "core/insert_subjects",
            subjects=make_array(missing),
            salts=make_array(new_salt() for _ in missing),
        )
        salts.update({row.reference: bytes(row.salt) for row in made})
        if len(made) < len(missing):
            # Another transaction has made one first: what stands in the table is the salt.
            salts.update(read_salts(connection, missing))
    return salts


def read_salts(connection: sql.Session, references: list[str]) -> Salts:
    """Return the salts of the subjects; one that is lost is an error when it is asked for."""
    found = sql.rows(connection, "core/select_salts", subjects=make_array(references))
    return Salts({row.reference: bytes(row.salt) for row in found})
