"""Whether the master may be told to anyone: not while a part of it is still to be built."""

from sqlalchemy import Connection

from customer_hub.core import sql


def count_unready(connection: Connection) -> int:
    """Return how much of the master is half built; nothing is planned or sent until it is 0.

    What has only landed is not counted: it touches nothing yet, and a busy channel has always some.
    """
    return int(sql.rows(connection, "publish/count_unready")[0].waiting)
