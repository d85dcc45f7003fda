"""vietnamadminunits on the same strings, in as many processes, with the network taken away; doisoat beside it in the same way.

Used as its own documentation does: `convert_address` for the form of before the reform, and `parse_address` for today's. Which
of the two a text has is not known, so the second is asked when the first finds no commune. Only the loops are timed, after
everything is loaded; each side has as many processes, and each process the same share of the texts.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import get_context
from types import ModuleType
from typing import NoReturn

from flows.bench.figures import Figure, Part, share
from flows.bench.speed import CORES
from flows.generate.units import AS_OF
from matching.standardise.addresses import standardise_addresses

PACKAGE = "vietnamadminunits"
INSTALL = "python -m pip install --group bench"
TITLE = "So với / Beside vietnamadminunits 1.0.4"
Found = tuple[list[str | None], float]


def peer_part(cases: Sequence[tuple[str, str]]) -> Part:
    """Both on `cases` (text, true commune): values a second, their ratio, and how often each finds exactly the commune."""
    if find_spec(PACKAGE) is None:
        return Part(TITLE, notes=(f"chưa cài / not installed: {INSTALL}",))
    texts = [text for text, _ in cases]
    ours, our_seconds = _in_processes(_doisoat, texts)
    peer, peer_seconds = _in_processes(_peer, texts)
    _, parse_seconds = _in_processes(_peer_parse, texts)
    truth = [commune for _, commune in cases]
    return Part(TITLE, (
        Figure("nhanh gấp (chuyển đổi) / times as fast (convert, else parse)", peer_seconds / our_seconds, "x"),
        Figure("nhanh gấp (chỉ phân tích) / times as fast (parse only)", parse_seconds / our_seconds, "x"),
        Figure("doisoat", len(texts) / our_seconds, "/s"),
        Figure("vietnamadminunits, convert_address, else parse_address", len(texts) / peer_seconds, "/s"),
        Figure("vietnamadminunits, parse_address", len(texts) / parse_seconds, "/s"),
        share("doisoat: đúng một xã / exactly the commune", _right(ours, truth), len(truth)),
        share("vietnamadminunits: đúng một xã / exactly the commune", _right(peer, truth), len(truth)),
    ), notes=(f"{len(texts):,} địa chỉ, {CORES} tiến trình, không mạng / addresses, processes, no network",))  # fmt: skip


def _right(found: Sequence[str | None], truth: Sequence[str]) -> int:
    return sum(one == commune for one, commune in zip(found, truth, strict=True))


def _in_processes(task: Callable[[list[str]], Found], texts: list[str]) -> Found:
    """What `task` finds for all texts, in their order, and the seconds of the slower process."""
    size = -(-len(texts) // CORES)
    chunks = [texts[start : start + size] for start in range(0, len(texts), size)]
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        results = list(pool.map(task, chunks))
    return [one for found, _ in results for one in found], max(seconds for _, seconds in results)


def _doisoat(texts: list[str]) -> Found:
    standardise_addresses(["1 Lê Lợi, Phường Bến Thành, Quận 1"], AS_OF)
    start = time.perf_counter()
    communes = standardise_addresses(texts, AS_OF).column("commune").to_pylist()
    return communes, time.perf_counter() - start


def _peer(texts: list[str]) -> Found:
    package = _loaded()

    def ask(text: str) -> str | None:
        """The commune's code by either of its two ways to ask, or None."""
        return _asked(package.convert_address, text) or _asked(package.parse_address, text)

    return _timed(ask, texts)


def _peer_parse(texts: list[str]) -> Found:
    package = _loaded()
    return _timed(lambda text: _asked(package.parse_address, text), texts)


def _timed(ask: Callable[[str], str | None], texts: list[str]) -> Found:
    ask("1 Lê Lợi, Phường Bến Thành, Quận 1, Thành phố Hồ Chí Minh")
    start = time.perf_counter()
    found = [ask(text) for text in texts]
    return found, time.perf_counter() - start


def _asked(function: Callable[[str], object], text: str) -> str | None:
    """The code of the commune that the peer finds; it raises for what it cannot read, and that is no answer."""
    try:
        unit = function(text)
    except Exception:
        return None
    code = getattr(unit, "ward_code", None)
    return str(code) if code else None


def _loaded() -> ModuleType:
    """The package in a process without a network: some of its answers would come from a geocoder."""
    import_module("ssl")  # makes a subclass of socket.socket, which is gone afterwards
    for name in ("socket", "create_connection", "getaddrinfo"):
        setattr(socket, name, _no_network)
    package = import_module(PACKAGE)
    # Refused at once: the retries of its HTTP client would be counted as the peer's own time (a tenth of it, measured).
    import_module("geopy.geocoders").ArcGIS.geocode = _no_network
    return package


def _no_network(*_: object, **__: object) -> NoReturn:
    raise OSError("the benchmark has no network")
