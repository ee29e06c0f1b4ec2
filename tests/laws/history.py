"""Random histories of a small hub: what channels say of a few customers, and what stewards decide.

Names, phones and mails come from small pools, so that records meet, part and meet again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from customer_hub.core import db, keys, table_hash
from customer_hub.core.errors import HubError
from customer_hub.core.identity import golden_id
from customer_hub.match.decisions import decide, unmerge, withdraw
from customer_hub.match.pins import pin
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.standardise.run import standardise_pending
from customer_hub.validate.closing import queue_accepted
from tests.landed import Landing, accept
from tests.records import make_account, make_contact, make_person

NAMES = ("张伟", "张伟", "张先生", "Zhang Wei", "张玮", "李娜", "王芳")
PHONES = ("13800138001", "13800138001", "13800138001", "13900139002", None)
MAILS = ("zhangwei@mail.example", "wei@work.example", None)
NUMBERS = ("11010519491231002X", "360426199101010071", None)
LEVELS = ("A", "B", None)
COMPANIES = ("深圳市云帆科技有限公司", "云帆科技")
CODES = ("91440300MA5DA1B2X1", None)
PEOPLE = tuple(f"crm/customer/65a0000000000b00{n}" for n in range(4))
MEMBERS = ("pos/customer/M0", "pos/customer/M1")
FIRMS = ("crm/customer/65a0000000000a001", "crm/customer/65a0000000000a002")
CONTACT = "crm/contact/65c0000000000a001"
SLOTS = (*PEOPLE, *MEMBERS, *FIRMS, CONTACT)
LIMITS = {"cap": 4, "distinct_names": 3, "shared_names": 2, "cluster_limit": 3}
_KEY_OF = {golden_id(key): key for key in SLOTS}
_DERIVED = """
select table_schema || '.' || table_name from information_schema.tables
where table_type = 'BASE TABLE'
    and (table_schema in ('landing', 'quarantine', 'source', 'master', 'steward')
        or table_schema || '.' || table_name = any(%(further)s))
