"""Imports point one way, no module grows beyond reading, and nothing of this machine is in the project."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
FORBIDDEN = {
    "components/backend_mtls": {"stacks", "local", "rules", "review", "policies"},
    "stacks": {"local", "rules", "review", "policies"},
    "rules": {"pulumi", "pulumi_azure_native", "grpc", "stacks", "local", "review", "policies", "os", "socket", "ssl"},
    "review": {"pulumi", "pulumi_azure_native", "grpc", "stacks", "local", "policies", "socket", "ssl"},
    "policies": {"stacks", "local", "review", "backend_mtls"},
    "local": {"backend_mtls", "stacks", "rules", "review", "policies"},
    "__main__.py": {"local", "backend_mtls", "rules", "review", "policies"},
}
PACKAGE = PROJECT / "components/backend_mtls"
PURE = ("errors.py", "policy", "x509", "vault", "admission")
"""What knows no Pulumi and asks nobody: folders, and the errors that they raise."""
OUTSIDE = {"pulumi", "pulumi_azure_native", "azure", "grpc", "socket", "ssl", "os", "urllib.request", "subprocess"}


def imports(path: Path) -> set[str]:
    """The packages that a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("part", FORBIDDEN)
def test_imports_point_one_way(part: str) -> None:
    path = PROJECT / part
    modules = [path] if path.is_file() else sorted(path.rglob("*.py"))
    assert modules
    assert {str(each): imports(each) & FORBIDDEN[part] for each in modules if imports(each) & FORBIDDEN[part]} == {}


def pure_modules() -> list[Path]:
    return [
        each for name in PURE for each in ([PACKAGE / name] if name.endswith(".py") else (PACKAGE / name).glob("*.py"))
    ]


@pytest.mark.parametrize("folder", ["rules", "review"])
def test_what_judges_and_reports_depends_on_the_pure_folders_only(folder: str) -> None:
    used = {
        f"{module}.{each.name}" if module == "backend_mtls" else module
        for path in (PROJECT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (module := node.module or "").partition(".")[0] == "backend_mtls"
        for each in node.names
    }
    assert used
    assert {each for each in used if each.split(".")[1] not in {name.removesuffix(".py") for name in PURE}} == set()


@pytest.mark.parametrize("path", pure_modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_pure_modules_import_nothing_that_is_not(path: Path) -> None:
    assert not imports(path) & OUTSIDE
    inside = {
        node.module.split(".")[1] if node.module != "backend_mtls" else each.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "backend_mtls"
        for each in node.names
        if node.module
    }
    assert inside <= {name.removesuffix(".py") for name in PURE}


def test_the_pure_folders_are_imported_without_pulumi() -> None:
    modules = [
        ".".join(each.relative_to(PACKAGE.parent).with_suffix("").parts)
        for each in pure_modules()
        if each.name != "__init__.py"
    ]
    program = (
        f"import importlib, sys\nfor each in {modules}: importlib.import_module(each)\nprint('pulumi' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout == "False\n"


def test_no_program_puts_a_folder_on_the_import_path() -> None:
    programs = [each for each in tracked() if each.suffix in {".py", ".toml", ".yml"} and each != Path(__file__)]
    assert [
        each.name for each in programs if re.search(r"sys\.path\.(insert|append)|sys\.path\[", each.read_text())
    ] == []


def undocumented(path: Path) -> list[str]:
    """The annotated public fields of public classes that no docstring follows."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
            continue
        for field, following in zip(node.body, [*node.body[1:], None], strict=True):
            documented = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and not documented:
                found.append(f"{path.name}: {node.name}.{field.target.id}")
    return found


@pytest.mark.parametrize("folder", ["components/backend_mtls", "stacks", "rules", "review"])
def test_every_argument_output_and_configuration_key_is_described(folder: str) -> None:
    assert [
        each
        for path in sorted((PROJECT / folder).rglob("*.py"))
        for each in undocumented(path)
        if path.name != "dicts.py"  # generated: what a key means stands in the class of the same name
    ] == []


def test_the_entry_point_is_short() -> None:
    assert len((PROJECT / "__main__.py").read_text().splitlines()) <= 40


def test_only_settings_reads_the_configuration() -> None:
    """And azure-native's own is copied where a provider of another package has to be configured like it."""
    readers = [
        each
        for folder in ("components/backend_mtls", "stacks")
        for each in (PROJECT / folder).rglob("*.py")
        if "pulumi.Config" in each.read_text().partition('"""\n\n')[2]
    ]
    assert [each.name for each in readers] == ["trusting_backend.py", "settings.py"]


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S607
    return [PROJECT / each for each in listed.stdout.splitlines() if (PROJECT / each).is_file()]


def test_no_private_key_is_in_the_project() -> None:
    block = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{16}")
    assert [each for each in tracked() if block.search(each.read_text(errors="replace"))] == []


def test_no_module_is_too_long_to_read() -> None:
    assert {
        each.name: n for each in tracked() if each.suffix == ".py" and (n := len(each.read_text().splitlines())) > 300
    } == {}


def test_every_rule_in_the_invariants_names_what_enforces_it() -> None:
    text = (PROJECT / "docs/invariants.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith(("| Rule", "|---"))]
    assert rows
    for row in rows:
        enforcer = row.split("|")[2].strip()
        names = [part.strip("` ") for part in enforcer.split(",")]
        assert all(name == "not yet enforced" or (PROJECT / name.partition("::")[0]).exists() for name in names), row
