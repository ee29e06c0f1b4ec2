"""Company names: place + brand + industry + legal form, and the ways in which people write them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from random import Random

from local.world.dice import Weighted
from local.world.names import to_pinyin

_FIRST = (
    "华中国天金大东新鸿宏恒盛瑞祥福泰康安吉昌隆兴旺万利丰裕德信诚正义仁和顺达通远博雅智慧云星"
    "海江河山林森木水火光明亮辉煌龙凤麒麟鹏鹰虎豹骏马佳美优尚品锦绣玉宝珠琪晶钻银铜铁石岩峰岭"
    "湖泊洋波浪春夏秋冬晨曦朝阳日月北南西联合创力凯奥迪科捷迅飞跃腾越超卓冠元亨贞乾坤宇宙洪荒"
)
_SECOND = (
    "泰盛兴隆昌达通源信诚和顺丰茂荣华辉煌耀明亮光彩虹霞云海洋江河川泽润泉峰岳岭峦嘉佳美雅致远"
    "志成功业基础石鼎铭钧锐力强健康宁安平吉祥瑞福禄寿喜乐欢欣怡悦恒久永固坚毅勇智慧聪敏博学思"
    "维想创新科技艺匠心意念恩惠德仁义礼贤良善真诚悠优尚品格调风范韵味香芳菲芸芷兰竹菊梅松柏桦"
    "杉枫桐"
)
_THIRD = "斯特达尔克拉威登堡邦诺瑞奇顿菲森莱昂亚欧美联众联创世方圆通元亨"
_CHOICES = """\
I65:软件,信息技术,网络科技,信息科技,智能科技:Software,Systems,Data
I64:互联网科技,数字科技,网络:Online,Digital
F51:贸易,商贸,进出口贸易,国际贸易,供应链管理:Trading,Import_Export,Supply
F52:百货,商业,超市:Retail,Stores C39:电子,电子科技,光电科技,通信设备:Electronics,Devices
C34:机械,机械制造,精密机械,自动化设备:Machinery,Precision
C35:环保设备,专用设备,医疗器械:Equipment,Medical_Devices C13:食品,粮油食品:Foods,Fine_Foods
C14:乳业,糖果食品:Dairy,Confectionery C17:纺织,针织:Textiles,Fabrics C18:服饰,服装:Apparel,Fashion
C21:家具,家居用品:Furniture,Interiors C26:化工,新材料,化学:Chemicals,Materials
C27:药业,生物制药,医药:Pharma,Biotech C29:塑胶制品,橡塑:Plastics,Polymers
C33:五金制品,金属制品:Metals,Hardware C36:汽车零部件,汽车配件:Automotive,Motor_Parts
C38:电气,电器,新能源科技:Electric,Energy C22:纸业,包装制品:Paper,Packaging
C23:印务,印刷:Print,Press E50:装饰工程,建筑装饰:Interior_Works,Decoration
E47:建筑工程,建设工程:Construction,Builders G54:物流,运输,货运代理:Logistics,Freight
G59:仓储服务,冷链物流:Storage,Warehousing H61:酒店管理,大酒店:Hotels,Hospitality
H62:餐饮管理,餐饮:Catering,Restaurants J69:投资管理,资产管理:Capital,Holdings
K70:房地产开发,物业管理,置业:Properties,Estates
L72:企业管理咨询,商务咨询,人力资源:Consulting,Advisory L71:设备租赁,汽车租赁:Leasing,Rental
M74:检测技术,工程设计,工业设计:Engineering,Design M73:生物科技,技术研发:Research,Laboratories
N77:环保科技,环境工程:Environmental,Ecology O80:汽车服务,汽车维修:Auto_Services,Repairs
P83:教育科技,教育咨询,文化教育:Learning,Education Q84:医疗科技,健康管理:Health,Clinics
R87:文化传媒,影视文化,文化艺术:Media,Studios A01:农业科技,农业发展,种业:Farms,Agriculture
A04:水产,水产养殖:Seafood,Fisheries"""
_BRANDS_WEST_A_TEXT = """\
Nor Bel Vel Mar Cor Alt Sun Sil Ther Pan Gran Hel Ost Lin Ver Bram Cal Dor Ever Fen Gal Har Iver
Jor Kest Lor Mont Nex Orb Per Quill Rav Stel Tor Und Vant West Yar Zeph Ark Blue North Green Stone
River Clear Bright Iron Oak"""
_BRANDS_WEST_A = tuple(_BRANDS_WEST_A_TEXT.split())
_BRANDS_WEST_B_TEXT = """\
vex dane mont field wick ford bridge port haven well stead ridge crest gate mark lane brook dale
stone wood wind light forge craft peak point side view line path spring bay cliff hurst by ton
land worth ström berg heim au"""
_BRANDS_WEST_B = tuple(_BRANDS_WEST_B_TEXT.split())
_FORMS = Weighted(
    [
        *(("有限公司", 70), ("有限责任公司", 9), ("股份有限公司", 6), ("集团有限公司", 3)),
        *(("厂", 4), ("经营部", 4), ("商行", 4)),
    ]
)
_LAYOUTS = Weighted([("front", 76), ("bracket", 14), ("behind", 4), ("none", 6)])
_FORMS_WEST = Weighted([("Ltd", 4), ("Inc.", 4), ("LLC", 3), ("GmbH", 2), ("Corp.", 1), ("AG", 1)])
_LONG_FORMS = {"Ltd": "Limited", "Inc.": "Incorporated", "Corp.": "Corporation", "LLC": "L.L.C."}
_INDUSTRIES = [
    (code, tuple(han.split(",")), tuple(latin.replace("_", " ").split(",")))
    for code, han, latin in (item.split(":") for item in _CHOICES.split())
]


@dataclass(frozen=True, slots=True)
class CompanyName:
    """The parts of a registered name; ``layout`` says where the place stands."""

    place: str
    brand: str
    industry: str
    form: str
    industry_code: str
    layout: str
    latin: bool
    branch: str = ""

    @property
    def legal(self) -> str:
        """The registered name."""
        if self.latin:
            name = f"{self.brand} {self.industry} {self.form}"
            return f"{name}, {self.branch} Branch" if self.branch else name
        match self.layout:
            case "bracket":
                name = f"{self.brand}（{self.place}）{self.industry}{self.form}"
            case "behind":
                name = f"{self.brand}{self.place}{self.industry}{self.form}"
            case "none":
                name = f"{self.brand}{self.industry}{self.form}"
            case _:
                name = f"{self.place}{self.brand}{self.industry}{self.form}"
        return f"{name}{self.branch}分公司" if self.branch else name

    @property
    def short(self) -> str:
        """The name in daily use: brand and industry; a branch keeps its place."""
        if self.latin:
            return f"{self.brand} {self.branch}".strip()
        return f"{self.brand}{self.industry}{self.branch + '分公司' if self.branch else ''}"

    @property
    def domain(self) -> str:
        """The company's domain, shared by sister companies and branches."""
        brand = (
            self.brand.lower().replace("ö", "oe").replace(" ", "")
            if self.latin
            else to_pinyin(self.brand)
        )
        place = "" if self.latin else to_pinyin(self.place)[:4]
        return f"{brand}{'-' + place if place else ''}.example"

    def vary(self, rng: Random) -> str:
        """Return one way of writing the name that a clerk would use instead of the legal one."""
        if self.latin:
            longer = _LONG_FORMS.get(self.form, self.form)
            ways = [
                replace(self, form=longer).legal, self.legal.upper(), self.legal.rstrip("."),
                f"{self.brand} {self.industry}", f"The {self.brand} {self.industry} {self.form}",
            ]  # fmt: skip
            return rng.choice(ways if not self.branch else ways[:3])
        ways = [self.short, replace(self, layout="none").legal]
        if self.form in {"有限公司", "有限责任公司"}:
            other = "有限责任公司" if self.form == "有限公司" else "有限公司"
            ways += [replace(self, form=other).legal] * 2
        other_place = (
            replace(self, place=self.place + "市")
            if self.layout == "front"
            else replace(self, layout="front")
        )
        ways.append(other_place.legal)
        if "（" in self.legal:
            ways += [self.legal.replace("（", "(").replace("）", ")")] * 2
        elif not self.branch:
            ways.append(replace(self, layout="bracket").legal.replace("（", "(").replace("）", ")"))
        return rng.choice(ways)


