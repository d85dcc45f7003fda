"""The run file (TOML) becomes frozen, plain settings, or one error that lists everything wrong with it, line by line.

Nothing heavy is imported here, so that a wrong key is told in the blink of an eye and not after Prefect has loaded.
"""

from __future__ import annotations

import glob
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import Any

from flows.config_check import Check
from flows.config_lines import key_lines
from flows.config_schema import shown
from flows.extract.bounds import Bounds
from matching.errors import ConfigError, InputRefused, Problem


@dataclass(frozen=True, slots=True)
class InputSettings:
    """One side of the reconciliation: `files` as written, `columns` field -> header or headers; None: found out from the file."""

    source: str
    files: tuple[str, ...]
    columns: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    codes_as_of: date | None = None
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities: a link from `link` on, clerical review from `review` on."""

    link: float = 0.95
    review: float = 0.50


@dataclass(frozen=True, slots=True)
class Extract:
    """What the register's extract covers; no `provinces`: the whole country."""

    extracted_on: date | None = None
    provinces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retention:
    """How many days the run's own tables are kept; reports stay until purged."""

    tables_days: int = 7


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The share of mismatches above which the run ends with 1; None: never."""

    mismatch_rate: float | None = None


@dataclass(frozen=True, slots=True)
class Engine:
    """What the run may use of the machine; results do not depend on it. `stage_timeout` in seconds; None: no limit."""

    memory: str = "4GB"
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    stage_timeout: int | None = None


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """How the files that people open are written."""

    delimiter: str = ","
    lang: str = "both"
    rows_per_file: int = 5_000


@dataclass(frozen=True, slots=True)
class Decisions:
    """The findings (codes) on which two people have to say the same; whether `unsure` leaves a row in the list, for a second look."""

    second_person: tuple[str, ...] = ()
    second_look: bool = False


@dataclass(frozen=True, slots=True)
class Linkage:
    """The model that the run weighs with (a file of `doisoat train`); None: the one that ships for the partner's source."""

    model: Path | None = None


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where the key of the ids is kept; None: `<output>/key`."""

    key_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Notify:
    """Who is told how a run ended, in counts: an address that gets a POST, a command that gets the same on its standard input."""

    webhook: str | None = None
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Log:
    """Where the events of runs are written, one JSON object a line; None: nowhere."""

    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """A run file, resolved: `output` absolute, `base` the folder of the run file, `path` the run file."""

    name: str
    as_of: date
    output: Path
    base: Path
    path: Path
    register: InputSettings
    partner: InputSettings
    thresholds: Thresholds = Thresholds()
    extract: Extract = Extract()
    retention: Retention = Retention()
    tolerance: Tolerance = Tolerance()
    engine: Engine = field(default_factory=Engine)
    report: ReportSettings = ReportSettings()
    decisions: Decisions = Decisions()
    secrets: Secrets = Secrets()
    notify: Notify = Notify()
    log: Log = Log()
    drift: Bounds = field(default_factory=Bounds)
    linkage: Linkage = Linkage()

    @property
    def root(self) -> Path:
        """The folder of this name's runs: `<output>/<name>`."""
        return self.output / self.name


def load_settings(path: Path) -> Settings:
    """The settings that the run file `path` describes.

    Raises ConfigError with every problem at once; each names file, line, key, what was found and what is allowed.
    """
    text = _read(path)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_syntax_problem(path, text, str(error))) from None
    except RecursionError:
        raise ConfigError(_syntax_problem(path, text, "lồng quá sâu / nested too deep")) from None
    check = Check(str(path), key_lines(text))
    values = check.sections(document)
    thresholds = values["thresholds"]
    check.inputs(values)
    check.thresholds(**{**asdict(Thresholds()), **thresholds}, given=thresholds)
    base = path.resolve().parent
    if "output" in values[""]:
        check.output(_below(base, values[""]["output"]), values[""].get("name", ""))
    if "model" in values["linkage"]:
        check.model(_below(base, values["linkage"]["model"]))
    if check.problems:
        raise ConfigError(check.problems)
    return _settings(path.resolve(), base, values)


def resolve_inputs(settings: Settings) -> dict[str, tuple[Path, ...]]:
    """The files of both sides, `register` and `partner`: patterns expanded, sorted by name, each once.

    Raises InputRefused for every pattern without a file, every name that is no regular file, and a file on both sides.
    """
    problems: list[Problem] = []
    sides = {"register": settings.register, "partner": settings.partner}
    found = {side: _expand(settings, side, chosen.files, problems) for side, chosen in sides.items()}
    for both in sorted(set(found["register"]) & set(found["partner"])):
        where = f"{settings.path}: files"
        problems.append(Problem(where, f"{both.name}: ở cả hai bên / on both sides", "mỗi tệp một bên / one side a file"))
    if problems:
        raise InputRefused(problems)
    return found


