"""Prints why a resident was not linked to a record: which keys differ, what the comparison would have weighed, what was heavier."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from flows.private_folder import private_folder
from flows.publish import read_manifest
from matching.comparisons import COMPARISONS, comparison
from matching.engine import Limits, connect
from matching.errors import ConfigError, NotFound, Problem
from matching.explain import Explanation
from matching.model import Model, load_model
from matching.sources import source
from matching.why import TABLES, VERDICTS, RuleSaid, WhyNot, why_not

_COLUMNS = {
    "id12": "số định danh / personal number", "id9": "số CMND / old number", "door": "cửa nhà / door", "unplaced": "cửa nhà trong tỉnh / door in the province",
    "key_sorted": "họ tên / name", "key_regional": "họ tên theo vùng miền / regional spelling", "ends": "họ và tên / surname and given name",
    "head_first": "phần tên / part of the name", "head_last": "phần tên / part of the name", "tail_first": "phần tên / part of the name",
    "tail_last": "phần tên / part of the name", "given": "tên / given name", "given_initial": "tên và chữ đầu / given name and initial",
    "commune": "xã / commune", "province": "tỉnh / province", "locality": "đường, thôn / street or hamlet", "birth": "ngày sinh / birth date",
    "abbreviated": "tên viết tắt / initials", "no_commune": "chỉ khi thiếu xã / only without a commune",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunModel:
    """The model of a published run as it can be read today; `same` if that is the one the run weighed with."""

    model: Model
    minimum_age: int
    same: bool


def run_model(run: Path) -> RunModel:
    """The model that the run in folder `run` names in its manifest, else the one that ships for its source."""
    manifest = read_manifest(run)
    settings = manifest["configuration"]
    name, file = settings["partner"]["source"], settings.get("linkage", {}).get("model")
    try:
        model = load_model(name, Path(file) if file else None)
    except ConfigError:  # the file that the run named is gone or another one
        model = load_model(name)
    return RunModel(model, source(name).minimum_age or 0, model.sha256 == manifest.get("model_sha256"))


def print_why_not(run: Path, record_id: str, person_id: str, model: RunModel, known: Explanation, console: Console) -> None:
    """Print why the resident `person_id` is not the link of `record_id`, of which so much is `known`; NotFound if the run knows one of them not."""
    tables = {name: run / "tables" / name for name in TABLES}
    with private_folder() as spill, connect(Limits("4GB", 2, spill, (run,))) as con:
        try:
            found = why_not(con, tables, record_id, person_id, model.model, model.minimum_age, known.prior, known.said)
        except KeyError as error:
            raise _unknown(person=error.args == (person_id,)) from None
    console.print(f"\n[bold]Vì sao không phải / why not[/bold] {person_id}", highlight=False)
    vi, en = VERDICTS[found.verdict]
    console.print(f"  {found.verdict}: {vi} / {en}", markup=False, highlight=False)
    if not model.same:
        console.print("  mô hình đã đổi từ lượt chạy đó / the model has changed since that run", highlight=False)
    _weighed(found, known.prior, console)
    _rules(found, console)


def _unknown(*, person: bool) -> NotFound:
    """What to say of an id that the run does not know; the id itself is not repeated."""
    if person:
        found = "sổ dân cư của lượt chạy này không có người đó / the register of this run has no such resident"
        return NotFound(Problem("--person", found, "mã cư dân (person_id) trong sổ / a person_id of the register"))
    found = "hàng bị loại, không so với ai / a refused row, which was compared with nobody"
    return NotFound(Problem("RECORD_ID", found, "một bản ghi không bị loại / a record that was not refused"))


def _weighed(found: WhyNot, prior: int, console: Console) -> None:
    """The waterfall that the pair has, or would have had."""
    for name in COMPARISONS:
        words = next(declared for declared in comparison(name).levels if declared.name == found.levels[name])
        text = f"{name:<8} {found.levels[name]:<20} {words.vi} / {words.en}"
        console.print(f"    {text:<90} {found.weights[name] / 1000:>+8.2f}", markup=False, highlight=False)
    console.print(f"    {'prior':<90} {prior / 1000:>+8.2f}", highlight=False)
    console.print(f"    {'= ':<90} {found.weight / 1000:>+8.2f}", highlight=False)
    if found.best is not None and found.best_person is not None:
        text = f"người phù hợp nhất / the best fit: {found.best_person}"
        console.print(f"    {text:<90} {found.best / 1000:>+8.2f}", markup=False, highlight=False)


def _rules(found: WhyNot, console: Console) -> None:
    """Which rule proposed the pair; if none did, what of each rule's key differs."""
    if found.proposed_by:
        console.print(f"  do quy tắc đề xuất / proposed by rule: {found.proposed_by}", highlight=False)
        return
    console.print("  quy tắc / rules:", highlight=False)
    for said in found.rules:
        console.print(f"    {said.rule:<18} {_said(said)}", markup=False, highlight=False)


def _said(said: RuleSaid) -> str:
    parts = (("khác / differs", said.differ), ("thiếu / missing", said.unknown), ("trùng / agrees", said.agree))
    return "; ".join(f"{title}: {', '.join(_COLUMNS.get(column, column) for column in columns)}" for title, columns in parts if columns)
