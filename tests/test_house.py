"""The house stands: imports run one way, there is no cycle, and each heavy package is imported where it belongs."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("matching", "expectations", "flows")  # each may import itself and those before it
HOME = {"prefect": "flows", "great_expectations": "expectations"}
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
}


def imports(path: Path) -> set[str]:
    """Every module that the file names in an import: the package as well as the submodule that is taken from it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute"
            found |= {str(node.module)} | {name for alias in node.names if (name := f"{node.module}.{alias.name}") in MODULES}
    return found


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_run_one_way(module: str) -> None:
    own = PACKAGES.index(module.split(".", maxsplit=1)[0])
    for name in imports(MODULES[module]):
        top = name.split(".")[0]
        if top in PACKAGES:
            assert PACKAGES.index(top) <= own, f"{module} imports {name}"
        assert HOME.get(top, module.split(".", maxsplit=1)[0]) == module.split(".", maxsplit=1)[0], f"{module} imports {name}"


def test_there_is_no_import_cycle() -> None:
    graph = {module: imports(path) & set(MODULES) for module, path in MODULES.items()}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the cycle; a module that imports itself is one


def test_the_three_packages_are_seen() -> None:
    assert {module.split(".", maxsplit=1)[0] for module in MODULES} == set(PACKAGES)


def test_a_submodule_taken_from_its_package_counts_as_both(tmp_path: Path) -> None:
    """Else a module could import the package that it stands in, which imports it, and no cycle would be seen."""
    (tmp_path / "one.py").write_text("from matching.tables import declaration, Table\n", "utf-8")
    assert imports(tmp_path / "one.py") == {"matching.tables", "matching.tables.declaration"}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_statements_are_those_that_duckdb_2_knows_as_well(module: str) -> None:
    """`x -> x + 1` is an error there, `lambda x: x + 1` is known to both; so with what is gone of its Python interface."""
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]
    assert [text for text in texts if re.search(r"[(,]\s*\w+ -> ", text)] == []
    called = {node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)}
    assert called & {"fetch_arrow_table", "fetch_record_batch"} == set()
