"""What customers do: baskets of the shop and of the tills, and matters for the support desk."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from local.world.dice import Weighted

_CATALOGUE = """\
1001:乌龙茶礼盒:食品:168.00 1002:有机大米10kg:食品:89.90 1003:坚果组合:食品:59.80
1004:冷榨山茶油:食品:129.00 1005:龙井春茶250g:食品:328.00 2001:无线鼠标:数码:79.00
2002:机械键盘:数码:299.00 2003:移动电源:数码:119.00 2004:蓝牙耳机:数码:249.00
2005:显示器27寸:数码:1299.00 2006:扫描枪:数码:459.00 3001:A4复印纸5包:办公:108.00
3002:硒鼓:办公:189.00 3003:档案柜:办公:760.00 3004:人体工学椅:办公:899.00 3005:白板:办公:145.50
3006:签字笔12支:办公:19.90 4001:保温杯:家居:69.00 4002:羽绒被:家居:599.00 4003:四件套:家居:259.00
4004:空气炸锅:家居:339.00 4005:加湿器:家居:149.00 4006:收纳箱:家居:39.90 5001:运动水壶:运动:45.00
5002:瑜伽垫:运动:88.00 5003:登山包:运动:369.00 5004:跑步鞋:运动:459.00
6001:LED灯管20支:工业:260.00 6002:劳保手套100双:工业:150.00 6003:电缆线100m:工业:485.00
6004:万用表:工业:138.00 6005:不锈钢阀门:工业:215.60"""
_PRODUCTS = tuple(
    (int(number), name, category, Decimal(price))
    for number, name, category, price in (row.split(":") for row in _CATALOGUE.split())
)
STORES = ("S001", "S002", "S003", "S007", "S012")
_SHOP_STATUS = Weighted(
    [("completed", 70), ("processing", 13), ("pending", 5), ("refunded", 5), ("cancelled", 7)]
)
_CURRENCIES = Weighted([("CNY", 90), ("USD", 6), ("HKD", 2), ("EUR", 2)])
_METHODS = Weighted([("wechat", 40), ("alipay", 36), ("card", 12), ("transfer", 8), ("cash", 4)])
_MATTERS = (
    ("Delivery", "订单一直没有发货", "您好,我的订单已经付款三天了,请问什么时候发货?"),
    ("Delivery", "收货地址需要修改", "下单时填错了地址,麻烦改一下,谢谢。"),
    ("Returns", "申请退货", "收到的商品和描述不符,想退货退款。"),
    ("Returns", "商品破损", "外包装完好,但是里面的杯子碎了。"),
    ("Billing", "请开具增值税专用发票", "需要专票,抬头和税号见附件。"),
    ("Billing", "重复扣款", "支付页面卡住,结果扣了两次款。"),
    ("General", "会员等级咨询", "请问怎样升级到VIP?"),
    ("General", "产品使用问题", "键盘连不上电脑,驱动在哪里下载?"),
)
_MATTERS_WEST = (
    ("Delivery", "Where is my parcel?", "Tracking has not moved for a week."),
    ("Returns", "Return request", "The item does not match the description."),
    ("Billing", "Invoice needed", "Please send an invoice with our register number."),
    ("General", "Question about the product", "Which driver does it need?"),
)
_REPLIES = (
    "您好,已为您查询,预计明天发出。",
    "已经安排处理,请您留意短信通知。",
    "非常抱歉给您带来不便,我们马上核实。",
    "请提供一下订单号和照片,谢谢。",
    "问题已解决,感谢您的理解。",
    "We are looking into it.",
    "好的,谢谢!",
    "还是没有解决,请尽快。",
)
AGENTS = ("agent.lin", "agent.zhou", "agent.meyer", "agent.tang")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a basket; ``amount`` = quantity x price - discount, in the basket's currency."""

    product: int
    name: str
    category: str
    quantity: int
    price: Decimal
    discount: Decimal

    @property
    def amount(self) -> Decimal:
        """What the customer pays for the line."""
        return self.quantity * self.price - self.discount


@dataclass(frozen=True, slots=True)
class Basket:
    """An order or a receipt."""

    lines: tuple[Line, ...]
    currency: str
    method: str
    status: str
    store: str

    @property
    def total(self) -> Decimal:
        """The sum of the lines."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class Matter:
    """What a ticket is about; ``satisfaction`` is empty or 1 to 5 once it is resolved."""

    queue: str
    subject: str
    content: str
    replies: tuple[str, ...]
    status: str
    satisfaction: str
    priority: int


def draw_basket(rng: Random, *, many: bool) -> Basket:
    """Draw a basket; ``many`` for organisations, which buy by the dozen."""
    lines = []
    for number, name, category, price in rng.sample(_PRODUCTS, rng.choice((1, 1, 2, 2, 3, 4))):
        quantity = rng.choice((5, 10, 20, 50)) if many else rng.choice((1, 1, 1, 2, 3))
        discount = Decimal(rng.choice((0, 0, 0, 5, 10))) if quantity * price > 40 else Decimal(0)
        lines.append(
            Line(number, name, category, quantity, price, discount.quantize(Decimal("0.01")))
        )
    return Basket(
        tuple(lines),
        _CURRENCIES.draw(rng),
        _METHODS.draw(rng),
        _SHOP_STATUS.draw(rng),
        rng.choice(STORES),
    )


def draw_matter(rng: Random, *, western: bool) -> Matter:
    """Draw a matter for the support desk with one to three replies."""
    queue, subject, content = rng.choice(_MATTERS_WEST if western else _MATTERS)
    replies = tuple(rng.choice(_REPLIES) for _ in range(rng.choice((1, 1, 2, 3))))
    status = rng.choice(("resolved", "resolved", "resolved", "open", "stalled", "new", "rejected"))
    score = rng.choice("1234455") if status == "resolved" and rng.random() < 0.7 else ""
    return Matter(queue, subject, content, replies, status, score, rng.choice((0, 10, 20, 50)))
