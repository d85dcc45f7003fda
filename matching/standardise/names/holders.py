"""What a name field holds beside a name: titles, notes, brackets, representatives, a second holder.

"Hộ ông Nguyễn Văn A và vợ là Trần Thị B (đã mất) - CT 2" -> holder Nguyễn Văn A (a man), second holder Trần Thị B,
deceased, a note. Nothing that can be a part of a name is cut off: see the rules at each step.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from matching.standardise.names.lists import COMMON, NOTES, SURNAMES
from matching.standardise.names.notes import unglued, without_notes
from matching.standardise.names.titles import leading_title, without_titles
from matching.standardise.text import fold

_BRACKET = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]?|[)\]}]")
_ANY_BRACKET = re.compile(r"[()\[\]{}]")
_UPQ = r"t?uq|ủy quyền|uỷ quyền|đại diện|đ/d|đd|người đại diện|dai dien"
_REPRESENTED = re.compile(rf"(?i)(?<=\w)\s*[-,:;]*\s+(?:{_UPQ})\b[\s:.,-]*(?:là\b|cho\b|và\b)?\s*")
# The marker at the end, alone or with whom it stands for in general: "- đại diện", "đại diện hộ gia đình", "UQ cho 3 hộ".
_ACTS_ALONE = re.compile(
    rf"(?i)(?<=\w)(?P<sign>\s*[-,:;]*)\s+(?P<acts>{_UPQ})"
    r"(?P<whom>(?:[\s:.,-]+(?:là|cho|các|nhóm|chủ|chu|hộ|ho|gia|đình|dinh|gđ|\d+))*)[\s.,]*$"
)
_ACTS_FIRST = re.compile(r"(?i)^[đd]/d\b[.:]?\s*")
_WHO_ACTS = frozenset({"nguoi", "ben", "chu ho", "ho", "ong", "ba"})
# two words of surnames, and nobody's name
_ROLES = frozenset({"dai dien", "nguoi dai dien", "chu ho", "gia dinh", "ho gia dinh", "chu nha"})
_ROLE_FIRST = frozenset(role.split()[0] for role in _ROLES)
_DECEASED_TAIL = re.compile(
    r"(?i)[\s,\-–]+(?:(?:đã|da)\s+(?:mất|mat|chết|chet|qua đời|qua doi|từ trần|tu tran|hy sinh)\b.*"
    r"|(?:chết|mất|qua đời|từ trần)\s+(?:năm\s+|ngày\s+)?[\d/.-]+)$"
    r"|\s*[,\-–]+\s*(?:chết|mất|qua đời|từ trần)$"
)
_STRONG_SEPARATOR = re.compile(r"(?i)\s*[&+;/]\s*|(?<=\w)\s+(?:và|cùng(?=\s+(?:vợ|chồng))|vợ\s+là|chồng\s+là)\s+")
_STRONG_SIGN = re.compile("[&+;/]")
_DASH = re.compile(r"\s+[-–—]+\s*|\s*[-–—]+\s+|\s*[–—]\s*|\s*,\s*")
_RELATION = frozenset({"vợ", "chồng", "con", "mẹ", "bố", "cha", "em", "anh", "chị"})
_DIGIT = re.compile(r"\d")
_LABEL = re.compile(r"(?i)^(?:[\W\d_]+|(?:stt|số)\s*\d+\W*)")
_JUNK = re.compile(r"[\"“”*#_=<>|\\^!?:]+")
_PAIR = re.compile(r"(?i)\b(ông|ong|anh|chú|cậu)\s*[/&-]\s*(bà|ba|chị|chi|cô|co)\b")
_COMRADE = re.compile(r"(?i)\b[đd]/c\b[.:]?\s*")
_LOST = re.compile(r"(?<=\w)[?\ufffd]+(?=\w)|[?\ufffd]+(?=\w)")


JOINING = frozenset({"và", "va", "cùng", "vợ", "chồng"})
BARE_TITLES = frozenset({"ong", "ba", "anh", "chi", "co", "cu", "ho", "ho ong", "ho ba"})
_ONLY_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
# Folded words without which nothing tells a death or a representative (uq, t/uq, ủy quyền, đại diện, đ/d, người ...).
_SAYS = re.compile(r"\b(?:mat|chet|qua doi|tu tran|hy sinh|t?uq|uy quyen|dai dien|dd|d d)\b")
SAYS_ALONE = frozenset({"mat", "chet", "uq", "tuq", "dd"})
SAYS_AFTER = frozenset({"doi", "tran", "sinh", "quyen", "dien", "d"})  # only after the word before it
_SAYS_MORE = SAYS_ALONE | SAYS_AFTER


@dataclass
class Holder:
    """Gathered while a name field is read: the tokens of up to two names and what else it said."""

    first: list[str] = field(default_factory=list)
    second: list[str] = field(default_factory=list)
    sex: str | None = None
    deceased: bool = False
    repairs: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note(self, code: str) -> None:
        """Remember a repair once."""
        if code not in self.repairs:
            self.repairs.append(code)


def read_holder(text: str) -> Holder:
    """Take a squeezed NFC name field apart; `first` is empty if no name is left."""
    holder = Holder()
    main = text if _ONLY_WORDS.fullmatch(text) else _without_signs(text, holder)
    if _says_more(fold(main)):
        _read_all(main, holder)
    else:
        _read_main(main, holder)
    if not holder.first and holder.second:
        holder.first, holder.second = holder.second, []
    return holder


def _says_more(folded: str) -> bool:
    """True if a text may tell a death or a representative; the words alone are also names (Trần, Quyền, Sinh)."""
    return not _SAYS_MORE.isdisjoint(folded.split()) and _SAYS.search(folded) is not None


def _without_signs(text: str, holder: Holder) -> str:
    """Undo what question marks, slashes and brackets stand for."""
    if "?" in text or "\ufffd" in text:
        lost = _LOST.sub("", text)
        if lost != text:
            holder.note("lost_letters")
        text = lost
    if "/" in text or "&" in text or "-" in text:
        text = _ACTS_FIRST.sub("đại diện ", _COMRADE.sub("đồng chí ", _PAIR.sub(r"\1 \2", text)))
    return _without_brackets(text, holder) if _ANY_BRACKET.search(text) else text


def _read_all(text: str, holder: Holder) -> None:
    """Read a name after which a death or a representative may be told."""
    shorter = _DECEASED_TAIL.sub("", text)
    if shorter != text:
        holder.deceased, text = True, shorter
        holder.note("deceased_note")
    main, second = _split_represented(text, holder)
    if second:
        holder.second, _ = name_tokens(second, holder)
    _read_main(main, holder)


def _without_brackets(text: str, holder: Holder) -> str:
    """Cut brackets off and read what is in them: a death, a representative's name, or a note."""
    for match in _BRACKET.finditer(text):
        inner = (match[1] or "").strip(" .:-")
        folded = fold(inner)
        if not folded:
            continue
        holder.notes.append(inner)
        if _begins(folded, "deceased"):
            holder.deceased = True
            holder.note("deceased_note")
        elif _begins(folded, "representative"):
            holder.note("representative")
            _second_from(_after_note(inner), holder)
        elif not _second_from(inner, holder):
            holder.note("trailing_note")
    return " ".join(_BRACKET.sub(" ", text).split())


