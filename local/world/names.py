"""Names of persons: Chinese by real frequency, minority names, Western names; and their pinyin."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from pypinyin import Style, lazy_pinyin

from local.world.dice import Weighted

# The share of each surname in 1/1000 of the population, most frequent first.
_FREQUENT = """\
王72 李71 张68 刘54 陈45 杨31 黄22 赵21 吴20 周19 徐15 孙14 马13 朱13 胡12 郭12 何12 林11 高10
罗9.5 郑9 梁8.5 谢8 宋7.5 唐7 许6.8 邓6.2 韩6.1 冯6 曹5.8 彭5.5 曾5.3 肖5.2 田4.8 董4.7 潘4.6
袁4.4 蔡4.3 蒋4.2 余4.1 于4 杜3.9 叶3.8 程3.8 魏3.7 苏3.6 吕3.5 丁3.4 任3.3 卢3.2 姚3.1 沈3.1 钟3
姜3 崔2.9 谭2.9 陆2.8 范2.7 汪2.6 廖2.6 石2.5 金2.5 韦2.4 贾2.4 夏2.3 付2.2 方2.2 邹2.1 熊2.1 白2
孟2 秦1.9 邱1.9 侯1.8 江1.8 尹1.7 薛1.7 闫1.6 段1.6 雷1.6 龙1.5 黎1.4 史1.4 陶1.4 贺1.3 毛1.3
郝1.3 顾1.3 龚1.2 邵1.2 万1.2 覃1.1 武1.1 钱1.1 戴1 严1 莫1 孔1 向.9 常.9 汤.9 康.8 易.8 乔.8 赖.8
文.8 庞.7 樊.7 兰.7 殷.7 施.7 洪.6 翟.6 安.6 颜.6 倪.6 牛.5 温.5 芦.5 季.5 俞.5 章.5 鲁.5 葛.4
伍.4 申.4 尤.4 毕.4 聂.4 柴.3 焦.3 柳.3 邢.3 齐.3 梅.3 庄.3 辛.2 管.2 祝.2 左.2 涂.2 谷.2 时.2
舒.2 耿.2 牟.2 卜.2 路.2 詹.2 关.2 苗.2 凌.2 费.2 纪.2 靳.2 盛.2 童.2 欧.2 甄.2 项.2 曲.2 成.2
游.2 阳.2 裴.1 席.1 卫.1 查.1 屈.1 鲍.1 位.1 覆.02 霍.1 翁.1 隋.1 植.05 甘.1 景.1 薄.05 单.1 包.1
司.1 柏.1 宁.1 柯.1 阮.1 桂.1 闵.1 解.1 强.05 丛.1 岳.1 边.1 冉.1 丘.1 仇.05 区.05 乐.05 佘.05
逄.02 亓.02 禤.02 蒯.02 郗.02 鄢.05 欧阳1.1 上官.1 司马.08 诸葛.1 皇甫.08 司徒.08 尉迟.03 东方.03
令狐.04 慕容.04 夏侯.04 公孙.03 端木.03 独孤.02 万俟.02"""

# Surnames read otherwise than the same character elsewhere.
_READINGS = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "任": "ren", "区": "ou", "查": "zha",
    "翟": "zhai", "朴": "piao", "盖": "ge", "乐": "yue", "覃": "qin", "冼": "xian", "尉迟": "yuchi",
    "万俟": "moqi", "令狐": "linghu", "佘": "she", "逄": "pang", "亓": "qi", "吕": "lv",
}  # fmt: skip

_SON = """\
伟30 强22 磊20 军18 勇18 杰20 涛18 明22 超16 刚12 平12 辉14 鹏16 飞14 波13 斌14 健12 亮11 浩18
宇17 志22 建20 国16 文18 华16 俊16 海14 林12 峰14 龙12 东10 兵7 凯10 帅7 旭8 晨9 阳9 博9 鑫9 博7
睿6 轩9 泽9 嘉9 子12 家10 永9 德8 成8 光7 金7 振6 学7 立6 宏7 庆6 天6 毅6 昊6 瑞6 祥5 坤5 岩4 威5
彬5 翔5 锋4 义4 良4 福4 忠4 荣4 卫4 胜4 新4 晓6 思4 航4 楠3 炜3 琦3 恒3 铭4 然4 宸4 皓3 骏3 懿2
钧2 煜3 霖3 晟3 翰3 亦2 一3 启2 景2 承2 世2 仁2 敬1 悦2 朗2 笙1 砚1 屹1 曦1 冕1"""
_DAUGHTER = """\
芳22 娜18 敏18 静20 丽22 艳16 娟16 霞14 燕14 玲15 婷16 红13 梅13 雪14 秀12 英14 兰10 莉10 慧13
晓14 玉13 丹10 萍10 倩10 琳10 洁9 欣10 佳11 颖10 雨10 晶8 璐8 琴8 月8 春8 菲7 蕾7 珍7 云8 美7 怡8
瑶7 梦8 思9 文8 嘉8 诗7 雅7 涵8 萱7 梓8 悦7 婉5 彤6 桂6 凤6 淑6 珊5 薇5 露5 翠4 巧4 素4 小6 爱5
惠5 华7 荣3 莹6 媛5 茜4 妍5 柔3 清4 语4 可4 馨4 宁4 芸3 芷3 若4 依3 心4 紫3 碧2 采2 昕3 岚2 沁2
苒1 霏2 岑1 漪1 璇3 琪4 瑾3 恬2 舒2 夏1 秋2 冬1 晴3 曼2 黛1 卉1"""

# Names of the minorities, written with the middle dot between the given and the father's name.
_MINORITY_GIVEN = """\
阿依古丽 买买提 艾力 古丽娜尔 努尔古丽 阿不都 热依汗 帕提古丽 麦麦提 木合塔尔 巴哈尔 迪丽拜尔 艾山
吐尔逊 阿迪力 玛依拉 赛买提 库尔班 卡德尔 沙拉麦提 阿孜古丽 哈力克 伊力亚 米热 佐然 塔吉古丽
叶尔江 古力米热"""
_MINORITY_FATHER = """\
买买提 艾合买提 吐尔逊 阿不力孜 玉素甫 依明 卡斯木 热合曼 牙生 肉孜 托合提 司马义 尼亚孜 沙迪克
亚森 达吾提 赛依提 居马洪 巴拉提 伊布拉音 阿西木 克里木 萨吾提 加帕尔 阿吾提 夏衣 木沙 库尔班"""

# Western given name, its usual short forms, sex.
_WESTERN_GIVEN = """\
James:Jim,Jimmy:m John:Jack,Johnny:m Robert:Bob,Rob:m Michael:Mike,Mick:m William:Bill,Will:m
David:Dave:m Richard:Rick,Dick:m Joseph:Joe:m Thomas:Tom:m Charles:Charlie,Chuck:m
Christopher:Chris:m Daniel:Dan,Danny:m Matthew:Matt:m Anthony:Tony:m Steven:Steve:m
Andrew:Andy,Drew:m Kenneth:Ken:m Edward:Ed,Ted:m Ronald:Ron:m Timothy:Tim:m Jeffrey:Jeff:m
Gregory:Greg:m Benjamin:Ben:m Samuel:Sam:m Patrick:Pat:m Alexander:Alex:m Nicholas:Nick:m
Jonathan:Jon:m Frederick:Fred:m Peter:Pete:m Henrik::m Jürgen::m Lukas::m Stefan::m Karl::m
Oliver:Ollie:m George::m Harry::m Leonard:Leo,Len:m Vincent:Vince:m Walter:Walt:m Philip:Phil:m
Mary:Molly:f Patricia:Pat,Trish:f Jennifer:Jen,Jenny:f Elizabeth:Liz,Beth:f Barbara:Barb:f
Susan:Sue:f Jessica:Jess:f Margaret:Maggie,Peggy:f Katherine:Kate,Kathy:f Nancy::f
Deborah:Debbie,Deb:f Rebecca:Becky:f Christine:Chris:f Samantha:Sam:f Victoria:Vicky:f
Alexandra:Alex,Sandra:f Theresa:Terry:f Judith:Judy:f Amanda:Mandy:f Pamela:Pam:f Emily:Em:f
Charlotte:Lottie:f Sophie::f Hannah::f Laura::f Anna::f Claire::f Helen::f Abigail:Abby:f
Gabriele:Gabi:f Franziska:Franzi:f Heike::f Ursula:Uschi:f Olivia:Liv:f Grace::f Julia:Jules:f
Diana::f Natalie:Nat:f"""
_WESTERN_FAMILY = """\
Smith Johnson Williams Brown Jones Garcia Miller Davis Wilson Anderson Thomas Taylor Moore Jackson
Martin Lee Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill
Green Adams Nelson Baker Hall Campbell Mitchell Carter Roberts Phillips Evans Turner Parker
Collins Edwards Stewart Morris Murphy Cook Rogers Morgan Cooper Peterson Reed Bailey Bell Kelly
Howard Ward Cox Richardson Watson Brooks Wood Bennett Gray Hughes Price Sanders Myers Long Foster
Russell Griffin Hayes Ford Hamilton Graham Sullivan Wallace Woods Cole West Jordan Owens Reynolds
Fisher Ellis Harrison Gibson McDonald Marshall Murray Freeman Wells Webb Simpson Stevens Tucker
Porter Hunter Hicks Crawford Boyd Mason Kennedy Warren Dixon Ramos Burns Gordon Shaw Holmes Rice
Robertson Black Daniels Palmer Mills Nichols Grant Knight Ferguson Rose Stone Hawkins Dunn Perkins
Hudson Spencer Gardner Payne Pierce Berry Matthews Arnold Wagner Willis Ray Watkins Olson Carroll
Duncan Snyder Hart Cunningham Müller Schmidt Schneider Fischer Weber Becker Hoffmann Schäfer Koch
Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange
Werner Krause Lehmann Köhler Maier Winter Sommer Brandt Vogel Keller Lorenz Kaiser O'Brien
O'Connor Doyle Byrne Walsh Fitzgerald Gallagher MacLeod Sinclair Drummond Pemberton Ashworth
Holloway Whitaker Thornbury"""

_TITLES_MALE, _TITLES_FEMALE = ("先生",), ("女士", "小姐")
_TITLES_WORK = ("经理", "总", "主任", "老师", "工")


def _counted(text: str) -> list[tuple[str, float]]:
    pairs: dict[str, float] = {}
    for item in text.split():
        word = item.rstrip("0123456789.")
        pairs[word] = pairs.get(word, 0) + float(item[len(word) :])
    return list(pairs.items())


_SURNAMES = Weighted(_counted(_FREQUENT))
_GIVEN = {"m": Weighted(_counted(_SON)), "f": Weighted(_counted(_DAUGHTER))}
_WESTERN = [item.split(":") for item in _WESTERN_GIVEN.split()]
_SHORT = {given: tuple(filter(None, short.split(","))) for given, short, _ in _WESTERN}
_FAMILIES = Weighted([(name, 1 / (rank + 8)) for rank, name in enumerate(_WESTERN_FAMILY.split())])


@dataclass(frozen=True, slots=True)
class PersonName:
    """A true name; ``script`` is ``han``, ``minority`` or ``latin``; ``sex`` is ``m`` or ``f``."""

    family: str
    given: str
    script: str
    sex: str

    @property
    def full(self) -> str:
        """The name as its bearer writes it."""
        if self.script == "latin":
            return f"{self.given} {self.family}"
        return (
            f"{self.given}·{self.family}" if self.script == "minority" else self.family + self.given
        )

    def pinyin(self) -> tuple[str, str]:
        """Return family and given name in Latin letters, for example Wang, Xiaoming."""
        if self.script == "latin":
            return self.family, self.given
        return surname_pinyin(self.family).capitalize(), to_pinyin(self.given).capitalize()

    def titled(self, rng: Random) -> str:
        """Return the surname with a title, for example 王先生 or 李经理."""
        if self.script == "latin":
            return ("Mr. " if self.sex == "m" else "Ms. ") + self.family
        if self.script == "minority":
            return self.given + ("先生" if self.sex == "m" else "女士")
        polite = _TITLES_MALE if self.sex == "m" else _TITLES_FEMALE
        return self.family + rng.choice(polite * 2 + _TITLES_WORK)

    def nickname(self, rng: Random) -> str:
        """Return what friends say: Bob, 小王, 阿强."""
        if self.script == "latin":
            return rng.choice(_SHORT.get(self.given) or (self.given,))
        if self.script == "minority":
            return self.given
        return rng.choice(("小" + self.family, "老" + self.family, "阿" + self.given[-1]))


@lru_cache(maxsize=8192)
def to_pinyin(text: str) -> str:
    """Return text in pinyin without tones, spaces or signs, for example ``xiaoming``."""
    syllables = lazy_pinyin(text, style=Style.NORMAL, errors="ignore")
    return "".join(syllables).replace("ü", "v")


def surname_pinyin(surname: str) -> str:
    """Return a surname's pinyin in its reading as a surname, for example 曾 -> ``zeng``."""
    return _READINGS.get(surname) or to_pinyin(surname)


def draw_given(rng: Random, sex: str) -> str:
    """Draw a Chinese given name of one or two characters."""
    chars = _GIVEN[sex]
    if rng.random() < 0.14:
        return chars.draw(rng)
    first, second = chars.draw(rng), chars.draw(rng)
    # A doubled character (娜娜) is usual for daughters and rare for sons.
    if first == second and sex == "m" and rng.random() < 0.9:
        second = chars.draw(rng)
    return first + second


def draw_chinese_name(rng: Random, surname: str = "") -> PersonName:
    """Draw a Chinese name; ``surname`` fixes the family (for households and twins)."""
    sex = rng.choice("mf")
    if not surname and rng.random() < 0.012:
        given = rng.choice(_MINORITY_GIVEN.split())
        return PersonName(rng.choice(_MINORITY_FATHER.split()), given, "minority", sex)
    return PersonName(surname or _SURNAMES.draw(rng), draw_given(rng, sex), "han", sex)


def draw_western_name(rng: Random, surname: str = "") -> PersonName:
    """Draw a Western name; ``surname`` fixes the family."""
    given, _, sex = rng.choice(_WESTERN)
    return PersonName(surname or _FAMILIES.draw(rng), given, "latin", sex)
