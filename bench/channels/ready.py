"""A hub that has gathered a CRM and merged it, and may write to it: all that publish waits for."""

from __future__ import annotations

from customer_hub.channels.config import read_channel, read_channels
from customer_hub.channels.contract import Access
from customer_hub.core import db
from customer_hub.gather.run import gather_entity
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.publish.plan import plan_deliveries
from customer_hub.publish.targets import set_state
from customer_hub.standardise.run import standardise_pending
from customer_hub.validate.gate import validate_window
from customer_hub.validate.master import validate_master

# The other channels have nothing: their first loads count as done.
_CLOSE = (
    "insert into hub.gathered_window (channel, entity, start_at, end_at, history, state, run_id)"
    " values (%(channel)s, %(entity)s, %(start)s, %(start)s::timestamptz + interval '1 day',"
    " 'current_state', 'closed', 'bench')"
)


def make_ready(url: str, key: str) -> None:
    """Gather the CRM through the hub's rooms, build the master, and enable the CRM as a target."""
    config = read_channel("crm")
    extra = {"allow_insecure": "true", "requests_per_second": "1000"}
    channel = config.load_system().open_channel(config, Access(url, "", key, extra))
    for entity in config.entities:
        result = gather_entity(config, channel, entity, start=None, end=None, run_id="bench")
        validate_window(config, result.window_id, "bench")
    with db.begin() as connection:
        for each in read_channels().values():
            for entity in each.entities:
                named = {"channel": each.name, "entity": entity, "start": each.first_load_from}
                if each.name != "crm":
                    connection.exec_driver_sql(_CLOSE, named)
    for step in (standardise_pending, match_pending, merge_pending, validate_master):
        step("bench")
    # Who enables a target approves what was last observed: all of it.
    plan_deliveries(config, "observed")
    set_state("crm", "enabled", "bench", "bench")
    db.engine().dispose()
