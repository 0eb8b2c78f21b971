"""What the documents name exists: links, files, make targets, modules to run, keys of the configuration."""

import importlib.util
import re
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from backend_mtls.configuration.schema import Stack
from conftest import PROJECT
from pydantic import BaseModel

DOCUMENTS = [*sorted(PROJECT.glob("*.md")), *sorted((PROJECT / "docs").rglob("*.md"))]
HISTORY = [PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs/decisions").glob("*.md"))]
"""What was written at its time: a file may have moved since."""
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s]+)\)")
FILE = re.compile(r"[\w.*-]*\w[\w.*-]*(?:/[\w.*-]+)*(?:/|\.(?:py|md|yml|yaml|json|toml|txt|css|js|j2|xml))")
MADE = (".local/", ".venv/", ".pulumi/", "preview.json", "state.json", "report.md", "report.html")
"""What commands write, and git does not keep."""
TARGET = re.compile(r"\bmake ([a-z]+|\.[\w./-]+)\b")
MODULE = re.compile(r"\bpython3? -m ([\w.]+\w)")
KEY = re.compile(r"pulumi config \w+ [^\n]*?--path (?:'([^']+)'|\"([^\"]+)\"|(\S+))")
PART = re.compile(r'\["([^"]+)"\]|\[(\d+)\]|([^.\[\]]+)')
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))


def prose(document: Path) -> str:
    """The text without its blocks of code."""
    return FENCE.sub("", document.read_text())


def code(document: Path) -> str:
    """The blocks and spans of code, one a line."""
    text = document.read_text()
    return "\n".join([*FENCE.findall(text), *SPAN.findall(FENCE.sub("", text))])


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S607
    return listed.stdout.splitlines()


def is_file(name: str, paths: list[str]) -> bool:
    """Whether a tracked path, or the end or (of a folder) a part of one, has this name; `*` stands for anything."""
    pattern = f"{name}*" if name.endswith("/") else name
    return name.startswith(MADE) or any(fnmatch(path, pattern) or fnmatch(path, f"*/{pattern}") for path in paths)


def is_key(annotation: Any, parts: list[str]) -> bool:
    """Whether the configuration has a key of these parts; names and indices are whatever somebody chooses."""
    if not parts or annotation is object:
        return True
    first, *rest = parts
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(
            field.alias == first and is_key(field.annotation, rest) for field in annotation.model_fields.values()
        )
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return is_key(inner[0], parts)
    if origin in {Union, UnionType}:
        return any(is_key(each, parts) for each in inner)
    if origin is dict:
        return is_key(inner[1], rest)
    return origin in {tuple, list} and first.isdigit() and is_key(inner[0], rest)


def parts(path: str) -> list[str]:
    return ["".join(found) for found in PART.findall(path)]


def keys(document: Path) -> Iterator[str]:
    """Every path that the document sets with `pulumi config`."""
    yield from ("".join(found) for found in KEY.findall(code(document)))


@each_document
def test_a_link_leads_to_a_file_of_the_project(document: Path) -> None:
    links = [link.partition("#")[0] for link in LINK.findall(prose(document))]
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", sorted({*DOCUMENTS} - {*HISTORY}), ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_file_that_is_named_exists(document: Path) -> None:
    paths, names = tracked(), {span for span in SPAN.findall(prose(document)) if FILE.fullmatch(span)}
    assert sorted(name for name in names if not is_file(name, paths)) == []


@each_document
def test_a_make_target_that_is_named_exists(document: Path) -> None:
    targets = re.findall(r"^([\w./]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    assert set(TARGET.findall(code(document))) - set(targets) == set()


@each_document
def test_a_module_to_run_can_be_run(document: Path) -> None:
    for name in set(MODULE.findall(code(document))):
        found = importlib.util.find_spec(name)
        assert found, name
        assert not found.submodule_search_locations or importlib.util.find_spec(f"{name}.__main__"), name


@each_document
def test_a_configuration_key_that_is_set_is_one_of_the_schema(document: Path) -> None:
    assert [path for path in keys(document) if not is_key(Stack, parts(path))] == []


def test_what_is_not_there_is_found() -> None:
    assert not is_file("components/backend_mtls/no_such_module.py", tracked())
    assert is_key(Stack, parts('apis.orders.backend.credentials.headers["X-Key"][0]'))
    wrong = ("service.nmae", "service.caCertificates.file", "certificates.orders.keyVault.secret_id")
    assert [path for path in wrong if is_key(Stack, parts(path))] == []
    assert {path for document in DOCUMENTS for path in keys(document)} > {"service.name", "apis.orders.backend.url"}
