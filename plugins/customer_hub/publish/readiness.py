"""Whether the master may be told to anyone: not while a part of it is to be built or judged."""

from sqlalchemy import Connection

from customer_hub.core import sql


def count_unready(connection: Connection) -> int:
    """Return how much of the master is half built or not judged by its suite (law 10).

    Nothing is planned or sent until it is 0. Asked after values were read, it speaks for them: what
    a merge committed before the reading it sees as well.

    What has only landed is not counted: it touches nothing yet, and a busy channel has always some.
    """
    return int(sql.rows(connection, "publish/count_unready")[0].waiting)
