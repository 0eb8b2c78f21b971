"""By what a change is judged, and what it alters of that: a change that loosens its own judge is called so first."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from review.change import Change
from review.errors import ReviewError
from review.states import headline
from review.text import clean
from rules import settings_file
from rules.alterations import Alteration, alterations
from rules.judge import RULE_IDS
from rules.settings import Settings, SettingsError, read

_JUDGES = re.compile(
    r"(?:review|rules|policies|\.ci|\.github)/.*|azure-pipelines[^/]*\.ya?ml|Makefile|requirements(?:-review)?\.txt"
    r"|pyproject\.toml|components/pyproject\.toml|stacks/(?:touched|stack_file)\.py"
    r"|components/backend_mtls/(?:(?:policy|x509|vault|admission)/.*|errors\.py)",
    re.DOTALL,
)
"""What a report, a verdict and the choice of the stacks are made by."""
_MOST = 5
"""What a headline names of a list."""


@dataclass(frozen=True, kw_only=True)
class Judging:
    """By what a change is judged."""

    settings: Settings
    """The settings that count."""
    source: str = ""
    """Whose they are; empty: the change's own."""
    alterations: tuple[Alteration, ...] = ()
    """How the change's own settings differ from them."""
    files: tuple[str, ...] = ()
    """What the change alters of the reviewer itself."""
    notes: tuple[str, ...] = ()
    """What could not be known."""

    @property
    def fronts(self) -> list[str]:
        """What a headline begins with."""
        found = []
        if self.alterations:
            named = [each.text if len(each.text) < 80 else each.what for each in self.alterations[:_MOST]]
            found.append(headline("altered", what=_listed(named, len(self.alterations))))
        if self.files:
            found.append(headline("reviewer", files=_listed(self.files[:_MOST], len(self.files))))
        return [clean(each, 600) for each in found]

    @property
    def lines(self) -> list[str]:
        """All of it, line by line; empty when nothing is altered."""
        found = [f"{each.text}{' (laxer)' if each.laxer else ''}" for each in self.alterations]
        if found:
            found.append(
                f"This report is judged by the settings of {self.source}; the new ones count once they are there"
            )
        found += [f"changed: {each}" for each in self.files]
        return [clean(each, 600) for each in found]


def judging(
    change: Change, *, base: Path | None, changed: Path | None, environment: str | None, now: datetime
) -> Judging:
    """The settings of the base branch where `base` names them, otherwise the change's own. Raises `ReviewError`."""
    key = f"{change.project}:review"
    own = _settings(change.config.get(key), key, change.stack, environment, now)
    files = tuple(judges(_paths(changed))) if changed else ()
    if base is None:
        unsure = change.config.get(key) not in (None, "{}")
        note = "Judged by the change's own settings. Whether it alters them, --settings tells, with the base's file."
        return Judging(settings=own, files=files, notes=(note,) if unsure else ())
    stack = settings_file.stack_of(base.name) or change.stack
    notes: tuple[str, ...] = ()
    try:
        before = read(settings_file.load(base, change.project), stack=stack, rule_ids=RULE_IDS, now=now)
    except SettingsError as error:
        before = read(None, stack=stack, rule_ids=RULE_IDS, now=now)
        notes = (f"The settings of the base branch are wrong, and the defaults count: {error}",)
    except OSError as error:
        raise _unreadable(base, "--settings", str(error.strerror), "a stack's file, or its mapping `review`") from error
    if environment:
        before = before.model_copy(update={"environment": environment})
    return Judging(
        settings=before,
        source="the base branch",
        alterations=tuple(alterations(before, own)),
        files=files,
        notes=tuple(clean(each, 600) for each in notes),
    )


def judges(paths: Iterable[str]) -> list[str]:
    """Those that a report, or the verdict on a change, is made by."""
    return sorted({each for each in paths if _JUDGES.fullmatch(each) and not each.endswith(".md")})


def _settings(given: object, key: str, stack: str, environment: str | None, now: datetime) -> Settings:
    try:
        settings = read(given, stack=stack, rule_ids=RULE_IDS, now=now)
    except SettingsError as error:
        raise ReviewError(
            f"The settings of the stack are wrong\n    where:   {key}\n    got:     {error}\n"
            "    allowed: what docs/rules.md describes\n    fix:     correct the stack's configuration"
        ) from error
    return settings.model_copy(update={"environment": environment}) if environment else settings


def _paths(file: Path) -> list[str]:
    allowed = "one path a line, or what `git diff --name-only -z` prints"
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _unreadable(file, "--changed-files", str(error.strerror), allowed) from error
    except UnicodeDecodeError as error:
        raise _unreadable(file, "--changed-files", "bytes that are not UTF-8", allowed) from error
    return [each for each in text.split("\0" if "\0" in text else "\n") if each]


def _unreadable(file: Path, option: str, got: str, allowed: str) -> ReviewError:
    return ReviewError(
        f"The file of {option} cannot be read\n    where:   {file.name}\n    got:     {got}\n"
        f"    allowed: {allowed}\n    fix:     name another file"
    )


def _listed(named: Iterable[str], count: int) -> str:
    shown = list(named)
    return ", ".join(shown) + (f" and {count - len(shown)} more" if count > len(shown) else "")