def _second_from(inner: str, holder: Holder) -> bool:
    """Take a person named in a bracket as the second name; False if it is none."""
    tokens = _person_in(inner)
    if not holder.second and tokens:
        holder.second = list(tokens)
        holder.note("representative")
        return True
    return False


@lru_cache(maxsize=10_000)
def _person_in(inner: str) -> tuple[str, ...]:
    """The words of the person that a bracket names; cached, for most brackets hold one of few notes."""
    words = inner.split()
    if not words or words[0].lower() in ("tự", "tức"):  # the holder's other name
        return ()
    if words[0].lower() in ("và", "cùng") and words[1:2] and words[1].lower() in _RELATION | {"ông", "bà"}:
        words = words[1:]
    tokens, _ = name_tokens(" ".join(words), Holder())
    return tuple(tokens) if looks_like_person(tokens) else ()


@lru_cache(maxsize=10_000)
def _begins(folded: str, kind: str) -> bool:
    return any(folded == phrase or folded.startswith(phrase + " ") for phrase in NOTES[kind])


def _after_note(inner: str) -> str:
    """The words after "đại diện", "UQ cho", "chủ hộ" in a bracket."""
    words = inner.replace(":", " ").split()
    for size in (4, 3, 2, 1):
        if fold(" ".join(words[:size])) in NOTES["representative"]:
            return " ".join(words[size:]).removeprefix("là ").removeprefix("cho ")
    return inner


def _split_represented(text: str, holder: Holder) -> tuple[str, str | None]:
    """ "A UQ B", "A đại diện B": the holder and who acts for the holder; nobody where A acts for a household or for nobody named."""
    alone = _ACTS_ALONE.search(text)
    if alone and _is_marker(alone, text):
        holder.note("representative")
        return text[: alone.start()], None
    match = _REPRESENTED.search(text)
    if not match or not text[match.end() :].strip() or fold(text[: match.start()]) in _WHO_ACTS:
        return text, None
    tokens, _ = name_tokens(text[match.end() :], Holder())
    if not looks_like_person(tokens):
        return text, None
    holder.note("representative")
    return text[: match.start()], text[match.end() :]


