"""The columns of each kind of file; the remote name of an entity (members, sales) names it."""

from dataclasses import dataclass

from customer_hub.core.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of file: NAME_YYYYMMDD.csv.

    Args:
        name: the first part of the file name, and the remote name in the channel's TOML.
        entity: what its records are.
        columns: the header; further columns are kept as unknown.
        key: the column that holds the source id.
        created: the column with the record's time of creation.
        modified: the column with its update time.
        is_grouped: several rows make one record (a receipt).
    """

    name: str
    entity: str
    columns: tuple[str, ...]
    key: str
    created: str
    modified: str
    is_grouped: bool = False


_LAYOUTS = (
    Layout(
        name="members",
        entity="customer",
        columns=(
            "会员号", "姓名", "会员类型", "公司名称", "统一社会信用代码", "手机", "固定电话",
            "传真", "邮箱", "证件类型", "证件号码", "生日", "省", "市", "区", "地址", "邮编",
            "行业", "等级", "开卡时间", "更新时间", "状态", "备注", "标签",
        ),
        key="会员号",
        created="开卡时间",
        modified="更新时间",
    ),
    Layout(
        name="sales",
        entity="sales_order",
        columns=(
            "小票号", "门店", "交易时间", "会员号", "行号", "商品编码", "商品名称", "类别",
            "数量", "单价", "金额", "优惠", "支付方式", "币种", "退货标志", "更新时间",
        ),
        key="小票号",
        created="交易时间",
        modified="更新时间",
        is_grouped=True,
    ),
)  # fmt: skip


def find_layout(channel: str, entity: str, remote: str) -> Layout:
    """Return the layout of an entity's files.

    Raises:
        ConfigurationError: the channel's TOML names none that holds this entity.
    """
    for layout in _LAYOUTS:
        if (layout.name, layout.entity) == (remote, entity):
            return layout
    known = ", ".join(f"{layout.entity} = {layout.name}" for layout in _LAYOUTS)
    raise ConfigurationError(
        f"there is no file layout {remote} for {entity}",
        where=f"include/channels/{channel}.toml",
        hint=f"set remote to one of: {known}",
    )
