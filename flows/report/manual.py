"""The reviewer's guide, two pages: one text for docs/huong-dan.md and for the `huong-dan.html` beside every published report.

python -m flows.report.manual docs/huong-dan.md     writes the Markdown anew
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from markupsafe import Markup, escape

from flows.report.guide import DECISION_WORDS, REVIEW_WORDS, severities
from flows.report.words import FINDINGS, Words
from matching.findings import FINDINGS as DECLARED
from matching.findings.declaration import Finding

PICTURE = "bang_tinh.png"
"""The spreadsheet as a reviewer sees it, made from the fictional sample; in flows/report/data."""
GUIDE = "huong-dan.html"
TITLE = Words("Hướng dẫn người rà soát", "a reviewer's guide")
SIGNS = {"field": "▲", "review": "●", "benign": "○"}


NOTHING = Words("", "")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, a list (`items`), a table (`items` of `header`) or the picture, in both languages."""

    kind: str
    words: Words = NOTHING
    header: tuple[Words, ...] = ()
    items: tuple[tuple[str, Words], ...] = ()


_STEPS = (
    Words("Mở `mismatches.xlsx`, hoặc tệp của đơn vị mình trong `by_unit/` (xem `index.csv`). Dòng nặng nhất ở trên cùng.",
          "Open `mismatches.xlsx`, or your unit's file in `by_unit/` (see `index.csv`). The worst rows come first."),
    Words("Đọc `reason_vi`: vì sao dòng này ở đây. So hai bên ở các cột `_partner`, `_register`; chỗ khác nằm trong cột `_diff`.",
          "Read `reason_en`: why the row is here. Compare the columns `_partner` and `_register`; what differs stands in `_diff`."),
    Words("Làm theo `suggested_action`: ▲ gọi điện hoặc đến tận nơi; ● xem giấy tờ rồi quyết định. "
          "`suggested_value` chỉ là gợi ý, nguồn ở `suggested_source`.",
          "Do as `suggested_action` says: ▲ call or go there, ● look at the papers and decide. "
          "`suggested_value` is only a suggestion, its source is beside it."),
    Words("Chọn một từ ở cột `decision`, ghi tên vào `decided_by`, ngày vào `decided_at`, lý do vào `note`. "
          "Không sửa `mismatch_id` và `evidence_hash`.",
          "Pick a word in `decision`, write your name into `decided_by`, the day into `decided_at`, a reason into `note`. "
          "Leave `mismatch_id` and `evidence_hash`."),
    Words("Lưu (CSV hay XLSX đều được) và thả tệp vào thư mục `decisions/`. Thử trước: `doisoat decisions check TỆP`. "
          "Lượt sau áp dụng, trả lời từng dòng trong `decisions.csv`, và không hỏi lại cho đến khi bằng chứng đổi.",
          "Save (CSV or XLSX, as you like) and drop the file into `decisions/`. To try it first: `doisoat decisions check FILE`. "
          "The next run applies it, answers row by row in `decisions.csv`, and does not ask again until the evidence changes."),
)  # fmt: skip
_MARKS = (
    ("[Văn|Vân]", Words("khác chữ: trái là đối tác, phải là dân cư", "other letters: partner left, register right")),
    ("[Án~Ấn]", Words("chỉ khác dấu", "only accents or tone marks differ")),
    ("Lê [Thị|] Hoa", Words("bên phải thiếu từ này", "the register lacks the word")),
    ("0790[61|16]1", Words("hai chữ số đổi chỗ", "two digits changed places")),
    ("[tổ 5|?]", Words("dân cư không nêu; không phải là khác", "the register does not say it; no disagreement")),
    (
        "certain, likely, weak",
        Words("độ chắc của liên kết với cư dân: chắc chắn, nhiều khả năng, yếu", "how sure the link to the resident is"),
    ),
)
_EXTRA = (
    Words("Cột `decision` nói về phát hiện chính; muốn nói về phát hiện khác, thêm cột `decision_<MÃ>`. Hai người quyết định khác nhau: cả hai được "
          "thấy, ai quyết định sau đó là người chốt. Nhiều dòng cùng một nguyên nhân (`cause_id`) có thể quyết định một lần trong `causes.xlsx`.",
          "`decision` is about the primary finding; a column `decision_<CODE>` is about that one. If two people contradict each other both are shown, "
          "and whoever decides after that settles it. Rows of one cause (`cause_id`) can be decided at once in `causes.xlsx`."),
    Words("`RESIDENCE_ELSEWHERE` tự nó không phải là sai sót: chủ nhà cho thuê vẫn có thể đứng tên. "
          "Địa chỉ theo tên xã, huyện, tỉnh cũ không bao giờ là sai lệch. "
          "Tệp có dữ liệu cá nhân: không gửi qua thư điện tử hay ứng dụng nhắn tin.",
          "`RESIDENCE_ELSEWHERE` is no error in itself: a landlord may be the holder. An address under its old names is never a mismatch. "
          "The files hold personal data: do not send them by mail or messenger."),
)  # fmt: skip


