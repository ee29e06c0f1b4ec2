"""What another policy would make of the hub: a replay under it, measured and rolled back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from customer_hub.channels.policy import read_changed_policy
from customer_hub.core import db, keys, sql
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.policy import Policy, find_changed_parts
from customer_hub.effects import Effect, Effects, measure_effects
from customer_hub.match.rules import read_rules
from customer_hub.merge.rules import read_survivorship
from customer_hub.publish.ownership import read_ownership
from customer_hub.rebuild import rehearse


@dataclass(frozen=True, slots=True)
class Trial:
    """What a policy would do: it is named by its digest; ``parts`` are what it has otherwise than
    the active version.
    """

    digest: str
    active_version: int
    parts: tuple[str, ...]
    effects: Effects


def try_policy(places: Iterable[Path], tell: Callable[[Effect], object]) -> Trial:
    """Replay everything under a policy and measure what it does otherwise. Nothing of it stays.

    It takes as long as a rebuild, and holds the same locks.

    Args:
        places: files that stand in for those of the same name, or folders of them; none: the policy
            as the files stand, before it is activated.
        tell: gets every effect.

    Raises:
        ConfigurationError: names every fault of the policy; or it is the active one.
        HubError: something waits to be built, or a build, a decision or a publish run is at work.
        BadDataError: the policy breaks a suite over the hub's own tables.
    """
    tried = read_changed_policy(places)
    _check_files(tried)
    with db.begin() as connection:
        active = sql.rows(connection, "core/select_active_policy")
    if not active:
        raise ConfigurationError("nothing was ever built", where="policy", hint="gather first")
    if bytes(active[0].digest) == tried.digest:
        raise ConfigurationError(
            f"this is the active policy version {active[0].policy_version}",
            where="policy",
            hint="change a file, or name one by `--policy FILE`",
        )
    parts = find_changed_parts(active[0].content, tried)
    with rehearse(tried) as done:
        effects = measure_effects(done.standing, done.rebuilt, keys.sealer(), tell)
    return Trial(tried.digest.hex(), int(active[0].policy_version), tuple(parts), effects)


def _check_files(tried: Policy) -> None:
    """Read every file before hours of work, and name the faults of all of them."""
    checks: tuple[Callable[[Policy], object], ...] = (read_rules, read_survivorship, _read_owners)
    faults = []
    for check in checks:
        try:
            check(tried)
        except ConfigurationError as error:
            faults.append(f"{error.where}: {error.what}")
    if faults:
        raise ConfigurationError("; ".join(faults), where="policy", hint="fix the files")


def _read_owners(tried: Policy) -> object:
    return read_ownership("", tried.content.get("ownership", {}))
