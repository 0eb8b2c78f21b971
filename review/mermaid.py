"""The picture as a Mermaid flowchart. A label is only letters, digits and character codes: it cannot be syntax."""

import re

from review.picture import COLUMNS, Picture

_TITLES = {
    "vault": "Key Vault",
    "certificate": "Certificates",
    "api": "APIs",
    "backend": "Backends",
    "service": "Service",
}
_MARKS = {"new": "new: ", "changed": "changed: ", "removed": "removed: ", "same": ""}
_UNSAFE = re.compile(r"[^A-Za-z0-9 .,/=_-]")


def mermaid(picture: Picture) -> str:
    """The diagram's text."""
    lines = ["flowchart LR"]
    for column in COLUMNS:
        nodes = [each for each in picture.nodes if each.column == column]
        if nodes:
            lines.append(f'  subgraph {column}s["{_TITLES[column]}"]')
            lines += [f'    {each.id}["{_MARKS[each.mark]}{_label(each.label)}"]:::{each.mark}' for each in nodes]
            lines.append("  end")
    for edge in picture.edges:
        arrow = {"new": "==>", "removed": "-.->"}.get(edge.mark, "-->")
        lines.append(f'  {edge.start} {arrow}|"{edge.label}"| {edge.end}')
    lines += [
        "  classDef same fill:#eeeeee,stroke:#888888,color:#222222",
        "  classDef new fill:#dafbe1,stroke:#1a7f37,color:#0b3d1a",
        "  classDef changed fill:#fff8c5,stroke:#9a6700,color:#4d3300",
        "  classDef removed fill:#ffebe9,stroke:#cf222e,color:#67060c,stroke-dasharray:4",
    ]
    if picture.left_out:
        lines.append(f'  more["{picture.left_out} more that do not change"]')
    return "\n".join(lines)


def _label(text: str) -> str:
    return _UNSAFE.sub(lambda found: f"#{ord(found[0])};", text)
