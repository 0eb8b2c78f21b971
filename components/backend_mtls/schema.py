"""The public contract of the components, as JSON: what each takes and gives, with its type, default and description.

Read from the sources, so that it says what an editor shows. `python -m backend_mtls.schema >
docs/components.json` writes the golden file; a change to it is a change of the contract, and belongs in the change log.
"""

import ast
import inspect
import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import backend_mtls

_FOLDER = Path(__file__).parent
_KEYS = _FOLDER / "configuration"
"""Its groups of keys have the names of the arguments that they become (`CircuitBreaker`), and are not exported."""


def schema() -> dict[str, Any]:
    """Class -> description, arguments or fields, outputs and factories, for everything that `backend_mtls` exports."""
    exported = _exported()
    found = {}
    paths = [each for each in sorted(_FOLDER.rglob("*.py")) if each.parent != _KEYS]
    nodes = [each for path in paths for each in ast.parse(path.read_text("utf-8")).body]
    classes = {each.name: each for each in nodes if isinstance(each, ast.ClassDef)}
    for node in nodes:
        if isinstance(node, ast.ClassDef) and node.name in exported:
            found[node.name] = _class(node, classes)
        elif isinstance(node, ast.FunctionDef) and node.name in exported:
            found[node.name] = {"description": _text(ast.get_docstring(node)), "parameters": ast.unparse(node.args)}
    return {name: found[name] for name in sorted(found)}


def _exported() -> set[str]:
    return {name for name in backend_mtls.__all__ if not name.endswith("Dict")}


def _class(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> dict[str, Any]:
    described: dict[str, Any] = {"description": _text(ast.get_docstring(node))}
    parents = [classes[name] for base in node.bases if (name := ast.unparse(base)) in classes]
    fields = {name: each for parent in (*parents, node) for name, each in _fields(parent.body).items()}
    if any(ast.unparse(base) == "pulumi.ComponentResource" for base in node.bases):
        init = next(each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__")
        annotation = next(each.annotation for each in init.args.args if each.arg == "args")
        fields |= _attributes(node)
        described |= {"arguments": ast.unparse(annotation).strip("'") if annotation else "", "outputs": fields}
    elif fields:
        described["fields"] = fields
    factories = {
        each.name: _text(ast.get_docstring(each))
        for each in node.body
        if isinstance(each, ast.FunctionDef) and any(ast.unparse(one) == "classmethod" for one in each.decorator_list)
    }
    return described | ({"factories": factories} if factories else {})


def _fields(body: list[ast.stmt]) -> dict[str, Any]:
    """Annotated names with the docstring under each."""
    found = {}
    for field, below in pairwise(body):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        text = below.value.value if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) else ""
        entry: dict[str, Any] = {"type": ast.unparse(field.annotation).strip("'"), "description": _text(str(text))}
        if field.value is not None:
            entry["default"] = ast.unparse(field.value)
        found[field.target.id] = entry
    return found


def _attributes(node: ast.ClassDef) -> dict[str, Any]:
    """What the class sets on itself besides, with the docstring under each; public names only."""
    found = {}
    methods = (each for each in node.body if isinstance(each, ast.FunctionDef))
    for statement, below in (pair for method in methods for pair in pairwise([*method.body, ast.Pass()])):
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        for target in targets:
            name = target.attr if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self" else "_"
            text = below.value.value if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) else ""
            if not name.startswith("_") and (text or name not in found):
                found[name] = {"description": _text(str(text))}
    annotated = _fields(node.body)
    return {name: each for name, each in found.items() if name not in annotated}


def _text(docstring: str | None) -> str:
    return " ".join(inspect.cleandoc(docstring or "").split())


if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")