def _expand(settings: Settings, side: str, patterns: Iterable[str], problems: list[Problem]) -> tuple[Path, ...]:
    found: set[Path] = set()
    for pattern in patterns:
        where = f"{settings.path}: [{side}] files {shown(pattern)}"
        names = _matches(settings.base, pattern)
        if not names:
            fix = f"đường dẫn tính từ / paths start at: {settings.base}"
            problems.append(Problem(where, "không có tệp nào / no such file", "ít nhất một tệp / at least one file", fix))
        for name in names:
            if _leads_out(settings.base, pattern, name):
                expected = "tệp nằm trong thư mục đó / a file that lies in that folder"
                problems.append(Problem(where, f"{name.name}: liên kết ra ngoài / a link that leads out", expected))
            elif name.is_file() and os.access(name, os.R_OK):
                found.add(name.resolve())
            else:
                fix = f'thư mục thì viết / for a folder write: "{pattern.rstrip("/")}/*.csv"' if name.is_dir() else ""
                expected = "tệp thường đọc được / a readable regular file"
                problems.append(Problem(where, f"{name.name}: không đọc được / cannot be read", expected, fix))
    return tuple(sorted(found))


def _leads_out(base: Path, pattern: str, name: Path) -> bool:
    """Whether a pattern came to a file outside of the folder it looks in and of the run file's: who drops files there may not point elsewhere.

    A file that is named, without a pattern, may be a link to wherever it likes.
    """
    if name == base / pattern:
        return False
    fixed = list(takewhile(lambda part: not glob.has_magic(part), Path(pattern).parts))
    return not any(name.resolve().is_relative_to(folder.resolve()) for folder in (base, base / Path(*fixed)))


def _matches(base: Path, pattern: str) -> list[Path]:
    literal = base / pattern
    if literal.exists():  # a name may hold the marks of a pattern: "a[1].csv"
        return [literal]
    names = glob.glob(pattern, root_dir=base, recursive=True)  # noqa: PTH207  (Path.glob takes no absolute pattern)
    found = [base / name for name in names]
    return [path for path in found if not path.is_dir() and not path.name.startswith("~$")]  # "~$": Excel's lock files


def _read(path: Path) -> str:
    expected = "tệp cấu hình TOML đọc được / a readable run file (TOML)"
    try:
        if not path.is_file():
            raise ConfigError(Problem(str(path), "không có tệp này / no such file", expected))
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(Problem(str(path), f"{type(error).__name__}: {error.strerror}", expected)) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = f"{path}:{data[: error.start].count(10) + 1}"
        fix = "lưu lại bằng UTF-8 / save it as UTF-8"
        raise ConfigError(Problem(where, "không phải UTF-8 / not UTF-8", "UTF-8", fix)) from None


def _syntax_problem(path: Path, text: str, message: str) -> Problem:
    place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", message)
    line = (place and place[1]) or len(text.splitlines())
    reason = message[: place.start()] if place else message
    fix = "chuỗi phải có ngoặc kép / text stands in quotes; https://toml.io"
    return Problem(f"{path}:{line}", f"sai cú pháp / syntax error: {reason}", "TOML 1.0", fix)


def _settings(path: Path, base: Path, values: Mapping[str, Mapping[str, Any]]) -> Settings:
    key_file, model = values["secrets"].get("key_file"), values["linkage"].get("model")
    log_file = values["log"].get("file")
    return Settings(
        name=values[""]["name"],
        as_of=values[""]["as_of"],
        output=_below(base, values[""]["output"]),
        base=base,
        path=path,
        register=InputSettings(**values["register"]),
        partner=InputSettings(**values["partner"]),
        thresholds=Thresholds(**values["thresholds"]),
        extract=Extract(**values["register_extract"]),
        retention=Retention(**values["retention"]),
        tolerance=Tolerance(**values["tolerance"]),
        engine=Engine(**values["engine"]),
        report=ReportSettings(**values["report"]),
        decisions=Decisions(**values["decisions"]),
        drift=Bounds(**values["drift"]),
        secrets=Secrets(_below(base, key_file) if key_file else None),
        linkage=Linkage(_below(base, model) if model else None),
        notify=Notify(**values["notify"]),
        log=Log(_below(base, log_file) if log_file else None),
    )


def _below(base: Path, name: str) -> Path:
    return (base / Path(name).expanduser()).resolve()
