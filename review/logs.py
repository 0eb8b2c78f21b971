"""Text for a log that obeys commands: Azure Pipelines and GitHub Actions run what a line of it says.

`##vso[…]` and `##[…]` count anywhere in a line, `::name::` where a line begins, white space and escapes aside; a
carriage return begins a line, too. Source: microsoft/azure-pipelines-agent src/Agent.Sdk/Command.cs, actions/runner
src/Runner.Common/ActionCommand.cs.
"""

import re

_ANYWHERE = re.compile(r"#(#(?:vso)?\[)", re.IGNORECASE)
_AT_START = re.compile(r"(?m)(^|\r)((?:[^\S\r\n]|\x1b\[[0-9;?]*[A-Za-z]|\x1b|\x9b[0-9;]*[A-Za-z])*):(?=:)")
_INSTEAD = {"html": ("&#35;", "&#58;"), "json": ("\\u0023", ":")}
"""How a format writes `#` and `:` otherwise; the others have a space behind it."""


def harmless(text: str, form: str = "text") -> str:
    """The text with no command in it; a reader sees the same, or a space more."""
    sharp, colon = _INSTEAD.get(form, ("# ", ": "))
    text = _ANYWHERE.sub(lambda found: sharp + found[1], text)
    return _AT_START.sub(lambda found: f"{found[1]}{found[2]}{colon}", text)
