"""`validate`: an extract held against its gates alone, for whoever makes it, takes it, or lets a build server watch over it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands import app, console, writable
from flows.help_page import Command

if TYPE_CHECKING:
    from flows.validate.outcome import Outcome

_FILE: dict[str, Any] = {"dir_okay": False, "callback": writable}
Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Các tệp của một lần nhận / the files of one extract.")]
SourceName = Annotated[str, typer.Option("--source", metavar="NAME", help="Nguồn dữ liệu của các tệp / the source that the files are of.")]
RunFile = Annotated[
    Path | None,
    typer.Option("--run", metavar="RUN.toml", help="Tệp cấu hình: cột, bảng mã, giới hạn / a run file: columns, encoding, bounds."),
]
Accepted = Annotated[
    Path | None,
    typer.Option(
        "--accepted",
        metavar="FILE|DIR",
        help="Hồ sơ lần nhận trước, hoặc thư mục lượt chạy / the last accepted profile, or a run's folder.",
    ),
]
Accept = Annotated[
    bool, typer.Option("--accept", help="Nếu đạt, ghi hồ sơ của tệp vào --accepted / if it passes, keep its profile in --accepted.")
]
Allowed = Annotated[
    list[str] | None,
    typer.Option(
        "--allow", metavar="GROUP", help="Cho qua một nhóm thay đổi, lặp lại được / let a group of changes pass, may be repeated."
    ),
]
AsOf = Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Ngày chốt / the day of the extract.")]
Json = Annotated[Path | None, typer.Option("--json", help="Ghi kết luận dạng JSON / write the verdict as JSON.", **_FILE)]
JUnit = Annotated[Path | None, typer.Option("--junit", help="Ghi kết luận dạng JUnit XML / write the verdict as JUnit XML.", **_FILE)]
Sarif = Annotated[Path | None, typer.Option("--sarif", help="Ghi kết luận dạng SARIF / write the verdict as SARIF.", **_FILE)]
DataDocs = Annotated[
    Path | None,
    typer.Option(
        "--data-docs", metavar="DIR", file_okay=False, help="Ghi trang HTML vào thư mục này / write an HTML page into this folder."
    ),
]
Quarantine = Annotated[
    Path | None,
    typer.Option(
        "--quarantine",
        help="Ghi các dòng bị loại, CÓ DỮ LIỆU CÁ NHÂN / write refused rows, WITH PERSONAL DATA.",
        **_FILE,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Chỉ báo lỗi / print errors only.")]


@app.command(cls=Command)
def validate(
    files: Files,
    source: SourceName,
    run_file: RunFile = None,
    accepted: Accepted = None,
    accept: Accept = False,
    allow: Allowed = None,
    as_of: AsOf = None,
    json: Json = None,
    junit: JUnit = None,
    sarif: Sarif = None,
    data_docs: DataDocs = None,
    quarantine: Quarantine = None,
    quiet: Quiet = False,
) -> None:
    """Kiểm tra riêng một tệp, không đối soát / hold an extract against its gates, without a run."""
    from flows.validate.ask import keep, request, show, validated

    asked = request(files, source, run_file, accepted, tuple(allow or ()), as_of.date() if as_of else None, accept)
    outcome = validated(asked, quarantine)
    _write(outcome, json, junit, sarif, data_docs)
    if accept and outcome.exit_code == 0:
        keep(asked, outcome)
    show(outcome, None if quiet else console())


def _write(outcome: Outcome, json: Path | None, junit: Path | None, sarif: Path | None, data_docs: Path | None) -> None:
    from flows.validate.files import as_json, as_junit, as_sarif, write_text
    from flows.validate.page import write_page

    for file, text in ((json, as_json), (junit, as_junit), (sarif, as_sarif)):
        if file is not None:
            write_text(file, text(outcome))
    if data_docs is not None:
        write_page(outcome, data_docs)
