"""The audit log's chain on a real database."""

from customer_hub.core import audit, db


def append(count: int) -> None:
    for number in range(count):
        with db.begin() as connection:
            audit.append_entry(
                connection,
                "lin",
                "waive_record",
                f"version {number}",
                "why",
                before=None,
                after=number,
            )


def test_a_whole_chain_verifies(hub: str) -> None:
    append(3)
    with db.begin() as connection:
        assert audit.verify_chain(connection) is None


def test_a_changed_entry_is_found(hub: str) -> None:
    append(3)
    with db.begin() as connection:
        connection.exec_driver_sql("update hub.audit_log set reason = 'other' where entry_id = 2")
    with db.begin() as connection:
        assert audit.verify_chain(connection) == 2


def test_a_missing_entry_is_found(hub: str) -> None:
    append(3)
    with db.begin() as connection:
        connection.exec_driver_sql("delete from hub.audit_log where entry_id = 2")
    with db.begin() as connection:
        assert audit.verify_chain(connection) == 3


def test_values_are_kept_as_digests_only(hub: str) -> None:
    with db.begin() as connection:
        audit.append_entry(connection, "lin", "edit", "x", "why", before={"name": "secret"})
        row = connection.exec_driver_sql("select audit_log::text from hub.audit_log").one()
    assert "secret" not in row[0]
