"""A comment on a pull request holds what matters first, and is never longer than GitHub takes."""

import pytest
from review_changes import report
from rule_resources import api, api_policy, backend, presents, vault_certificate

from review.markdown import LONGEST, markdown
from rules.graph import Resource


def apis(count: int, **url: str) -> list[Resource]:
    """APIs, each with its own certificate, backend and policy."""
    made: list[Resource] = []
    for number in range(count):
        name = f"api{number}"
        address = {"url": f"https://{name}.example.com{url.get('path', '')}"}
        made += [vault_certificate(name), backend(name, **address), api(name)]
        made.append(api_policy(name, presents(name, name), after=made[-3:]))
    return made


@pytest.mark.parametrize("count", [100, 1000])
def test_of_a_large_change_the_worst_is_listed_and_the_rest_counted(count: int) -> None:
    written = markdown(report(apis(count), apis(count, path="/v2")))
    assert len(written) <= LONGEST
    lines = written.splitlines()
    assert lines[0].startswith("## 🟠 api0: calls go to https&#58;//api0.example.com/v2")
    assert f"- … and {count - 60} more: the page has all of them" in lines
    assert written.count("<details>") == written.count("</details>")
    assert written.count("```") % 2 == 0


def test_what_does_not_fit_is_left_out_as_a_whole_and_said_at_the_beginning() -> None:
    long = "\n".join(
        f"<!-- line {number} of a long policy, which nobody reads in a comment -->" for number in range(300)
    )
    policies = [api_policy(f"api{number}", inbound=f"<base />\n{long}\n") for number in range(8)]
    written = markdown(report([], policies))
    assert len(written) <= LONGEST
    assert "parts of this report are left out, because a comment cannot be longer" in written[:600]
    assert written.count("<details>") == written.count("</details>") > 0
    assert written.count("```") % 2 == 0


def test_a_small_change_is_whole() -> None:
    written = markdown(report(apis(2), apis(2, path="/v2")))
    assert "left out" not in written
    assert "more: the page" not in written
