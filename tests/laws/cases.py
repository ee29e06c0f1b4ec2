"""Companies whose order of arrival would show, added to a world's own events.

All come from the tills too, whose files keep every day, so that a reverse backfill meets the last
word first; the policy wants them in the CRM while their level is VIP.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from random import Random

from local.world.identities import draw_social_credit_code

CREATED = 2
"""How many of them end as new records of the CRM."""

_CODE = draw_social_credit_code(Random(1), "150627")
_BLANK = dict.fromkeys(
    (
        *("姓名", "统一社会信用代码", "手机", "固定电话", "传真", "邮箱", "证件类型", "证件号码"),
        *("生日", "省", "市", "区", "地址", "邮编", "行业", "备注", "标签"),
    ),
    "",
)
# (business day, member number, company, mail, social credit code, level)
_MEMBERS = (
    # Wanted from the first day on, and from the second.
    (1, "M90000001", "玖珑骉犇矿业有限责任公司", "a@one.example", "", "VIP"),
    (1, "M90000002", "赑屭骎骎物流有限责任公司", "b@two.example", "", "C"),
    (2, "M90000002", "赑屭骎骎物流有限责任公司", "b@two.example", "", "VIP"),
    # The CRM has had it since day 1, under a name that it does not recognise itself.
    (3, "M90000003", "鑫淼垚焱化工", "c@three.example", _CODE, "VIP"),
)
_ACCOUNT = {
    "id": "6a900000000000003",
    "name": "鑫淼垚焱化工有限责任公司",
    "cKind": "organisation",
    "cSocialCreditCode": _CODE,
    "type": "Customer",
    "cStatus": "active",
    "cTags": [],
    "createdAt": "2026-11-16 03:00:00",
    "modifiedAt": "2026-11-16 03:00:00",
    "deleted": False,
}


def add_cases(events: Path) -> None:
    """Add the companies to the events of a world."""
    rows = [
        (day, "pos", "member", number, _write_member(day, number, *rest))
        for day, number, *rest in _MEMBERS
    ]
    rows.append((1, "crm", "Account", _ACCOUNT["id"], _ACCOUNT))
    with sqlite3.connect(events) as connection:
        connection.executemany(
            "insert into event (day, at, channel, entity, op, key, record)"
            " values (?, ?, ?, ?, 'upsert', ?, ?)",
            [
                (
                    day,
                    f"2026-11-{15 + day}T04:00:00+00:00",
                    channel,
                    entity,
                    key,
                    json.dumps(record),
                )
                for day, channel, entity, key, record in rows
            ],
        )
    connection.close()


def _write_member(
    day: int, number: str, company: str, mail: str, code: str, level: str
) -> dict[str, str]:
    return {
        **_BLANK,
        "会员号": number,
        "会员类型": "企业",
        "公司名称": company,
        "统一社会信用代码": code,
        "邮箱": mail,
        "等级": level,
        "开卡时间": f"2026-11-{15 + (3 if code else 1)} 11:00:00",
        "更新时间": f"2026-11-{15 + day} 12:00:00",
        "状态": "正常",
    }
