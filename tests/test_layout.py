"""Imports point one way, no module grows beyond reading, and nothing of this machine is in the project."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
FORBIDDEN = {
    "components": {"stacks", "local", "rules", "review", "policies"},
    "stacks": {"local", "rules", "review", "policies"},
    "rules": {"pulumi", "pulumi_azure_native", "grpc", "stacks", "local", "review", "policies", "os", "socket", "ssl"},
    "review": {"pulumi", "pulumi_azure_native", "grpc", "stacks", "local", "policies", "socket", "ssl"},
    "policies": {"stacks", "local", "review", "components"},
    "local": {"components", "stacks", "rules", "review", "policies"},
    "__main__.py": {"local", "components", "rules", "review", "policies"},
}
PURE = (
    "errors",
    "pfx",
    "pfx_problems",
    "pfx_structure",
    "public_pfx",
    "secret_identifier",
    "ca_certificate",
    "server_trust",
    "vault_certificate",
    "api_operations",
    "conflicts",
    "entity_id",
    "service_problems",
    "user_assigned_identity",
    *(f"policy_{each}" for each in ("document", "expression", "markers", "meaning", "outline", "problems", "scanner")),
)


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


@pytest.mark.parametrize("folder", ["rules", "review"])
def test_what_judges_and_reports_uses_only_the_pure_modules_of_the_components(folder: str) -> None:
    used = {
        module.removeprefix("components.")
        for path in (PROJECT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "components"
        for module in ([node.module] if "." in (node.module or "") else [each.name for each in node.names])
    }
    assert used <= set(PURE)


@pytest.mark.parametrize("module", PURE)
def test_pure_modules_know_no_pulumi_and_open_no_socket(module: str) -> None:
    assert not imports(PROJECT / f"components/{module}.py") & {"pulumi", "pulumi_azure_native", "socket", "ssl", "os"}


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


@pytest.mark.parametrize("folder", ["components", "stacks", "rules", "review"])
def test_every_argument_output_and_configuration_key_is_described(folder: str) -> None:
    assert [each for path in sorted((PROJECT / folder).glob("*.py")) for each in undocumented(path)] == []


def test_the_entry_point_is_short() -> None:
    assert len((PROJECT / "__main__.py").read_text().splitlines()) <= 40


def test_only_settings_reads_the_configuration() -> None:
    readers = [
        each
        for folder in ("components", "stacks")
        for each in (PROJECT / folder).glob("*.py")
        if "pulumi.Config" in each.read_text().partition('"""\n\n')[2]
    ]
    assert [each.name for each in readers] == ["settings.py"]


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
