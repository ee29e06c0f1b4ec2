"""The words Chinese company names are made of: legal forms, industries, places."""

import re
from typing import Final

from customer_hub.values import region
from customer_hub.values.region import Region

LEGAL_FORMS: Final = {
    "集团股份有限公司": "集团股份有限公司",
    "股份集团有限公司": "集团股份有限公司",
    "集团有限责任公司": "集团有限公司",
    "集团有限公司": "集团有限公司",
    "股份有限公司": "股份有限公司",
    "有限责任公司": "有限公司",
    "有限公司": "有限公司",
    "股份公司": "股份有限公司",
    "集团总公司": "集团",
    "集团公司": "集团",
    "总公司": "公司",
    "集团": "集团",
    "公司": "公司",
    "(有限合伙)": "有限合伙",
    "合伙企业(有限合伙)": "有限合伙",
    "合伙企业(普通合伙)": "普通合伙",
    "合伙企业": "合伙企业",
    "(普通合伙)": "普通合伙",
    "(特殊普通合伙)": "特殊普通合伙",
    "个人独资企业": "个人独资企业",
    "农民专业合作社": "合作社",
    "专业合作社": "合作社",
    "合作社": "合作社",
    "工作室": "工作室",
    "经营部": "经营部",
    "门市部": "门市部",
    "商行": "商行",
}
"""Legal form as written to its canonical name."""

PARTNERSHIPS: Final = frozenset({"有限合伙", "普通合伙", "特殊普通合伙"})

_by_length = sorted(map(re.escape, LEGAL_FORMS), key=len, reverse=True)
LEGAL_END: Final = re.compile(f"(?:{'|'.join(_by_length)})$")
# A form that ends a head company's name with more behind it; 分公司 and 子公司 are no heads.
LEGAL_INSIDE: Final = re.compile(
    "(?:股份有限公司|有限责任公司|有限公司|股份公司|集团公司|总公司|(?<![分子])公司)(?!法)(?=.)"
)
ORGANISATION_END: Final = re.compile(
    "(?:银行|医院|诊所|卫生院|大学|学院|学校|中学|小学|幼儿园|研究院|研究所|设计院|事务所|律所|协会|学会|商会|基金会|"
    "委员会|管理局|政府|中心|酒店|宾馆|饭店|餐厅|超市|商场|百货|商店|药店|书店|专卖店|旗舰店|分店|门店|办事处|代表处|"
    "工厂|制造厂|加工厂|服装厂|电子厂|[\u3400-\u9fff]{2,}厂|出版社|报社|旅行社|农场|俱乐部|联合会|电视台|博物馆|图书馆|"
    "企业|实业|科技|贸易|商贸|物流|控股)$"
)

