"""Addresses: streets, estates, office towers, and how two people write the same place."""

from __future__ import annotations

import string
from dataclasses import dataclass, replace
from random import Random

from local.world.dice import Weighted
from local.world.places import CITIES, FOREIGN, City, District, ForeignCity

_ROADS_TEXT = """\
中山路 人民路 解放路 建设路 和平路 新华路 文化路 胜利路 光明路 长江路 黄河路 学府路 科技路
迎宾大道 滨河路 环城路 工业大道 青年路 朝阳路 友谊路 团结路 北京路 南京路 上海路 幸福路 育才路
民主路 振兴路 创业路 园区大道 东风路 西湖路 龙城大道 凤凰路 平安路 体育路 公园路 花园路 站前路
滨江路 湖滨路 翠竹路 梅园路 桃源路 江南大道 世纪大道 高新路 富民路 永安街 长寿街 兴隆街 太平街
广场路 天府大道"""
_ROADS = tuple(_ROADS_TEXT.split())
_ESTATES_TEXT = """\
阳光花园 锦绣家园 万和小区 金色家园 碧水湾 枫林苑 紫荆花园 翠湖名苑 东方明珠 世纪城 丽景苑 香樟园
御景湾 书香门第 绿洲花园 滨江一号 和谐家园 康乐小区 春江花苑 望江名居 云山诗意 金域华府 水岸新城
梧桐苑"""
_ESTATES = tuple(_ESTATES_TEXT.split())
_TOWERS_TEXT = """\
国际大厦 科技园 创业大厦 软件园 商务中心 金融中心 财富广场 时代广场 产业园 世贸中心 环球中心
汇金大厦 联合大厦 中心广场 华侨大厦 数码港 智谷 工业园"""
_TOWERS = tuple(_TOWERS_TEXT.split())
_STREETS_ABROAD = """\
Main Street|Oak Avenue|Market Street|Park Lane|Church Road|Station Road|Maple Drive|Cedar Court
High Street|Elm Street|Lake View Road|Hill Street|King Street|Queen Street|Mill Lane|River Road
Sunset Boulevard|Washington Avenue|Lincoln Road|Victoria Road|Green Lane|Kingsway|North Street
South Street|Bridge Street|Harbour Way|Orchard Road|Forest Avenue""".replace("\n", "|").split("|")
_DRAW_CITY = Weighted([(city, float(city.weight)) for city in CITIES])


@dataclass(frozen=True, slots=True)
class Address:
    """One place; ``region_code`` is the GB/T 2260 code of the district, empty abroad."""

    country: str
    country_code: str
    province: str
    city: str
    district: str
    street: str
    room: str
    postcode: str
    region_code: str

    @property
    def line(self) -> str:
        """Street and room as one line, without the region."""
        if self.abroad:
            return ", ".join(filter(None, (self.street, self.room)))
        return self.street + self.room

    @property
    def abroad(self) -> bool:
        """Whether the place is outside China."""
        return self.country_code != "CN"

    @property
    def full(self) -> str:
        """The whole address in one line, as a Chinese address is written."""
        if self.abroad:
            return f"{self.line}, {self.city}, {self.province} {self.postcode}, {self.country}"
        province = "" if self.province == self.city else self.province
        return province + self.city + self.district + self.line


def draw_city(rng: Random) -> City:
    """Draw a Chinese city, big ones more often."""
    return _DRAW_CITY.draw(rng)


def draw_address(rng: Random, city: City, *, office: bool) -> Address:
    """Draw a home or an office in a Chinese city."""
    district: District = rng.choice(city.districts)
    road = f"{rng.choice(_ROADS)}{rng.randrange(1, 899)}号"
    if office:
        door = f"{rng.randrange(2, 33)}{rng.randrange(1, 20):02d}室"
        room = f"{rng.choice(_TOWERS)}{rng.choice('ABCD')}座{door}"
    else:
        room = (
            f"{rng.choice(_ESTATES)}{rng.randrange(1, 30)}栋{rng.randrange(1, 5)}单元"
            f"{rng.randrange(1, 30)}{rng.randrange(1, 5):02d}室"
        )
    postcode = f"{city.postcode_stem}{city.districts.index(district):d}{rng.randrange(10)}"
    return Address(
        "中国", "CN", city.province, city.name, district.name, road, room, postcode, district.code
    )


def draw_foreign_address(rng: Random, place: ForeignCity) -> Address:
    """Draw an address outside China."""
    street = f"{rng.randrange(1, 2400)} {rng.choice(_STREETS_ABROAD)}"
    room = f"Suite {rng.randrange(100, 900)}" if rng.random() < 0.35 else ""
    postcode = "".join(
        rng.choice(string.digits) if char == "#"
        else rng.choice("ABCEGHJKLMNPRST") if char == "?"
        else char
        for char in place.postcode
    )  # fmt: skip
    return Address(
        place.country, place.country_code, place.state, place.name, "", street, room, postcode, ""
    )


def draw_foreign_city(rng: Random) -> ForeignCity:
    """Draw a place outside China."""
    return rng.choice(FOREIGN)


def rewrite_address(rng: Random, address: Address) -> Address:
    """Return the same place as another clerk writes it: the room short, shortened or left out."""
    turn = rng.random()
    if address.abroad:
        if turn < 0.3:
            street = address.street.replace("Street", "St").replace("Road", "Rd")
            return replace(address, street=street.replace("Avenue", "Ave").replace("Lane", "Ln"))
        return replace(address, room="") if turn < 0.45 else address
    if turn < 0.18:
        return replace(address, room="")
    if turn < 0.36:
        room = address.room.replace("栋", "号楼").replace("单元", "-").replace("室", "")
        return replace(address, room=room)
    if turn < 0.42:
        return replace(address, district="")
    if turn < 0.47:
        return replace(address, province="")
    return address
