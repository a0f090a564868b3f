"""Who may import whom, what a package says of itself, and what may stand in no file."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES: list[str] = PROJECT["tool"]["setuptools"]["packages"]
OURS = ("agents", "db", "knowledge", "pricedesk", "pricing", "serving", "tools", "ui")
MAY_IMPORT = {
    "pricing": set(),
    "db": {"pricing"},
    "knowledge": {"pricing"},
    "tools": {"pricing", "db", "knowledge"},
    "agents": {"pricing", "db", "knowledge", "tools"},
    "serving": {"pricing", "db", "knowledge", "tools", "agents"},
    "ui": {"pricing", "db", "knowledge", "tools", "agents", "serving"},
    "pricedesk": set(OURS) - {"pricedesk"},
}


@cache
def kept() -> tuple[Path, ...]:
    """The files of the project: those that git holds or would hold."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode:  # no git here, as in an unpacked archive
        return tuple(p for p in ROOT.rglob("*") if p.is_file() and not _made(p.relative_to(ROOT)))
    return tuple(p for name in listed.stdout.decode().split("\0") if name and (p := ROOT / name).is_file())


def _made(path: Path) -> bool:
    hidden = any(part.startswith(".") and part != ".ci" for part in path.parts)
    return hidden or bool({"var", "build", "__pycache__"} & set(path.parts))


def modules(folder: str) -> list[Path]:
    return [p for p in kept() if p.suffix == ".py" and p.relative_to(ROOT).parts[0] == folder]


def imported(path: Path) -> set[str]:
    """The root packages that a module imports anywhere in it, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(path.relative_to(ROOT).parts[0] if node.level else str(node.module).partition(".")[0])
    return found


@pytest.mark.parametrize("folder", OURS)
def test_a_folder_imports_only_what_stands_below_it(folder: str) -> None:
    assert modules(folder)
    for path in modules(folder):
        wrong = imported(path) & {*OURS, "bench", "tests"} - MAY_IMPORT[folder] - {folder}
        assert not wrong, f"{path.relative_to(ROOT)} imports {', '.join(wrong)}"


def test_only_the_composition_root_imports_everything() -> None:
    everything = {name for name in OURS if set().union(*map(imported, modules(name))) >= set(OURS) - {name}}
    assert everything <= {"pricedesk"}


def test_mathematics_knows_no_database_no_settings_and_no_model() -> None:
    for path in modules("pricing"):
        assert not imported(path) & {"sqlalchemy", "sqlmodel", "langchain", "langchain_core", "pydantic_settings", "os"}


def test_no_module_imports_relatively() -> None:
    for folder in OURS:
        for path in modules(folder):
            tree = ast.walk(ast.parse(path.read_text("utf-8")))
            assert not any(isinstance(node, ast.ImportFrom) and node.level for node in tree), path


def test_the_packages_that_are_imported_are_ours() -> None:
    """No distribution may shadow `agents`, `tools`, `db`, `ui`: another process, another folder, the installed ones."""
    code = f"import importlib; print(*(importlib.import_module(n).__file__ for n in {PACKAGES!r}), sep='\\n')"
    for folder in (ROOT, ROOT / "tests"):
        done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
        found = [Path(line).resolve() for line in done.stdout.splitlines()]
        assert found == [ROOT / Path(*name.split(".")) / "__init__.py" for name in PACKAGES]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_says_its_role_in_one_line_and_nothing_else(package: str) -> None:
    path = ROOT / Path(*package.split(".")) / "__init__.py"
    (statement,) = ast.parse(path.read_text("utf-8")).body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Constant)
    assert re.fullmatch(r"\S.*\.", str(statement.value.value))


def test_pyproject_lists_every_package() -> None:
    found = {".".join(p.parent.relative_to(ROOT).parts) for folder in OURS for p in modules(folder)}
    assert found == set(PACKAGES)


def test_pyproject_ships_every_file_that_code_reads_beside_itself() -> None:
    data: dict[str, list[str]] = PROJECT["tool"]["setuptools"]["package-data"]
    shipped = {p for name, globs in data.items() for g in globs for p in (ROOT / Path(*name.split("."))).glob(g)}
    beside = {p for p in kept() if p.relative_to(ROOT).parts[0] in OURS and p.suffix not in (".py", ".pyi")}
    assert beside <= shipped, beside - shipped


TEXT = {".py", ".md", ".toml", ".lock", ".txt", ".cfg", ".ini", ".yml", ".yaml", ".json", ".mako", ".css", ".js", ""}
REGISTRY = re.compile(
    r"\b(?:pypi\.org|pythonhosted\.org|download\.pytorch\.org|registry\.npmjs|proxy\.golang|crates\.io|artifactory)\b"
    r"|index-url[ =]+\w+:|/simple/?(?:\s|$)"
)
MACHINE = re.compile(r"(?<![\w.<}*])/(?:work|home|root|tmp|mnt|Users|workspace|srv/data)/[\w.-]+|[A-Z]:\\\\\w+")


def texts() -> list[tuple[str, str]]:
    return [
        (str(p.relative_to(ROOT)), p.read_text("utf-8"))
        for p in kept()
        if p.suffix in TEXT and p.resolve() != Path(__file__).resolve()
    ]


def test_no_file_names_a_registry() -> None:
    named = {name: REGISTRY.search(text) for name, text in texts()}
    assert not {name: match[0] for name, match in named.items() if match}


def test_no_file_names_a_path_of_one_machine() -> None:
    named = {name: MACHINE.search(text) for name, text in texts()}
    assert not {name: match[0] for name, match in named.items() if match}


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (REGISTRY, "see https://pypi.org/project/x", True),
        (REGISTRY, "--index" + "-url https:" + "//mirror.example", True),
        (REGISTRY, "from PyPI, a registry", False),
        (MACHINE, "open('/home/someone/data.csv')", True),
        (MACHINE, "cd /work" + "/project", True),
        (MACHINE, "GET /home", False),
        (MACHINE, "<b></b>/tmp", False),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], text: str, found: bool) -> None:
    assert bool(pattern.search(text)) == found


def test_modules_are_of_a_size_to_be_read_at_once() -> None:
    long = {str(p.relative_to(ROOT)): n for f in OURS for p in modules(f) if (n := _lines(p)) > 320}
    assert not long


def _lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def test_no_two_test_files_share_a_name() -> None:
    """Test folders are no packages: pytest would take the second file for the first."""
    names = [p.name for p in kept() if p.relative_to(ROOT).parts[0] == "tests" and p.name.startswith("test_")]
    assert not {name for name in names if names.count(name) > 1}
