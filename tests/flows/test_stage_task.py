"""A stage that cannot do with the memory it was given says so; of every other foreign error only the type is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import duckdb
import pytest

from flows.config import load_settings
from flows.stage_task import stage
from matching.errors import ConfigError, DoisoatError, StageError

SETTINGS = load_settings(Path(__file__).parents[2] / "sample_data" / "run.toml")
NAME = "Nguyễn Thị Huyền"


@pytest.mark.parametrize(
    ("error", "kind", "code", "said"),
    [
        (duckdb.OutOfMemoryException(f"could not pin {NAME}"), ConfigError, 2, "[engine] memory = '4GB'"),
        (
            duckdb.OutOfMemoryException(f"failed to allocate data of size 1.0 MiB (190.8 MiB/190.7 MiB used) {NAME}"),
            ConfigError,
            2,
            "190.7 MiB, cần thêm / needed besides: 1.0 MiB",
        ),
        (duckdb.ConversionException(f"{NAME} is no date"), StageError, 70, "ConversionException"),
    ],
)
def test_what_is_told_of_a_foreign_error(error: Exception, kind: type[DoisoatError], code: int, said: str) -> None:
    @stage()
    def hungry(run: object, settings: object) -> None:
        raise error

    with pytest.raises(kind) as told:
        cast(Any, hungry).fn(None, SETTINGS)
    assert told.value.exit_code == code and NAME not in str(told.value)
    assert said in str(told.value)
