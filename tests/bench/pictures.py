"""The pictures of README and guide, made of a published run of the fictional sample by headless Chromium.

    python -m tests.bench.pictures RUN_DIR      docs/images/*.png and flows/report/data/bang_tinh.png anew

The phone is a frame of 390 pixels, since a headless window is never narrower than 500. pngquant makes the files small.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

import python_calamine
from xlsxwriter.utility import xl_col_to_name

ROOT = Path(__file__).parents[2]
SHOWN = {
    "mismatch_id": 130, "severity": 74, "primary_finding": 170, "reason_vi": 330, "name_diff": 170, "number_diff": 175, "address_partner": 210,
    "permanent_address_register": 210, "suggested_value": 140, "decision": 130, "decided_by": 100,
}  # fmt: skip
ROWS = 7
_FILLED = {0: ("partner_wrong", "Lan"), 1: ("unsure", "Lan")}  # what a reviewer would have written by now
_QUIET = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
_QUIET += "--disable-component-update --disable-sync --hide-scrollbars"
_CSS = """body{margin:0;font:13px/1.35 Carlito,Calibri,"Noto Sans",sans-serif;background:#fff;color:#222}table{border-collapse:collapse;table-layout:fixed}
th,td{border:1px solid #d4d4d4;padding:2px 5px;vertical-align:top;text-align:left;overflow:hidden;overflow-wrap:anywhere;font-weight:400}
.l{background:#f3f3f3;color:#666;text-align:center}.h{font-weight:700;background:#eceff1}.p{background:#dce9f5}.d{background:#fff1cc}.f:after{content:"▾";float:right;color:#888}
.tabs{background:#f3f3f3;padding:5px 10px;color:#555}
.tabs b{background:#fff;padding:4px 14px;border-bottom:2px solid #1e7145;color:#1e7145}.tabs span{padding:4px 14px}"""


def sheet(run: Path) -> str:
    """The first sheet of the real mismatches.xlsx, a few of its columns and one row for each of its commonest kinds."""
    lines = python_calamine.CalamineWorkbook.from_path(str(run / "mismatches.xlsx")).get_sheet_by_index(0).to_python()
    header, rows = [str(cell) for cell in lines[0]], [[str(cell) for cell in line] for line in lines[1:]]
    at = {name: header.index(name) for name in SHOWN}
    picked: dict[str, list[str]] = {}
    for row in rows:
        picked.setdefault(row[header.index("primary_finding")], row)
    numbers = [(rows.index(row) + 2, row) for row in list(picked.values())[:ROWS]]
    letters = "".join(f'<th class="l" style="width:{width}px">{xl_col_to_name(at[name])}</th>' for name, width in SHOWN.items())
    names = "".join(f'<th class="h f {_colour(name)}">{name}</th>' for name in SHOWN)
    body = "".join(_row(n, number, row, at) for n, (number, row) in enumerate(numbers))
    tabs = '<div class="tabs"><b>doisoat</b><span>Hướng dẫn</span></div>'
    head = f'<meta charset="utf-8"><style>{_CSS}</style>'
    return f'{head}<table><tr><th class="l" style="width:30px"></th>{letters}</tr><tr><th class="l">1</th>{names}</tr>{body}</table>{tabs}'


def _colour(name: str) -> str:
    return "d" if name.startswith("deci") else "p" if name.endswith(("_partner", "_register", "_diff")) else ""


def _row(n: int, number: int, row: list[str], at: dict[str, int]) -> str:
    values = {name: row[column] for name, column in at.items()}
    if n in _FILLED:
        values |= dict(zip(("decision", "decided_by"), _FILLED[n], strict=True))
    return f'<tr><th class="l">{number}</th>' + "".join(f"<td>{escape(value)}</td>" for value in values.values()) + "</tr>"


def shoot(page: Path, target: Path, width: int, height: int, *more: str) -> None:
    """A picture of `page`, made small."""
    browser = shutil.which("chromium") or "google-chrome"
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser,
            *_QUIET.split(),
            f"--user-data-dir={profile}",
            f"--window-size={width},{height}",
            f"--screenshot={target}",
            *more,
            page.as_uri(),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    if quant := shutil.which("pngquant"):
        subprocess.run([quant, "--force", "--ext", ".png", "--speed", "1", "96", str(target)], check=True, timeout=120)


def main(run: Path) -> None:
    """All pictures."""
    images = ROOT / "docs" / "images"
    images.mkdir(parents=True, exist_ok=True)
    report = run / "report.html"
    with tempfile.TemporaryDirectory() as scratch:
        frame = Path(scratch) / "phone.html"
        style = "width:390px;height:1170px;border:0;transform:scale(1.2821);transform-origin:0 0"
        frame.write_text(f'<body style="margin:0"><iframe src="{report.as_uri()}" style="{style}"></iframe>', "utf-8")
        table = Path(scratch) / "sheet.html"
        table.write_text(sheet(run), "utf-8")
        shoot(report, images / "report-desktop.png", 1440, 4620, "--force-device-scale-factor=0.65")  # down to the causes
        shoot(report, images / "report-dark.png", 1440, 2000, "--force-device-scale-factor=0.75", "--blink-settings=preferredColorScheme=0")
        shoot(frame, images / "report-phone.png", 500, 1500)
        shoot(table, ROOT / "flows" / "report" / "data" / "bang_tinh.png", 1890, 760, "--force-device-scale-factor=0.9")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
