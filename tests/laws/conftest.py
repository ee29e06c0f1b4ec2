"""A second hub beside the first, for the laws that compare two."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import pytest

from tests.conftest import clear_caches


@pytest.fixture
def move_to_fresh_hub(
    hub: str,
    postgres_server: object,
    template_database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[], str]]:
    """A function that leaves the present hub for an empty one with the same keys.

    The same keys, because keyed digests are part of what is compared.
    """
    made: list[str] = []

    def move() -> str:
        name = f"hub_{secrets.token_hex(4)}"
        url = str(
            postgres_server.create_database(  # type: ignore[attr-defined]
                name, "hub", template=template_database, may_create_databases=True
            )
        )
        made.append(name)
        monkeypatch.setenv("HUB_DATABASE_URL", url)
        clear_caches()
        return url

    yield move
    monkeypatch.setenv("HUB_DATABASE_URL", hub)
    clear_caches()
    for name in made:
        postgres_server.drop_database(name)  # type: ignore[attr-defined]
