"""The sources of a rule are links to documents and threads, and to nothing else."""

import pytest

from rules.references import Link, links


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("https://learn.microsoft.com/a/b#c", [("learn.microsoft.com", "https://learn.microsoft.com/a/b#c")]),
        ("Azure/apiops#127", [("Azure/apiops#127", "https://github.com/Azure/apiops/issues/127")]),
        (
            "Azure/apiops#1, https://a.example/x (a note), b/c.d#2",
            [
                ("Azure/apiops#1", "https://github.com/Azure/apiops/issues/1"),
                ("a.example", "https://a.example/x"),
                ("b/c.d#2", "https://github.com/b/c.d/issues/2"),
            ],
        ),
        ("javascript:alert(1)", []),
        ("http://a.example", []),
        ("docs/rules.md", []),
    ],
)
def test_a_reference_is_read_as_links(reference: str, expected: list[tuple[str, str]]) -> None:
    assert links(reference) == tuple(Link(label=label, url=url) for label, url in expected)