def blocks() -> list[Block]:
    """The guide from top to bottom."""
    decisions, reviews = tuple(DECISION_WORDS.items()), tuple(REVIEW_WORDS.items())
    word, meaning = Words("từ", "word"), Words("nghĩa", "meaning")
    return [
        Block("title", TITLE),
        Block("list", items=tuple((str(at), step) for at, step in enumerate(_STEPS, 1))),
        Block("picture", Words("Bảng tính với dữ liệu mẫu hư cấu (một số cột)", "the spreadsheet with the fictional sample (some of its columns)")),
        Block("heading", Words("Quyết định", "decisions")),
        Block("table", header=(Words("decision", "decision"), meaning), items=decisions),
        Block("text", Words("Trong `clerical_review.csv` (chưa rõ là ai; xác suất luôn cắt bớt, không làm tròn lên):",
                            "in `clerical_review.csv` (not sure who it is; probabilities are cut, never rounded up):")),
        Block("table", header=(Words("decision", "decision"), meaning), items=reviews),
        Block("heading", Words("Dấu trong ô", "marks in a cell")),
        Block("table", header=(word, meaning), items=_MARKS),
        *(Block("text", words) for words in _EXTRA),
        Block("heading", Words("Từng phát hiện: nghĩa gì, làm gì", "each finding: what it means, what to do")),
        Block("text", Words("▲ phải xác minh tại chỗ; ● người xem quyết định; ○ khác hình thức, không nằm trong danh sách việc",
                            "▲ go or call; ● a person decides; ○ form only, never in the work list")),
        Block("findings", header=(Words("mã", "code"), Words("nghĩa", "meaning"), Words("làm gì", "what to do"))),
    ]  # fmt: skip


def finding_rows() -> list[tuple[str, str, Words, Words]]:
    """Signs, code, meaning and action of every finding."""
    return [("".join(SIGNS[kind] for kind in severities(f)), f.code, FINDINGS[f.code], _action(f)) for f in DECLARED]


def _action(finding: Finding) -> Words:
    text = finding.action.get("") or next(iter(finding.action.values()))
    return Words(text.vi, text.en)


def as_markdown() -> str:
    """The guide for a repository's pages; the picture is where the package has it."""
    return "\n\n".join(_markdown(block) for block in blocks()) + "\n"


def _markdown(block: Block) -> str:
    both = f"{block.words.vi} / {block.words.en}"
    if block.kind in ("title", "heading", "text"):
        return {"title": "# ", "heading": "## ", "text": ""}[block.kind] + both
    if block.kind == "list":
        return "\n".join(f"{at}. {words.vi}  \n   *{words.en}*" for at, words in block.items)
    if block.kind == "picture":
        return f"![{block.words.vi}](../flows/report/data/{PICTURE})  \n*{both}*"
    if block.kind == "table":
        return _markdown_table([f"{h.vi}" for h in block.header], [[f"`{_bar(term)}`", f"{w.vi} / {w.en}"] for term, w in block.items])
    rows = [[f"{sign} `{code}`", f"{told.vi}<br>*{told.en}*", f"{act.vi}<br>*{act.en}*"] for sign, code, told, act in finding_rows()]
    return _markdown_table([h.both("vi") for h in block.header], rows)


def _bar(term: str) -> str:
    return term.replace("|", "\\|")


def _markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows))


def as_html() -> str:
    """The guide as one page that opens offline and prints on two sheets of A4."""
    folder = files("flows.report")
    css = folder.joinpath("templates/report.css").read_text("utf-8") + folder.joinpath("templates/guide.css").read_text("utf-8")
    content = Markup("\n").join(_html(block) for block in blocks())
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{TITLE.vi}</title><style>{css}</style>'
    return f'<!DOCTYPE html>\n<html lang="vi"><head>{head}</head>\n<body class="guide"><main>\n{content}\n</main></body></html>\n'


def _html(block: Block) -> Markup:
    both = _both(block.words)
    if block.kind in ("title", "heading", "text"):
        tag = {"title": "h1", "heading": "h2", "text": "p"}[block.kind]
        return Markup(f"<{tag}>{both}</{tag}>")
    if block.kind == "list":
        return Markup("<ol>" + "".join(f"<li>{_both(words)}</li>" for _, words in block.items) + "</ol>")
    if block.kind == "picture":
        data = base64.b64encode(files("flows.report").joinpath(f"data/{PICTURE}").read_bytes()).decode("ascii")
        return Markup(
            f'<figure><img alt="{escape(block.words.vi)}" src="data:image/png;base64,{data}"><figcaption>{both}</figcaption></figure>'
        )
    head = "".join(f"<th>{escape(h.vi)}</th>" for h in block.header)
    if block.kind == "table":
        rows = "".join(f"<tr><th><code>{escape(term)}</code></th><td>{_both(words)}</td></tr>" for term, words in block.items)
    else:
        rows = "".join(
            f"<tr><th>{s} <code>{c}</code></th><td>{_both(told)}</td><td>{_both(act)}</td></tr>" for s, c, told, act in finding_rows()
        )
    return Markup(f'<table class="{block.kind}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>')


def _both(words: Words) -> Markup:
    """Vietnamese with English beside it; what stands between backticks is a name of the files."""
    return Markup(f'{_coded(words.vi)} <span class="en" lang="en">{_coded(words.en)}</span>')


def _coded(text: str) -> str:
    parts = str(escape(text)).split("`")
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(as_markdown(), "utf-8")
    print(sys.argv[1])
