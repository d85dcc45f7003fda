"""`doisoat train`: a model from a run's files, the same whatever the order of rows, used only by the run that names it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.config import Settings, load_settings
from flows.generate import generate_world
from flows.manifest import input_fingerprint
from flows.train import TrainingEnd, train_on
from matching.comparisons import COMPARISONS
from matching.errors import ConfigError
from matching.model import DEFAULT, load_model, parse_model
from tests.conftest import Doisoat


@pytest.fixture(scope="module", autouse=True)
def _few_random_pairs() -> Iterator[None]:
    """Enough to tell shares from nothing, in less time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matching.samples.SAMPLE", 60_000)
        yield


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("train") / "world"
    generate_world(1_500, 11, folder)
    return folder


@pytest.fixture(scope="module")
def end(world: Path) -> TrainingEnd:
    return train_on([load_settings(world / "run.toml")])


def test_a_trained_model_is_a_model(end: TrainingEnd) -> None:
    model = parse_model(end.text, "model.json")
    assert model.name == "electricity" and 0.8 < model.share_in_register < 1
    assert {name: dict(levels) for name, levels in model.weights.items()} == {
        name: dict(levels) for name, levels in end.trained.model.weights.items()
    }
    assert end.trained.learned.converged


def test_it_says_what_it_rests_on(end: TrainingEnd) -> None:
    training = json.loads(end.text)["training"]
    assert training["converged"] is True and 1 < training["iterations"] < 100 and training["last_change"] < 1e-5
    assert training["registers"] == [{"residents": 1_500, "records": training["registers"][0]["records"]}]
    assert training["pairs"]["name"]["exact"] > 200
    assert training["u"]["name"]["exact"] == "counted in every run" and training["u"]["age"]["minor"].startswith("random pairs: ")
    assert training["kept"]["name"]["else"] == "by definition"
    assert set(training["kept"]["birth"].values()) == {"too little was seen"}  # contracts have no birth dates
    birth = load_model(DEFAULT).weights["birth"]
    assert {level: w.m for level, w in end.trained.model.weights["birth"].items()} == {level: w.m for level, w in birth.items()}


def test_order_and_threads_change_nothing(world: Path, end: TrainingEnd, tmp_path: Path) -> None:
    for name, ending in (("register.csv", "\n"), ("contracts.csv", "\r\n")):
        header, *rows = (world / name).read_text("utf-8-sig").replace("\r\n", "\n").rstrip("\n").split("\n")
        random.Random(3).shuffle(rows)
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + "".join(f"{line}{ending}" for line in [header, *rows]).encode())
    (tmp_path / "run.toml").write_text((world / "run.toml").read_text("utf-8") + "\n[engine]\nthreads = 1\n", "utf-8")
    assert train_on([load_settings(tmp_path / "run.toml")]).text == end.text


def test_nothing_is_left_behind(world: Path, end: TrainingEnd) -> None:
    assert end.text
    assert list((world / "runs").iterdir()) == []


def test_a_model_holds_no_values(world: Path, end: TrainingEnd) -> None:
    rows = (world / "register.csv").read_text("utf-8-sig").split("\n")[1:]
    cells = {cell for row in rows for cell in row.split(",") if len(cell) > 8}
    assert not [cell for cell in cells if cell in end.text]


def test_two_files_teach_together(world: Path, end: TrainingEnd) -> None:
    settings = load_settings(world / "run.toml")
    both = train_on([settings, settings]).trained
    assert both.worlds == end.trained.worlds * 2
    for name in COMPARISONS:
        for level, pairs in end.trained.learned.evidence[name].items():
            assert both.learned.evidence[name][level] == pytest.approx(2 * pairs, rel=0.05, abs=3), (name, level)


def test_one_source_and_one_start(world: Path, end: TrainingEnd, tmp_path: Path) -> None:
    settings = load_settings(world / "run.toml")
    with pytest.raises(ConfigError, match="one model to start from"):
        train_on([settings, with_model(settings, end.text, tmp_path / "model.json")])


def with_model(settings: Settings, text: str, file: Path) -> Settings:
    file.write_text(text, "utf-8")
    return replace(settings, linkage=replace(settings.linkage, model=file))


def test_the_run_file_names_the_model(world: Path, end: TrainingEnd, tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(end.text, "utf-8")
    run_file = tmp_path / "run.toml"
    run_file.write_text((world / "run.toml").read_text("utf-8") + '\n[linkage]\nmodel = "mine.json"\n', "utf-8")
    settings = load_settings(run_file)
    assert settings.linkage.model == (tmp_path / "mine.json").resolve()
    assert load_model("electricity", settings.linkage.model).sha256 == parse_model(end.text, "").sha256
    shipped = replace(settings, linkage=replace(settings.linkage, model=None))
    prints = {input_fingerprint(s, {}, tmp_path / "none") for s in (settings, shipped)}
    (tmp_path / "mine.json").rename(tmp_path / "other.json")
    renamed = replace(settings, linkage=replace(settings.linkage, model=tmp_path / "other.json"))
    assert len(prints) == 2 and input_fingerprint(renamed, {}, tmp_path / "none") in prints


WRONG_MODELS = {
    "no file": (None, "cannot be read"),
    "no JSON": ("{", "no JSON"),
    "a list": ("[]", "list"),
    "a level less": ("surname_given", "exactly"),
    "m of nothing": ("m = 0", "0 < m <= 1"),
    "a count that there is not": ("u = x", "a probability or one of"),
}


@pytest.mark.parametrize("why", WRONG_MODELS)
def test_wrong_models_are_told(why: str, world: Path, end: TrainingEnd, tmp_path: Path) -> None:
    text, says = WRONG_MODELS[why]
    content = json.loads(end.text)
    if text == "surname_given":
        del content["name"]["surname_given"]
        text = json.dumps(content)
    elif text == "m = 0":
        content["place"]["door"]["m"] = 0
        text = json.dumps(content)
    elif text == "u = x":
        content["place"]["door"]["u"] = "x"
        text = json.dumps(content)
    if text is not None:
        (tmp_path / "mine.json").write_text(text, "utf-8")
    run_file = tmp_path / "run.toml"
    run_file.write_text((world / "run.toml").read_text("utf-8") + '\n[linkage]\nmodel = "mine.json"\n', "utf-8")
    with pytest.raises(ConfigError) as error:
        load_settings(run_file)
    (problem,) = error.value.problems
    line = run_file.read_text("utf-8").split("\n").index('model = "mine.json"') + 1
    assert problem.where == f"{run_file}:{line}: [linkage] model" and says in str(problem)


def test_the_command(world: Path, end: TrainingEnd, tmp_path: Path, doisoat: Doisoat) -> None:
    done = doisoat("train", world / "run.toml", "--out", tmp_path / "model.json")
    assert (done.code, done.err) == (0, "")
    assert (tmp_path / "model.json").read_text("utf-8") == end.text
    assert "đã hội tụ / converged" in done.out and "m trước / before" in done.out
    assert doisoat("train", world / "run.toml", "--out", tmp_path / "no" / "model.json").code == 2
