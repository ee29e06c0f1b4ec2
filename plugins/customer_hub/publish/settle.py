"""Write down what became of deliveries: state, acknowledged values, echoes, dead letters."""

from collections.abc import Sequence

from sqlalchemy import Connection

from customer_hub.channels.config import ChannelConfig
from customer_hub.core import sql
from customer_hub.core.errors import FencedError
from customer_hub.core.seal import Sealer
from customer_hub.publish.deletion import keep_touched
from customer_hub.publish.held import digest_sent
from customer_hub.publish.task import Settlement


def settle_deliveries(
    connection: Connection,
    sealer: Sealer,
    config: ChannelConfig,
    settlements: Sequence[Settlement],
) -> None:
    """Store settlements in the caller's transaction.

    Raises:
        FencedError: another run has taken one of them over; nothing may be committed.
    """
    if not settlements:
        return
    settled = sql.rows(
        connection,
        "publish/settle_deliveries",
        delivery_ids=[each.task.delivery_id for each in settlements],
        attempts=[each.task.attempts for each in settlements],
        states=[each.state for each in settlements],
        golden_ids=[each.task.golden_id for each in settlements],
        source_keys=[each.source_key for each in settlements],
        seen_change_ats=[each.seen_change_at or each.task.seen_change_at for each in settlements],
    )
    if len(settled) != len(settlements):
        raise FencedError(
            f"{len(settlements) - len(settled)} deliveries were taken over by another run",
            where=config.name,
            hint="nothing to do: the other run settles them by look-up",
        )
    _store_acknowledged(connection, sealer, settlements)
    _store_creates(connection, settlements)
    keep_touched(
        connection, [(each.source_key, each.task.golden_id) for each in settlements if each.is_kept]
    )
    dead = [each for each in settlements if each.state == "dead"]
    if dead:
        sql.run(
            connection,
            "publish/insert_dead_letters",
            delivery_ids=[each.task.delivery_id for each in dead],
            causes=[each.cause for each in dead],
            details=[each.detail for each in dead],
        )
    confirmed = [each.source_key for each in settlements if each.state == "confirmed"]
    if confirmed:
        sql.run(
            connection,
            "publish/close_overtaken_letters",
            channel=config.name,
            source_keys=confirmed,
        )


def _store_acknowledged(
    connection: Connection, sealer: Sealer, settlements: Sequence[Settlement]
) -> None:
    said = [
        (each, name, digest_sent(sealer, each.source_key, name, value))
        for each in settlements
        if each.source_key is not None
        for name, value in each.acknowledged.items()
    ]
    if said:
        sql.run(
            connection,
            "publish/upsert_sent",
            source_keys=[each.source_key for each, _, _ in said],
            fields=[name for _, name, _ in said],
            digests=[digest for _, _, digest in said],
            giver_keys=[each.task.givers.get(name) for each, name, _ in said],
            version_ats=[each.shown_at for each, _, _ in said],
        )
    echoes = {
        (each.source_key, each.echo_at): each.echo_digest
        for each in settlements
        if each.source_key and each.echo_at
    }
    if echoes:
        sql.run(
            connection,
            "publish/insert_echoes",
            source_keys=[key for key, _ in echoes],
            version_ats=[at for _, at in echoes],
            digests=list(echoes.values()),
        )


def _store_creates(connection: Connection, settlements: Sequence[Settlement]) -> None:
    """Bind each record that we made to its golden record, for when the gather brings it.

    One that was gathered before its outcome was known is matched once more.
    """
    made = [
        each
        for each in settlements
        if each.task.op == "create" and each.state in ("confirmed", "dead") and each.source_key
    ]
    if made:
        links = sql.rows(
            connection,
            "publish/insert_must_links",
            golden_ids=[each.task.golden_id for each in made],
            source_keys=[each.source_key for each in made],
        )
        sql.run(
            connection,
            "publish/queue_links",
            left_keys=[link.left_key for link in links],
            right_keys=[link.right_key for link in links],
        )
