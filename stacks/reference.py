"""`python -m stacks.reference [--check]`: writes what a stack's file may say, as a page and as a schema for editors.

Both are made from the models (`backend_mtls.configuration.schema`) and from the settings of the rules. `--check` writes
nothing, and fails when one of them is stale.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from backend_mtls.configuration import described
from backend_mtls.configuration.described import NAME, Key
from backend_mtls.configuration.schema import Stack
from pydantic import BaseModel

from stacks import file_schema, stack_file

PAGE, SCHEMA = "docs/configuration.md", "stacks/schema.json"
REVIEW = "rules/settings.schema.json"
_HEAD = """\
# Every configuration key

What a stack's file, `stacks/Pulumi.<stack>.yaml`, may say below `config`. Made by `make expected` from the models that
read it; `make check` fails when it is stale. Each key stands behind the project's name: `{project}:service`.

An editor with a YAML language server shows the same, completes keys and marks what is wrong, because the first line of
each file names the schema:

```yaml
# yaml-language-server: $schema=schema.json
config:
  {project}:service:
    resourceGroup: rg-integration-prod
    name: apim-integration-prod
```

With the CLI every key below the first is set by its path; `{name}` is a name that you choose:

```
pulumi config set --path 'service.name' apim-integration-prod
pulumi config set --plaintext --path 'certificates.orders.keyVault.secretId' https://kv-integration-prod.vault.azure.net/secrets/orders-client
pulumi config set --secret --path 'certificates.legacy.pfx.password'
pulumi config set --path 'apis.orders.backend.credentials.headers["X-Key"][0]' --secret
pulumi config set --path 'apis.orders.revision' 2
pulumi config set --path 'keyVaultPreflight.timeoutSeconds' 2.5
pulumi config set keepVersionAliases true
```

- `--plaintext` is needed where the CLI takes a value for a secret, because of its key, and refuses the command
  otherwise.
- `--secret` without a value asks for it. Any single value may be encrypted: `{{secure: …}}` in the file.
- With `--path` the CLI writes `true`, `false` and whole numbers without quotes. Where a text is wanted, they are taken
  as the text; a fraction is not, because `1.10` would become `1.1`: write it in quotes.
- A key that is not listed here is an error, which proposes the nearest.
"""
_TABLE = "| Key | Type | Default | Left out | Meaning | Example |\n|---|---|---|---|---|---|\n"


def page(project: str, review: Mapping[str, Any]) -> str:
    """The reference, as Markdown: a section for each group."""
    head = _HEAD.format(project=project, name=NAME)
    return head + "".join(_sections(Stack, "", "The first level")) + "".join(_of_review(review))


def _sections(model: type[BaseModel], above: str, title: str) -> Iterator[str]:
    about = described.text(model.__doc__)
    rows = "".join(_row(f"{above}{key.name}", key) for key in described.keys(model))
    yield f"\n## {title}\n\n{about}\n\n{_TABLE}{rows}"
    for key in described.keys(model):
        if key.group:
            path = f"{above}{key.path}"
            yield from _sections(key.group, f"{path}.", f"`{path}`")


def _row(path: str, key: Key) -> str:
    kind = f"{key.kind} ({key.unit})" if key.unit else key.kind
    left_out = "required" if key.required else key.left_out
    return _cells(path, kind, key.default, left_out, key.meaning, example={key.name: key.examples[0]})


def _of_review(review: Mapping[str, Any]) -> Iterator[str]:
    """The settings of the rules, which are known as a schema only."""
    groups = [("review", review)]
    for name, node in review["properties"].items():
        many = node.get("type") == "array"
        reference = node.get("items", node).get("$ref", "")
        if reference:
            groups.append((f"review.{name}{'[0]' if many else ''}", review["$defs"][reference.rpartition("/")[2]]))
    for path, group in groups:
        yield f"\n## `{path}`\n\n{described.text(group['description'])}\n\n{_TABLE}"
        for name, node in group["properties"].items():
            meaning, _, left_out = described.text(node["description"]).partition(described.LEFT_OUT)
            wanted = "required" if name in group.get("required", ()) else left_out
            default, example = node.get("default"), {name: node["examples"][0]}
            yield _cells(f"{path}.{name}", described.words(node), default, wanted, meaning.strip(), example=example)


def _default(value: object) -> str:
    """As YAML; nothing for what has none, or is empty."""
    return "" if value in (None, {}, []) else f"`{_yaml([value])}`"


def _cells(path: str, kind: str, default: object, left_out: str, about: str, *, example: object) -> str:
    cells = (f"`{path}`", kind, _default(default), left_out, about, f"`{_yaml(example)}`")
    return "| " + " | ".join(each.replace("|", "\\|") for each in cells) + " |\n"


def _yaml(value: object) -> str:
    """On one line, without the outermost brackets."""
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True, sort_keys=False)
    return text.strip()[1:-1]


def files(project: Path) -> dict[str, str]:
    """File -> what it has to say."""
    name = stack_file.project_name(project)
    review = json.loads((project / REVIEW).read_text(encoding="utf-8"))
    schema = json.dumps(file_schema.schema(name, review), indent=2, ensure_ascii=False)
    return {PAGE: page(name, review), SCHEMA: f"{schema}\n"}


def main(words: Sequence[str], project: Path) -> int:
    """0, or 1 when `--check` finds a file that is stale."""
    parser = argparse.ArgumentParser(prog="python -m stacks.reference", description="Describes every key of a stack.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is stale")
    given = parser.parse_args(words)
    stale = {file: text for file, text in files(project).items() if _committed(project / file) != text}
    for file, text in stale.items():
        if given.check:
            sys.stdout.write(f"{file} is stale: make expected\n")
        else:
            (project / file).write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {file}\n")
    return 1 if given.check and stale else 0


def _committed(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path.cwd()))
