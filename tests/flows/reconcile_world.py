"""Worlds for whole runs, and what is looked for in what a run leaves behind."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.generate import generate_world
from matching.standardise.text import fold
from tests.conftest import Done

ROOT = Path(__file__).parent.parent.parent

# A resident and his contract that nobody else resembles: found anywhere, they were leaked.
NAME, NUMBER, OLD_NUMBER, PHONE = "Quách Hồng Nhạn Yến", "001090987654", "019876543", "0987604321"
ADDRESS = "Số 9871, phố Lý Thường Kiệt, Phường Ba Đình, Thành phố Hà Nội"
CANARIES = (NAME, "Quách", "Nhạn Yến", NUMBER, OLD_NUMBER, PHONE, "9871, phố")
RECORD = "PD03009876543"
CONTRACT = f"{RECORD};{NAME};{NUMBER};{PHONE};{ADDRESS};30/10/2021;Sinh hoạt;1;00000259;"
RESIDENT = f'CD987654321,{NUMBER},{OLD_NUMBER},{NAME},,31/05/1990,Nam,H98765432,Chủ hộ,"{ADDRESS}",,,,Đã chết,01/02/2020'
# The people who may see persons' data open these; nothing else in a run's folder may hold any.
PRIVATE = (".csv", ".xlsx", ".parquet")


def make(folder: Path) -> Path:
    """A small generated world with the canary in it; its run file sends the runs into `runs` beside it."""
    generate_world(150, 7, folder, output="runs")
    append(folder / "contracts.csv", CONTRACT, "\r\n")
    append(folder / "register.csv", RESIDENT, "\n")
    return folder


def append(file: Path, line: str, end: str) -> None:
    """One more line."""
    with file.open("ab") as stream:
        stream.write(f"{line}{end}".encode())


def setting(folder: Path, text: str) -> None:
    """Add a section to the run file."""
    run_file = folder / "run.toml"
    run_file.write_text(f"{run_file.read_text('utf-8')}\n{text}\n", "utf-8")


def lines(file: Path) -> list[str]:
    """The lines of a contract or register file, line 1 first."""
    return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n").split("\n")


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by its relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def runs(folder: Path) -> Path:
    """Where the world's runs are."""
    return folder / "runs" / "electricity"


@dataclass(frozen=True)
class SampleRun:
    """`doisoat run` on a copy of the sample: the copy, how it ended, Prefect's home, addresses somebody tried to reach."""

    folder: Path
    done: Done
    home: Path
    reached: list[str]

    @property
    def first(self) -> Path:
        """The published run."""
        return runs(self.folder) / "0001-2026-10-31"


def run_sample(tmp: Path) -> SampleRun:
    """Run a copy of the sample in a process that can reach nothing but this machine, and writes down who tried."""
    folder = Path(shutil.copytree(ROOT / "sample_data", tmp / "sample"))
    run_file = folder / "run.toml"
    run_file.write_text(run_file.read_text("utf-8").replace("../runs", "runs"), "utf-8")
    (tmp / "alone").mkdir()
    (tmp / "alone" / "sitecustomize.py").write_text(ALONE, "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "GX_", "DO_NOT_TRACK"))}
    environment |= {"PREFECT_HOME": str(tmp / "home"), "PYTHONPATH": f"{tmp / 'alone'}:{ROOT}", "REACHED": str(tmp / "reached.txt")}
    command = [sys.executable, "-c", "from flows.cli import main; main()", "run", str(run_file)]
    probe = "import urllib.request; urllib.request.urlopen('http://example.org')"
    subprocess.run([sys.executable, "-c", probe], env=environment, capture_output=True, check=False)
    ended = subprocess.run(command, cwd=tmp, env=environment, capture_output=True, text=True, timeout=300, check=False)
    reached = (tmp / "reached.txt").read_text("utf-8").splitlines()
    return SampleRun(folder, Done(ended.returncode, ended.stdout, ended.stderr), tmp / "home", reached)


# Loaded by every Python process below the run, Prefect's server included.
ALONE = """
import os, socket

def guard(owner, name, at):
    real = getattr(owner, name)
    def guarded(*args, **named):
        target = args[at]
        if isinstance(target, tuple) or name == "getaddrinfo":
            host = target[0] if isinstance(target, tuple) else target
            host = host.decode() if isinstance(host, bytes) else str(host)
            if host not in ("None", "", "localhost", "::1", "0.0.0.0") and not host.startswith("127."):
                with open(os.environ["REACHED"], "a") as file:
                    file.write(f"{name} {target}\\n")
                raise OSError(101, "Network is unreachable")
        return real(*args, **named)
    setattr(owner, name, guarded)

guard(socket, "getaddrinfo", 0)
guard(socket.socket, "connect", 1)
guard(socket.socket, "connect_ex", 1)
"""


def leaks(text: bytes, canaries: Iterable[str] = CANARIES) -> list[str]:
    """The canaries that stand in `text`, however written: composed or not, without accents, escaped, in lower case."""
    lowered = text.lower()
    return [canary for canary in canaries if any(form.lower() in lowered for form in _forms(canary))]


def _forms(canary: str) -> Iterator[bytes]:
    for text in (canary, canary.lower(), canary.upper()):
        for form in ("NFC", "NFD"):
            written = unicodedata.normalize(form, text)
            yield written.encode()
            yield written.encode("utf-16-le")
            yield json.dumps(written)[1:-1].encode()
    if len(fold(canary)) > 8:  # a short word without its accents may be any word
        yield fold(canary).encode()


def leaks_below(folder: Path, canaries: Iterable[str] = CANARIES, allowed: tuple[str, ...] = ()) -> list[str]:
    """Every file below `folder`, by name or content, that holds a canary, but for files of the `allowed` kinds."""
    found = []
    for path in sorted(folder.rglob("*")):
        found += [f"name of {path}: {leak}" for leak in leaks(path.relative_to(folder).as_posix().encode(), canaries)]
        if path.is_file() and path.suffix not in allowed:
            content = path.read_bytes()
            found += [f"{path}: {leak}" for leak in leaks(content + _unpacked(content), canaries)]
    return found


def _unpacked(content: bytes) -> bytes:
    """What Prefect stores as base64 (pickled exceptions), read back."""
    found = re.findall(rb"(?:[A-Za-z0-9+/]{4}|\n|\\n){10,}[A-Za-z0-9+/]*={0,2}", content)
    plain = b""
    for piece in found:
        try:
            plain += base64.b64decode(piece.replace(b"\\n", b""))
        except binascii.Error:
            continue
    return plain