def draw_brand(rng: Random) -> str:
    """Draw a Chinese brand of two to four characters."""
    brand = rng.choice(_FIRST) + rng.choice(_SECOND)
    turn = rng.random()
    if turn < 0.45:
        return brand
    if turn < 0.85:
        return brand + rng.choice(_THIRD + _SECOND)
    return brand + rng.choice(_FIRST) + rng.choice(_SECOND)


def draw_company(rng: Random, place: str) -> CompanyName:
    """Draw a Chinese company registered at ``place`` (a city's name without 市)."""
    code, words, _ = rng.choice(_INDUSTRIES)
    layout = _LAYOUTS.draw(rng)
    return CompanyName(
        place, draw_brand(rng), rng.choice(words), _FORMS.draw(rng), code, layout, latin=False
    )


def draw_western_company(rng: Random) -> CompanyName:
    """Draw a company with a Latin name."""
    code, _, words = rng.choice(_INDUSTRIES)
    brand = rng.choice(_BRANDS_WEST_A) + rng.choice(_BRANDS_WEST_B)
    if rng.random() < 0.35:
        brand += " " + rng.choice(_BRANDS_WEST_A) + rng.choice(_BRANDS_WEST_B)
    return CompanyName(
        "", brand, rng.choice(words), _FORMS_WEST.draw(rng), code, "latin", latin=True
    )


def rename_company(rng: Random, name: CompanyName) -> CompanyName:
    """Return the name after a change in the register: new brand or new line of business."""
    if rng.random() < 0.5 and not name.latin:
        return replace(name, brand=draw_brand(rng))
    return change_industry(rng, name)


def change_industry(rng: Random, name: CompanyName, taken: Collection[str] = ()) -> CompanyName:
    """Return a company of the same brand in another industry (a sister, or a new business).

    Args:
        rng: the dice.
        name: the company.
        taken: industries of other sisters: no two firms of a town are registered under one name.
    """
    while True:
        code, han, latin = rng.choice(_INDUSTRIES)
        if code != name.industry_code and code not in taken:
            words = latin if name.latin else han
            return replace(name, industry_code=code, industry=rng.choice(words))
