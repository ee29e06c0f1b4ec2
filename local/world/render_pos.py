"""Views and receipts as rows of the tills' nightly CSV files; every value is a text."""

from __future__ import annotations

from datetime import datetime

from local.world.activity import Basket
from local.world.calendar import BUSINESS_ZONE
from local.world.views import View

Row = dict[str, str]
MEMBER_COLUMNS = (
    *("会员号", "姓名", "会员类型", "公司名称", "统一社会信用代码", "手机", "固定电话", "传真"),
    *("邮箱", "证件类型", "证件号码", "生日", "省", "市", "区", "地址", "邮编", "行业", "等级"),
    *("开卡时间", "更新时间", "状态", "备注", "标签"),
)
SALE_COLUMNS = (
    *("小票号", "门店", "交易时间", "会员号", "行号", "商品编码", "商品名称", "类别", "数量"),
    *("单价", "金额", "优惠", "支付方式", "币种", "退货标志", "更新时间", "来源订单"),
)
IDENTITY_TYPES = {"resident_id": "身份证", "passport": "护照", "other": "其他"}
METHODS = {
    "wechat": "微信",
    "alipay": "支付宝",
    "card": "银行卡",
    "transfer": "转账",
    "cash": "现金",
}
_STATUS = {"active": "正常", "inactive": "停用", "cancelled": "注销"}


def render_member(view: View, modified: datetime) -> Row:
    """Return a member's row in the order of the file's header."""
    address = view.address
    values = (
        view.key,
        view.full_name,
        "个人" if view.is_person else "企业",
        view.company,
        view.social_credit_code,
        view.mobile,
        view.phone,
        view.fax,
        view.email,
        IDENTITY_TYPES[view.identity_type] if view.identity_number else "",
        view.identity_number,
        view.born,
        address.province if address else "",
        address.city if address else "",
        address.district if address else "",
        address.line if address else "",
        address.postcode if address else "",
        view.industry,
        view.level,
        _stamp(view.created_at),
        _stamp(modified),
        _STATUS[view.status],
        view.remark,
        ",".join(view.tags),
    )
    return dict(zip(MEMBER_COLUMNS, values, strict=True))


def render_sale(
    member: str,
    basket: Basket,
    line_number: int,
    receipt: str,
    created: datetime,
    modified: datetime,
    *,
    returned: bool,
    origin: str = "",
) -> Row:
    """Return the row of a receipt's line (from 1); a returned line keeps its amount, flagged.

    ``origin`` is the number of the shop's order that the receipt hands over.
    """
    line = basket.lines[line_number - 1]
    values = (
        receipt,
        basket.store,
        _stamp(created),
        member,
        str(line_number),
        str(line.product),
        line.name,
        line.category,
        str(line.quantity),
        str(line.price),
        str(line.amount),
        str(line.discount),
        METHODS[basket.method],
        basket.currency,
        "1" if returned else "0",
        _stamp(modified),
        origin,
    )
    return dict(zip(SALE_COLUMNS, values, strict=True))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M:%S")