"""
_FURTHER = (
    "match.pending_record", "match.feature", "match.blocking_key", "match.edge", "match.review",
    "match.cluster_member", "match.crosswalk", "hub.gathered_window", "hub.import",
    "publish.change",
)  # fmt: skip
_DECISIONS = ("match.decision", "match.decision_part", "match.pin")
Rows = dict[str, dict[str, bytes]]


@dataclass(frozen=True)
class Version:
    """What a channel says of a record at an hour; no words: it is deleted."""

    key: str
    hour: float
    words: tuple[int, ...] | None


@dataclass(frozen=True)
class Word:
    """What a steward says; ``number`` is a partition, a level, or the decision to withdraw."""

    kind: str
    keys: tuple[str, str]
    number: int


@dataclass(frozen=True)
class History:
    """Versions in the order of their arrival and words between them, cut into builds."""

    events: tuple[tuple[Version | Word, bool], ...]

    @property
    def versions(self) -> list[Version]:
        return [event for event, _ in self.events if isinstance(event, Version)]


def draw_history(random: Random) -> History:
    """Draw a history; a generator that shrinks would draw too few that matter in so few examples."""
    hours = random.sample(range(1, 11), random.randint(4, 10))
    # Few who meet often show more than many who hardly do.
    cast = random.choice(((*PEOPLE, *MEMBERS), PEOPLE, (*FIRMS, CONTACT, PEOPLE[0]), SLOTS))
    kinds = ("must-link", "cannot-link", "unmerge", "unmerge", "pin", "withdraw")
    events: list[tuple[Version | Word, bool]] = []
    seen: list[str] = []
    for hour in hours:
        seen.append(random.choice(cast))
        words = tuple(random.randrange(5 * 7 * 6) for _ in range(6))
        said = None if random.random() < 0.15 else words
        is_decided = len(seen) > 1 and random.random() < 0.5
        # Only what a build has seen can be decided about.
        events.append((Version(seen[-1], hour, said), is_decided or random.random() < 0.5))
        if is_decided:
            pair = random.choice(seen), random.choice(seen)
            word = Word(random.choice(kinds), pair, random.randint(0, 15))
            events.append((word, random.random() < 0.7))
    return History(tuple(events))


def play(history: History) -> dict[UUID, str]:
    """Let everything happen in its order; returns every id that was published, with its record."""
    published: dict[UUID, str] = {}
    for event, is_built in history.events:
        if isinstance(event, Version):
            bring([event])
        else:
            say(event)
        if is_built:
            build()
            published |= read_published()
    build()
    return published | read_published()


def bring(versions: Sequence[Version]) -> list[int]:
    """Land versions in their order, one window for each run of one channel and entity."""
    windows = []
    for version in versions:
        channel, entity, source_id = version.key.split("/")
        made = None if version.words is None else _make_record(version.key, version.words)
        created = None
        if version.words is not None and version.words[5] % 5 < 4:
            created = datetime(2025, 3, 1 + version.words[5] % 5, tzinfo=UTC)
        owner = FIRMS[0].split("/")[2] if entity == "contact" else None
        landing = Landing(source_id, made, version.hour, None, owner, created)
        windows.append(accept([landing], channel=channel, entity=entity))
    return windows


def queue(windows: Iterable[int]) -> None:
    with db.begin() as connection:
        for window in windows:
            queue_accepted(connection, window_id=window)


def build() -> None:
    standardise_pending("law")
    match_pending("law")
    merge_pending("law")


def say(word: Word) -> None:
    """Decide; what contradicts an earlier word, or names what is not there, is refused."""
    left, right = word.keys
    try:
        match word.kind:
            case "unmerge":
                _unmerge(left, word.number)
            case "pin":
                field = "title" if "/contact/" in left else "level_code"
                pin(left, field, LEVELS[word.number % 3], "steward", "a law")
            case "withdraw":
                withdraw(word.number % 4 + 1, "steward", "a law")
            case "must-link" | "cannot-link":
                decide(word.kind, left, right, "steward", "a law")  # type: ignore[arg-type]
    except HubError:
        return


def _unmerge(key: str, number: int) -> None:
    found = query("select golden_id from match.crosswalk where source_key = %(key)s", key=key)
    if not found:
        return
    members = query(
        "select source_key from match.crosswalk where golden_id = %(id)s order by 1",
        id=found[0][0],
    )
    parts: list[list[str]] = [[], []]
    for place, (member,) in enumerate(members):
        parts[number >> place & 1].append(member)
    unmerge(found[0][0], [part for part in parts if part], "steward", "a law")


def query(statement: str, **params: Any) -> list[Any]:
    with db.begin() as connection:
        return list(connection.exec_driver_sql(statement, params))


def read_published() -> dict[UUID, str]:
    """Return the golden ids that stand, each with the source key that it comes from."""
    return {golden: _KEY_OF[golden] for golden in read_standing()}


def read_standing() -> set[UUID]:
    """Return the golden ids of the master."""
    statement = (
        "select golden_id from master.customer union all select golden_id from master.contact"
    )
    return {row[0] for row in query(statement)}


def read_rows() -> Rows:
    """Return the current rows of all tables, sealed values opened."""
    with db.begin() as connection:
        return {
            table: dict(table_hash.read_rows(connection, keys.sealer(), table))
            for table in table_hash.TABLES
        }


def name_differences(left: Rows, right: Rows) -> list[tuple[str, str]]:
    """Return table and key of every row that differs; never a value."""
    return sorted(
        (table, key)
        for table in left
        for key in left[table].keys() | right[table].keys()
        if left[table].get(key) != right[table].get(key)
    )


def forget_records(*, decisions: bool) -> None:
    """Empty the hub; decisions may stand, as though they had been the first that anybody said."""
    further = [*_FURTHER, *(_DECISIONS if decisions else ())]
    names = [row[0] for row in query(_DERIVED, further=further)]
    assert len(names) > 30
    with db.begin() as connection:
        connection.exec_driver_sql(f"truncate {', '.join(names)} restart identity")


def _make_record(key: str, words: tuple[int, ...]) -> dict[str, Any]:
    name, phone, mail, number, level, home = words
    source_id = key.split("/")[2]
    reach = {"cMobile": PHONES[phone % 5], "emailAddress": MAILS[mail % 3]}
    if key in FIRMS:
        return make_account(
            id=source_id, name=COMPANIES[name % 2], cSocialCreditCode=CODES[number % 2],
            cLevel=LEVELS[level % 3], **reach,
        )  # fmt: skip
    if key == CONTACT:
        account = FIRMS[home % 2].split("/")[2]
        return make_contact(id=source_id, title=f"经理{level % 3}", accountId=account, **reach)
    if key in MEMBERS:
        return _make_member(source_id, NAMES[name % 7], PHONES[phone % 5], LEVELS[level % 3])
    paper = NUMBERS[number % 3]
    return make_person(
        id=source_id, name=NAMES[name % 7], cIdentityNumber=paper, cBirthDate=None,
        cIdentityType=paper and "resident_id", cLevel=LEVELS[level % 3],
        cTags=[f"t{level % 3}"], **reach,
    )  # fmt: skip


def _make_member(number: str, name: str, phone: str | None, level: str | None) -> dict[str, str]:
    blank = (
        "公司名称", "统一社会信用代码", "固定电话", "传真", "邮箱", "证件类型", "证件号码", "生日",
        "省", "市", "区", "地址", "邮编", "行业", "备注", "标签",
    )  # fmt: skip
    return dict.fromkeys(blank, "") | {
        "会员号": number, "会员类型": "个人", "姓名": name, "手机": phone or "",
        "等级": level or "", "开卡时间": "2026-11-10 11:00:00", "状态": "正常",
        "更新时间": "2026-11-16 12:00:00",
    }  # fmt: skip


def make_stranger(**changes: Any) -> dict[str, Any]:
    """Return a person who shares nothing with anybody of a history."""
    return make_person(
        id="65a0000000000b099", name="欧阳锋", cMobile="13700137099", emailAddress="feng@far.example",
        cIdentityNumber=None, cIdentityType=None, cBirthDate=None, cTags=[],
        billingAddressStreet="解放路99号", billingAddressCity="乌鲁木齐市",
        billingAddressState="新疆维吾尔自治区", billingAddressPostalCode="830000", **changes,
    )  # fmt: skip


def bring_stranger(hour: float, record: dict[str, Any] | None) -> None:
    """Let the stranger come, change or go, and build."""
    moment = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    landing = Landing("65a0000000000b099", record, hour, created_at=moment)
    accept([landing])
    build()
