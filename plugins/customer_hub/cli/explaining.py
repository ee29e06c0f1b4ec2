"""An explanation of the matcher in words for a terminal."""

from collections.abc import Iterator

from customer_hub.cli.options import write_bits
from customer_hub.match.explain import Explanation, Pair

_REASONS = {
    "decided_together": "one customer, because a person said so",
    "linked": "one customer, because the two match",
    "path": "one customer, by way of other records",
    "waits_to_part": "one customer until the next match: a person said that they are two",
    "waits_to_join": "two customers until the next match: a person said that they are one",
    "waits": "as the last match left them; a record or a decision changed, and the next looks again",
    "decided_apart": "two customers, because a person said so",
    "veto": "two customers: an authority's ids contradict each other",
    "guard": "two customers: together the cluster would be larger or looser than rules may build",
    "conflict": "two customers: a pair between their records speaks against what links them",
    "half_a_name": "two customers: half a name fits more than one; a person can tell whose it is",
    "outweighed": "two customers: what links their records is outweighed",
    "below_threshold": "two customers: too little speaks for one",
    "no_key": "two customers: no key proposes the pair, so nothing compared it",
}


def describe(found: Explanation) -> str:
    """Return an explanation as lines of text; bits with three places."""
    return "\n".join(_tell(found))


def _tell(found: Explanation) -> Iterator[str]:
    yield f"{found.pair.left}\n{found.pair.right}"
    yield _REASONS[found.reason]
    if found.outranks_veto:
        yield "a decision outranks a veto here"
    ids = [str(each) if each else "none yet" for each in found.golden_ids]
    yield f"golden id: {' and '.join(dict.fromkeys(ids))}"
    yield f"score {write_bits(found.pair.score)} bits; above 0 they are rather one customer"
    for said in found.pair.comparisons:
        yield f"  {said.name:<10}{said.level:<16}{write_bits(said.weight):>9}"
    if found.pair.is_veto:
        yield "  veto"
    yield f"proposed by: {', '.join(found.proposed_by) or 'no key'}"
    for key in found.shared_keys:
        if not key.is_proposing:
            yield (
                f"  they share a key of kind {key.kind} that proposes nobody:"
                f" {key.record_count} records, {key.name_count} names"
            )
    if found.pair.decisions:
        yield f"decisions in force: {_words(found.pair)}"
    if found.path:
        yield "the strongest way from one to the other:"
        yield from map(_tell_step, found.path)
    if found.barriers:
        yield "between the two customers:"
        yield from map(_tell_step, found.barriers)


def _tell_step(step: Pair) -> str:
    said = [f"score {write_bits(step.score)}"] if step.score is not None else []
    said += ["veto"] if step.is_veto else []
    said += [f"{each.name} {each.level} {write_bits(each.weight)}" for each in step.comparisons]
    said += [f"decision {_words(step)}"] if step.decisions else []
    return f"  {step.left} - {step.right}: {', '.join(said)}"


def _words(pair: Pair) -> str:
    return ", ".join(
        f"{each.decision_id} ({each.kind} by {each.author})" for each in pair.decisions
    )