def _is_marker(alone: re.Match[str], text: str) -> bool:
    """Whether the last words are a marker and no part of the name: "Cao Đại Diện" is a person, "Nguyễn Văn Bảy đại diện" acts for others."""
    name = text[: alone.start()]
    if not name.strip(" .,:;-") or fold(name) in _WHO_ACTS:
        return False
    if alone["sign"].strip() or alone["whom"].strip():
        return True
    words = name.split()
    return len(words) > 2 or (len(words) > 1 and alone["acts"].islower() and not name.islower())


def _read_main(text: str, holder: Holder) -> None:
    """Split joint holders, strip titles and notes: fills `first`, and `second` if it is free."""
    joining = not JOINING.isdisjoint(text.lower().split())
    if not joining and _ONLY_WORDS.fullmatch(text):
        _take_piece(text, holder)
        return
    strong = _STRONG_SEPARATOR.split(text) if joining or _STRONG_SIGN.search(text) else [text]
    if len(strong) > 1 and joining and fold(strong[0]) in BARE_TITLES:  # "Ông và bà ..."; Và is a surname too: "Ông Và A Dế"
        strong = strong[1:] if leading_title(strong[1].split())[1] else [text]
    pieces = [piece for piece in strong if piece and piece.strip(" .,-")]
    pieces = [part for piece in pieces for part in _split_dash(piece)]
    pieces = [part for piece in pieces for part in _split_va(piece)]
    for piece in pieces:
        _take_piece(piece, holder)


def _take_piece(piece: str, holder: Holder) -> None:
    """Read one piece as the first name, the second, or a note."""
    titles = Holder()
    tokens, sex = name_tokens(piece, titles)
    if not holder.first:
        holder.first, holder.sex = tokens, sex
        for code in titles.repairs:
            holder.note(code)
    elif tokens and (looks_like_person(tokens) or (sex is not None and len(tokens) > 1)):
        holder.note("joint_holder")
        holder.second = holder.second or tokens
    elif piece.split(maxsplit=1)[0].lower() in _RELATION or sex is not None:
        holder.note("joint_holder")
    elif fold(piece):
        holder.note("trailing_note")
        holder.notes.append(piece)


def _split_dash(piece: str) -> list[str]:
    """Split at a dash or comma between blanks, or at a tight dash between two whole names ("Lê Văn A-Trần Thị B")."""
    parts = [part for part in _DASH.split(piece) if part.strip()]
    if len(parts) == 1 and piece.count("-") == 1:
        left, right = piece.split("-")
        if len(left.split()) > 1 and len(right.split()) > 1 and left.split()[-1].lower() not in ("y", "h", "k", "r"):
            return [left, right]
    return parts or [piece]


def _split_va(piece: str) -> list[str]:
    """Split at an unmarked "va" (và) only between two names that begin with surnames; Va can be a name."""
    words = piece.split()
    for at, word in enumerate(words if "va" in piece.lower() else []):
        if word.lower() == "va" and 2 <= at < len(words) - 1:
            tokens, sex = name_tokens(" ".join(words[at + 1 :]), Holder())
            if sex or (looks_like_person(tokens) and fold(tokens[0]) in COMMON):
                return [" ".join(words[:at]), " ".join(words[at + 1 :])]
    return [piece]


def looks_like_person(tokens: list[str]) -> bool:
    """Two words or more, all letters, the first a surname, an initial or the marker of a minority name."""
    if len(tokens) < 2 or any(_DIGIT.search(token) for token in tokens):
        return False
    first = fold(tokens[0])
    if first in _ROLE_FIRST and fold(" ".join(tokens)) in _ROLES:
        return False
    return first in SURNAMES or first in ("y", "h", "k", "a", "ka", "ng") or first.startswith(("h ", "k "))


def name_tokens(text: str, holder: Holder) -> tuple[list[str], str | None]:
    """The words of one name without label, titles, glued writing and trailing notes, and the sex the titles tell."""
    cleaned = _LABEL.sub("", _JUNK.sub(" ", text)).rstrip(" .,;")
    if cleaned != text and any(char.isdigit() for char in text[: len(text) - len(cleaned)]):
        holder.note("trailing_note")
    apart = cleaned.replace(".", ". ").replace(",", " ")
    spaced = unglued(apart)
    if spaced != apart:
        holder.note("blanks")
    tokens, sex, titled = without_titles(spaced.split())
    if titled:
        holder.note("honorific")
    name = without_notes(tokens)
    if name != tokens:
        holder.note("trailing_note")
    return name, sex
