"""What must hold of any input: it is refused with our own error, or every row of it is accounted for; nothing else may happen."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import zstandard

from flows.extract.bounds import OF_FILES
from flows.ingest import InputOptions, ingest
from flows.validate.files import as_json, as_junit, as_sarif
from flows.validate.hold import validate
from flows.validate.outcome import Request
from flows.validate.page import render
from matching.errors import InputRefused
from matching.sources import source
from tests.flows.validate.schemas import check_junit, check_sarif
from tests.soak.mutate import Input, Mutations
from tests.soak.runs import finish, forget, last_run, torn


@dataclass
class Tally:
    """What became of the inputs; `wrong` has the seed and what was done to each that did not end as it must."""

    read: int = 0
    refused: int = 0
    rows: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        total = self.read + self.refused + len(self.wrong)
        return f"{total} mutated inputs: {self.read} read ({self.rows} rows), {self.refused} refused, {len(self.wrong)} wrong"


def try_all(seeds: range, folder: Path) -> Tally:
    """Read the inputs of all seeds."""
    mutations, tally = Mutations(folder), Tally()
    for seed in seeds:
        made = mutations.make(seed)
        work = Path(tempfile.mkdtemp(dir=folder))
        try:
            tally.rows += _read(made, work)
            tally.read += 1
        except InputRefused as refused:
            tally.refused += 1
            if not refused.problems or not all(problem.found and problem.expected for problem in refused.problems):
                tally.wrong.append(f"seed {seed} ({', '.join(made.changes)}): refused without a reason")
        except Exception as error:  # whatever it is, it is what is looked for
            tally.wrong.append(f"seed {seed} ({', '.join(made.changes)}): {type(error).__name__}: {error}")
        finally:
            shutil.rmtree(work)
    return tally


def validate_all(seeds: range, folder: Path) -> Counter[str]:
    """How often each status came out of `validate` for the inputs of these seeds, written in every form; `broken` must not."""
    mutations, found = Mutations(folder), Counter[str]()
    for seed in seeds:
        made = mutations.make(seed)
        with tempfile.TemporaryDirectory(dir=folder) as work:
            (Path(work) / made.name).write_bytes(made.content)
            options = InputOptions(base=Path(work), threads=1, allow=OF_FILES)
            outcome = validate(Request(made.source, (Path(work) / made.name,), options, date(2026, 10, 31)), Path(work))
            assert as_json(outcome) and render(outcome)
            (Path(work) / "told.xml").write_text(as_junit(outcome), "utf-8")
            (Path(work) / "told.sarif").write_text(as_sarif(outcome), "utf-8")
            check_junit(Path(work) / "told.xml")
            check_sarif(Path(work) / "told.sarif")
            assert outcome.refused or outcome.rows_read == outcome.rows_accepted + sum(outcome.quarantined.values())
        found[outcome.status] += 1
    return found


def run_all(seeds: range, folder: Path) -> tuple[Counter[int], list[str]]:
    """The exit codes of whole runs with the inputs of these seeds in the place of their source, and which ended as no run may end."""
    mutations, codes, wrong = Mutations(folder), Counter[int](), []
    world = folder / "world"
    good = {name: (world / name).read_bytes() for name in ("contracts.csv", "register.csv")}
    (world / "run.toml").write_text(
        (world / "run.toml").read_text("utf-8").replace("[register]", f"[drift]\nallow = {list(OF_FILES)}\n\n[register]"),
        "utf-8",
    )
    for seed in seeds:
        made = mutations.make(seed)
        (world / ("contracts.csv" if made.source == "electricity" else "register.csv")).write_bytes(made.content)
        code = finish(world / "run.toml")
        codes[code] += 1
        if code not in (0, 1, 3, 5):
            wrong.append(f"seed {seed} ({', '.join(made.changes)}): ended with {code}")
        if code in (0, 1):
            summary = json.loads((last_run(world) / "summary.json").read_text("utf-8"))
            if summary["rows_read"] != sum(summary["outcomes"].values()) or torn(world):
                wrong.append(f"seed {seed} ({', '.join(made.changes)}): the outcomes do not add up to the rows")
        forget(world)
        for name, content in good.items():
            (world / name).write_bytes(content)
    return codes, wrong


def _read(made: Input, work: Path) -> int:
    """The number of rows read; AssertionError unless the report's ledger is that of the files that were written."""
    file = work / made.name
    file.write_bytes(made.content)
    allow = OF_FILES if made.seed % 2 else ()
    report = ingest(
        source(made.source),
        [file],
        InputOptions(base=work, allow=allow),
        work / "raw",
        work / "quarantine",
        work / "tmp",
    )
    written = [(row["file"], row["line"]) for name in ("raw", "quarantine") for part in sorted((work / name).glob("*.parquet"))
               for row in pq.read_table(part, columns=["file", "line"]).to_pylist()]  # fmt: skip
    assert report.rows_read == len(written) == len(set(written)), "rows read are not the rows written, each once"
    assert report.rows_read == report.rows_accepted + sum(report.rows_quarantined.values()), "the ledger does not add up"
    assert report.rows_accepted > 0 and not list((work / "tmp").iterdir())
    if made.name.endswith(".csv") and not report.files[0].encoding.startswith("utf-16"):
        assert _unread(unpacked(made.content), {line for _, line in written}) == [], "a line that was neither read nor blank"
    return report.rows_read


def unpacked(content: bytes) -> bytes:
    """What is in a gzip or zstd file; the bytes themselves if it is neither."""
    if content.startswith(b"\x1f\x8b"):
        return gzip.decompress(content)
    return zstandard.ZstdDecompressor().decompressobj().decompress(content) if content.startswith(b"\x28\xb5\x2f\xfd") else content


def _unread(content: bytes, written: set[int]) -> list[int]:
    """The lines below the first row that hold something and were not written: counted here without any help of the reader."""
    texts = enumerate(re.split(rb"\r\n|\n|\r", content), 1)
    return [at for at, text in texts if at > min(written) and at not in written and text.decode("utf-8", "replace").strip("\ufeff").strip()]
