"""Which language a page is in: the one its reader chose, else the one that the browser asks for."""

from dataclasses import dataclass

from starlette.requests import Request

from customer_hub.steward.wording import CODE_TEXTS, LANGUAGES, PAGE_TEXTS

LANGUAGE_COOKIE = "hub_language"
_HTML_NAMES = {"en": "en", "zh": "zh-CN"}


@dataclass(frozen=True, slots=True)
class Language:
    """The language of one page; ``code`` is en or zh."""

    code: str
    is_chosen: bool = False

    @property
    def html_name(self) -> str:
        """Its name for the lang attribute."""
        return _HTML_NAMES[self.code]

    @property
    def other(self) -> str:
        """The code of the language to switch to."""
        return "en" if self.code == "zh" else "zh"

    def text(self, key: str) -> str:
        """Return a text of the pages; an unknown key is a fault in a template."""
        return PAGE_TEXTS[key][LANGUAGES.index(self.code)]

    def word(self, group: str, code: str | None) -> str:
        """Return the word for a code of the hub's; one without a word is shown as it is."""
        if not code:
            return ""
        pair = CODE_TEXTS.get(f"{group}.{code}")
        return pair[LANGUAGES.index(self.code)] if pair else code


def choose_language(request: Request) -> Language:
    """Return the language of a page: ``?lang``, the reader's cookie, then Accept-Language."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return Language(asked, is_chosen=True)
    kept = request.cookies.get(LANGUAGE_COOKIE)
    if kept in LANGUAGES:
        return Language(kept)
    return Language(_read_accepted(request.headers.get("accept-language", "")))


def _read_accepted(header: str) -> str:
    """Return the first of our languages by the browser's preference; English when it names none."""
    ranked = []
    for place, part in enumerate(header.split(",")[:20]):
        name, _, quality = part.partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            weight = 0.0
        ranked.append((-weight, place, name.strip()[:2].lower()))
    return next((name for _, _, name in sorted(ranked) if name in LANGUAGES), "en")
