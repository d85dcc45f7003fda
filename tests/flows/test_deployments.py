"""`prefect.yaml`: a deployment for every partner that ships, each with its run file, its hour, one run at a time, and a path as only parameter."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from flows.config import load_settings
from matching.sources import SOURCES, source

ROOT = Path(__file__).parents[2]
DECLARED: dict[str, Any] = YAML(typ="safe").load((ROOT / "prefect.yaml").read_text("utf-8"))
DEPLOYMENTS: list[dict[str, Any]] = DECLARED["deployments"]
PARTNERS = {name for name in SOURCES if source(name).role == "partner"} - {
    "people"
}  # that one is for whichever file comes: it has no sample


@pytest.mark.parametrize("one", DEPLOYMENTS, ids=[one["name"] for one in DEPLOYMENTS])
def test_a_deployment_is_whole(one: dict[str, Any]) -> None:
    settings = load_settings(ROOT / one["parameters"]["run_file"])
    assert settings.partner.source == settings.name == one["tags"][0] == one["name"].split("-")[0]
    assert list(one["parameters"]) == ["run_file"] and (ROOT / one["parameters"]["run_file"]).is_file()
    assert one["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"} and one["work_pool"]["name"] == "doisoat"
    (schedule,) = one["schedules"]
    assert schedule["timezone"] == "Asia/Ho_Chi_Minh" and schedule["active"] and len(schedule["cron"].split()) == 5
    module, _, function = one["entrypoint"].partition(".py:")
    assert callable(getattr(import_module(module.replace("/", ".")), function))


def test_every_partner_has_one_and_no_two_share_an_hour_or_an_output() -> None:
    assert {one["tags"][0] for one in DEPLOYMENTS} == PARTNERS
    assert len({one["schedules"][0]["cron"].rsplit(" ", 3)[0] for one in DEPLOYMENTS}) == len(DEPLOYMENTS)
    assert len({load_settings(ROOT / one["parameters"]["run_file"]).root for one in DEPLOYMENTS}) == len(DEPLOYMENTS)