_INDUSTRIES_TEXT: Final = (
    "科技 技术 信息 信息技术 信息科技 网络 网络科技 网络技术 软件 软件技术 电子 电子科技 "
    "电子商务 电器 电气 电力 通信 通讯 贸易 商贸 进出口 国际贸易 国际 实业 工业 企业 产业 发展 "
    "投资 控股 管理 咨询 服务 企业管理 物业 物业管理 物流 供应链 运输 快递 速递 航空 汽车 "
    "汽车销售 机械 机电 设备 制造 装备 重工 自动化 智能 智能科技 人工智能 机器人 新能源 能源 "
    "环保 环境 节能 光电 半导体 集成电路 芯片 材料 新材料 化工 化学 石化 石油 天然气 燃气 钢铁 "
    "金属 五金 有色金属 矿业 煤炭 建筑 建筑工程 建设 建设工程 工程 装饰 装饰工程 装修 设计 园林 "
    "园林绿化 房地产 置业 地产 开发 房地产开发 建材 家具 家居 家电 食品 饮料 啤酒 酒业 乳业 "
    "粮油 农业 农业科技 生物 生物科技 生物技术 医药 药业 制药 医疗 医疗器械 医疗科技 健康 "
    "健康管理 化妆品 日化 服装 服饰 纺织 鞋业 皮革 印刷 包装 包装材料 纸业 塑料 塑胶 橡胶 玻璃 "
    "陶瓷 玩具 文具 办公用品 珠宝 首饰 文化 文化传媒 传媒 广告 影视 影业 动漫 游戏 娱乐 体育 "
    "教育 教育科技 培训 教育咨询 人力资源 劳务 劳务派遣 旅游 旅行社 酒店 酒店管理 餐饮 餐饮管理 "
    "超市 百货 商业 零售 连锁 电商 金融 保险 证券 基金 期货 银行 信托 租赁 融资租赁 担保 "
    "资产管理 资本 财务 财务管理 会计 会计师 律师 检测 检验 测绘 安防 消防 仪器 仪表 仪器仪表 "
    "精密 模具 精密机械 模具制造 大学 学院 医院 学校 研究院 研究所 事务所 会计师事务所 "
    "律师事务所 厂 店 中心 工厂 股份 集团 数据 大数据 云计算 数字 数码 数字科技 系统 系统集成 "
    "互联网 移动 电信 电讯 水务 水利 热力 港口 铁路 轨道交通 公路 船舶 造船 水产 养殖 种业 饲料 "
    "花卉 茶业 茶叶 粮食 食品科技 照明 灯饰 电缆 线缆 电池 电源 电机 轴承 阀门 泵业 锅炉 空调 "
    "制冷 暖通 净化 印务"
)
INDUSTRIES: Final = frozenset(_INDUSTRIES_TEXT.split())
LENGTHS: Final = tuple(sorted({len(word) for word in INDUSTRIES}, reverse=True))

# County-level cities that companies write without 市.
_SHORT_COUNTIES_TEXT: Final = (
    "昆山 义乌 江阴 张家港 常熟 太仓 宜兴 慈溪 余姚 晋江 石狮 温岭 乐清 海宁 桐乡 诸暨 靖江"
)
_SHORT_COUNTIES: Final = frozenset(_SHORT_COUNTIES_TEXT.split())
# Cities whose short names begin well-known brands or ordinary words.
_NO_SHORT_TEXT: Final = "阿里 大同 三明 长治 四平 通化 海东 固原 和田 黄山"
_NO_SHORT: Final = frozenset(_NO_SHORT_TEXT.split())
_COUNTRIES: Final = frozenset(("中国", "中华", "亚太", "大中华", "大中华区", "中国区"))


def take_place(text: str, inside: Region | None) -> tuple[str, Region] | None:
    """Take the division that a name begins with: the text taken and the division, or None.

    Districts count with their full name only (平安保险 begins with no place), and inside a division
    that stands before them if there is one.
    """
    for name, regions in region.match_prefix(text):
        fitting = [found for found in regions if found.is_current and _is_named(found, name)]
        if inside is not None:
            fitting = [found for found in fitting if _is_inside(found, inside)]
        upper = [found for found in fitting if found.level != "district"]
        if upper or fitting:
            # 吉林 is a province and a city: the city is what a company means by its place.
            return name, (upper or fitting)[-1]
    return None


def read_place(text: str) -> str | None:
    """Return the full name of the division that a text is, and nothing else; 中国 counts too."""
    if text in _COUNTRIES:
        return text
    inside: Region | None = None
    rest = text
    while rest:
        step = take_place(rest, inside)
        if step is None:
            exact = [found for found in region.find_named(rest) if found.is_current]
            return exact[0].name if exact and inside is None else None
        rest = rest[len(step[0]) :]
        inside = step[1]
    return inside.name if inside else None


def is_place_only(text: str) -> bool:
    """Tell whether a text is the name of a division (深圳, 广东省深圳市) and nothing else."""
    return read_place(text) is not None


def _is_named(found: Region, name: str) -> bool:
    if name == found.name:
        return True
    if found.level == "district":
        return name in _SHORT_COUNTIES and found.name == name + "市"
    return name not in _NO_SHORT


def _is_inside(found: Region, outer: Region) -> bool:
    if outer.level == "province":
        return found.province_code == outer.province_code and found.code != outer.code
    return found.level == "district" and found.city_code == outer.city_code
