"""Chinese surnames: which are known, in which order of frequency, and how they are read."""

from typing import Final

# Single surnames.
_SINGLE: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
    "陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔"
    "伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管"
    "柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟"
    "邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮"
    "粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦"
    "戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信"
    "展阴昝智幸奉植衡富尧闭由撒庾冒郗桓蔚訾逄蒯嘉员贡弓赖涂归么麴干牧隗山谯濮扶鄂桐郏浩璩籍郦雒贝乘宦却咸鬲贲钭"
)

_COMPOUND_TEXT: Final = (
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 长孙 慕容 宇文 令狐 司徒 夏侯 南宫 钟离 闻人 端木 "
    "百里 呼延 独孤 澹台 太史 申屠 公冶 宗政 濮阳 淳于 单于 轩辕 赫连 万俟 拓跋 鲜于 闾丘 司空 "
    "亓官 仲孙 颛孙 公羊 谷梁 漆雕 乐正 壤驷 公良 夹谷 宰父 段干 东郭 南门 羊舌 微生 梁丘 左丘 "
    "东门 西门 第五 纳兰 叶赫 完颜 巫马 公西 子车 耶律 贺兰"
)
COMPOUND: Final = frozenset(_COMPOUND_TEXT.split())

SINGLE: Final = frozenset(_SINGLE)

SPECIAL_READINGS: Final = {
    "单": "shan",
    "單": "shan",
    "曾": "zeng",
    "解": "xie",
    "仇": "qiu",
    "区": "ou",
    "區": "ou",
    "查": "zha",
    "任": "ren",
    "朴": "piao",
    "盖": "ge",
    "蓋": "ge",
    "翟": "zhai",
    "华": "hua",
    "華": "hua",
    "缪": "miao",
    "繆": "miao",
    "尉": "wei",
    "乐": "yue",
    "樂": "yue",
    "员": "yun",
    "員": "yun",
    "折": "she",
    "冼": "xian",
    "谌": "chen",
    "諶": "chen",
    "逄": "pang",
    "隗": "wei",
    "召": "shao",
    "秘": "bi",
    "覃": "qin",
    "纪": "ji",
    "宁": "ning",
    "石": "shi",
    "葛": "ge",
    "柏": "bai",
    "薄": "bo",
    "都": "du",
    "車": "che",
    "车": "che",
    "洗": "xian",
    "那": "na",
    "种": "chong",
    "訾": "zi",
    "黑": "he",
    "尉迟": "yu chi",
    "尉遲": "yu chi",
    "万俟": "mo qi",
    "萬俟": "mo qi",
    "单于": "chan yu",
    "單于": "chan yu",
    "长孙": "zhang sun",
    "長孫": "zhang sun",
    "澹台": "tan tai",
    "澹臺": "tan tai",
    "令狐": "ling hu",
    "鲜于": "xian yu",
    "鮮于": "xian yu",
    "宰父": "zai fu",
    "亓官": "qi guan",
}

# Romanised surnames (no tones), the most frequent first.
_LATIN_TEXT: Final = (
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng "
    "liang xie song tang han feng deng cao peng zeng xiao tian dong yuan pan yu jiang cai du ye "
    "cheng su wei lv ding ren shen yao lu cui zhong tan fan jin shi liao jia xia fu fang bai "
    "zou meng xiong qin qiu yin xue yan duan lei hou long tao gu mao hao gong shao wan qian dai "
    "mo kong xiang wen kang niu ge xing an qi yi qiao pang ni zhuang nie zhai ou geng guan lan "
    "jiao zuo liu gan bao ning shang shu ruan ke ji mei tong ling bi shan pei huo tu miao sheng "
    "qu weng ran you chai pu hua yu teng rao mou ai mu nong si zhuo jian che lian chu lou dou "
    "cen jing dang bo leng mi zong gui quan ying zang min bian luan sui diao sha rong kou sang "
    "cong ao she chi zha ma feng kuang ju hui xi nan ban yue piao tai ba hang na ha zi zhan"
)
_LATIN: Final = tuple(_LATIN_TEXT.split())
_LATIN_COMPOUND_TEXT: Final = (
    "ouyang sima shangguan zhuge dongfang huangfu yuchi gongsun zhangsun murong yuwen linghu "
    "situ xiahou nangong zhongli duanmu huyan dugu tantai shentu chunyu xuanyuan helian moqi "
    "tuoba xianyu sikong puyang nalan yehe wanyan"
)
LATIN_COMPOUND: Final = frozenset(_LATIN_COMPOUND_TEXT.split())
_RANK: Final = {name: place for place, name in reversed(list(enumerate(_LATIN)))}


def match_surname(name: str) -> str | None:
    """Return the known surname that a Chinese name begins with, the compound one first."""
    if name[:2] in COMPOUND or name[:2] in SPECIAL_READINGS:
        return name[:2]
    first = name[:1]
    return first if first in SINGLE or first in SPECIAL_READINGS else None


def rank_latin(token: str) -> int | None:
    """Return how frequent a romanised surname is (0 the most), or None if it is none.

    Args:
        token: lower-case letters, e.g. ``zhang`` or ``ouyang``.
    """
    if token in LATIN_COMPOUND:
        return 0
    return _RANK.get(token)
