"""The page in a browser: quiet, usable by keyboard, on narrow screens, in the dark, on paper, and without a network."""

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import page_reports
import pytest
from chromium import Server, chromium
from html_tree import Element, read
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By

from review.page import page

pytestmark = pytest.mark.end_to_end

CONTRASTS = """
const parts = (color) => color.match(/[\\d.]+/g).map(Number);
const light = (color) => parts(color).slice(0, 3).map((each) => each / 255)
  .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
  .reduce((sum, each, index) => sum + each * [0.2126, 0.7152, 0.0722][index], 0);
const behind = (each) => {
  for (let at = each; at; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor;
    if (parts(color)[3] !== 0) return color;
  }
};
return [...document.querySelectorAll("body *:not(script):not(svg *)")]
  .filter((each) => each.checkVisibility() && [...each.childNodes].some((one) => one.nodeType === 3 && one.data.trim()))
  .map((each) => {
    const [low, high] = [light(getComputedStyle(each).color), light(behind(each))].sort((a, b) => a - b);
    return [each.textContent.trim().slice(0, 40), (high + 0.05) / (low + 0.05)];
  });
"""
TREE = """
const names = (each) => [...each.attributes].map((one) => one.name);
const tree = (each) => [each.localName, names(each), [...each.children].map(tree)];
return tree(document.documentElement);
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    found = Server()
    found.pages["/report.html"] = page(page_reports.report())
    yield found
    found.shutdown()
    found.server_close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium")) as found:
        yield found


@pytest.fixture
def opened(browser: Chrome, server: Server) -> Chrome:
    """The page as a reader finds it, what stays unfolded: a wide screen, a light room, nothing filtered."""
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    screen(browser, 1280)
    browser.get("about:blank")
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    server.asked.clear()
    browser.get(server.url("/report.html"))
    browser.execute_script("document.querySelector('#findings details').open = true")
    return browser


def screen(browser: Chrome, width: int) -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def shown(browser: Chrome) -> list[str]:
    """The findings that are to be seen."""
    found = browser.find_elements(By.CSS_SELECTOR, ".findings > li")
    return [each.find_element(By.CSS_SELECTOR, "div > p").text for each in found if each.is_displayed()]


def button(browser: Chrome, word: str) -> Any:
    return browser.find_element(By.XPATH, f"//button[normalize-space()='{word}']")


def search(browser: Chrome, text: str) -> Any:
    field = browser.find_element(By.CSS_SELECTOR, "#findings input")
    field.send_keys(text)
    return field


def press(browser: Chrome, *keys: str) -> None:
    ActionChains(browser).send_keys(*keys).perform()


def test_the_console_is_quiet_and_nothing_is_asked_but_the_page(opened: Chrome, server: Server) -> None:
    button(opened, "high").click()
    asked = [json.loads(each["message"])["message"] for each in opened.get_log("performance")]
    urls = {each["params"]["request"]["url"] for each in asked if each["method"] == "Network.requestWillBeSent"}
    assert urls <= {server.url("/report.html"), "about:blank"}
    assert server.asked == ["/report.html"]
    assert opened.get_log("browser") == []


def test_a_page_opened_as_a_file_is_as_quiet(browser: Chrome, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(page(page_reports.report()), encoding="utf-8")
    browser.get_log("browser")
    browser.get(file.as_uri())
    assert browser.find_element(By.CSS_SELECTOR, ".filters").is_displayed()
    assert browser.get_log("browser") == []


def test_every_link_in_the_page_reaches_its_target(opened: Chrome) -> None:
    links = opened.find_elements(By.CSS_SELECTOR, "nav a, .findings a")
    assert len(links) >= 10
    for link in links:
        link.click()
        target = opened.find_element(By.ID, opened.current_url.partition("#")[2])
        top = opened.execute_script("return arguments[0].getBoundingClientRect().top", target)
        end = opened.execute_script("return scrollY + innerHeight >= document.documentElement.scrollHeight - 1")
        assert -1 <= top < 800
        assert top < 40 or end


def test_filters_of_one_group_add_up_and_groups_narrow_each_other(opened: Chrome) -> None:
    everything = shown(opened)
    assert len(everything) == 5
    button(opened, "medium").click()
    assert shown(opened) == [
        "Certificate orders: a version is pinned",
        "Certificate prices: a version of the secret is pinned",
    ]
    button(opened, "low").click()
    assert len(shown(opened)) == 3
    button(opened, "still there").click()
    assert len(shown(opened)) == 2
    button(opened, "accepted").click()
    assert shown(opened) == ["Backend legacy: the chain is not validated. Reason: an appliance"]
    assert opened.find_element(By.CSS_SELECTOR, "#findings [role=status]").text == "1 of 5"
    for word in ("medium", "low", "still there", "accepted"):
        button(opened, word).click()
    assert shown(opened) == everything


def test_what_stays_is_folded_to_its_counts_and_a_filter_opens_it(opened: Chrome) -> None:
    opened.refresh()
    assert len(shown(opened)) == 3
    fold = opened.find_element(By.CSS_SELECTOR, "#findings summary")
    assert fold.text == (
        "Not brought by this change: 1 still there: medium pinned-version; "
        "1 still there, accepted: low chain-validation-off"
    )
    button(opened, "still there").click()
    assert len(shown(opened)) == 2


def test_search_finds_text_in_any_case_and_gives_everything_back(opened: Chrome) -> None:
    field = search(opened, "APPLIANCE")
    assert shown(opened) == ["Backend legacy: the chain is not validated. Reason: an appliance"]
    field.send_keys(Keys.ESCAPE)
    assert len(shown(opened)) == 5
    field.send_keys("nowhere")
    assert shown(opened) == []
    field.send_keys(*[Keys.BACKSPACE] * len("nowhere"))
    assert len(shown(opened)) == 5


def test_search_opens_the_fold_in_which_it_finds_something(opened: Chrome) -> None:
    opened.find_element(By.CSS_SELECTOR, "#rows input").send_keys("legacy")
    seen = [each.text for each in opened.find_elements(By.CSS_SELECTOR, "#rows h3") if each.is_displayed()]
    assert seen == ["legacy"]


def test_the_keyboard_alone_is_enough(opened: Chrome) -> None:
    press(opened, Keys.TAB)
    skip = opened.switch_to.active_element
    assert skip.text == "Skip to the report"
    assert opened.execute_script("return arguments[0].getBoundingClientRect().left", skip) >= 0
    assert opened.execute_script("return getComputedStyle(arguments[0]).outlineStyle", skip) == "solid"
    press(opened, Keys.ENTER)
    assert opened.switch_to.active_element.get_attribute("id") == "main"
    for _ in range(30):
        press(opened, Keys.TAB)
        if opened.switch_to.active_element.text == "critical":
            break
    press(opened, Keys.SPACE)
    assert opened.switch_to.active_element.get_attribute("aria-pressed") == "true"
    assert shown(opened) == ["Certificate stock: it ended on 2026-10-01"]
    press(opened, Keys.ENTER)
    assert len(shown(opened)) == 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_that_is_seen_stands_out_from_what_is_behind_it(opened: Chrome, scheme: str) -> None:
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    opened.execute_script("for (const each of document.querySelectorAll('details')) each.open = true")
    button(opened, "new").click()
    button(opened, "new").click()
    button(opened, "high").click()
    paper = opened.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert (max(map(int, re.findall(r"\d+", paper))) < 64) == (scheme == "dark")
    found = opened.execute_script(CONTRASTS)
    assert len(found) > 100
    assert [each for each in found if each[1] < 4.5] == []


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_page_fits_the_screen(opened: Chrome, server: Server, width: int) -> None:
    server.pages["/words.html"] = page(page_reports.report(lambda text: text.replace(" ", "") * 4))
    screen(opened, width)
    for name in ("/report.html", "/words.html"):
        opened.get(server.url(name))
        opened.execute_script("for (const each of document.querySelectorAll('details')) each.open = true")
        assert opened.execute_script("return document.documentElement.scrollWidth") <= width, name


def test_what_is_folded_or_filtered_is_printed_and_the_page_is_as_before(opened: Chrome) -> None:
    search(opened, "nowhere")
    assert shown(opened) == []
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert len(shown(opened)) == 5
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    opened.execute_script("""
        window.open_in_print = -1;
        addEventListener("beforeprint", () => {
          window.open_in_print = document.querySelectorAll("details:not([open])").length;
        });
    """)
    printed = opened.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF-")
    assert opened.execute_script("return window.open_in_print") == 0
    assert opened.execute_script("return document.querySelectorAll('details:not([open])').length") > 0


def test_on_paper_everything_is_unfolded_without_the_script_too(browser: Chrome, server: Server) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(server.url("/report.html"))
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        hidden = browser.execute_script(
            "return [...document.querySelectorAll('main *:not(svg *):not(.filters, .filters *)')]"
            ".filter((each) => !each.checkVisibility({contentVisibilityAuto: true})).map((each) => each.outerHTML)"
        )
        assert hidden == []
        assert not browser.find_element(By.CSS_SELECTOR, "nav").is_displayed()
        assert not browser.find_element(By.CSS_SELECTOR, ".filters").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})


def test_the_text_on_paper_holds_what_was_folded(opened: Chrome, tmp_path: Path) -> None:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not on PATH")
    printed = opened.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    file = tmp_path / "report.pdf"
    file.write_bytes(base64.b64decode(printed["data"]))
    command = ["pdftotext", "-layout", str(file), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own command line
    for folded in ("warning: this version of the provider is old", "/invoices", "service apim-backend-mtls-staging"):
        assert folded in " ".join(text.split())


def test_hostile_texts_run_nothing_and_are_the_tree_that_the_parser_of_the_other_tests_reads(
    opened: Chrome, server: Server
) -> None:
    bad = "</script></style></title></svg><img src=x onerror=document.title=1>\"' onload=document.title=1 <!--"
    text = page(page_reports.report(lambda each: bad + each))
    server.pages["/hostile.html"] = text
    opened.get(server.url("/hostile.html"))
    opened.find_element(By.CSS_SELECTOR, "#findings input").send_keys("critical")
    (expected,) = read(text).children
    found = opened.execute_script(TREE)
    assert ordered(found) == tree(expected)
    assert opened.title.startswith(bad[:20])
    assert opened.get_log("browser") == []


STATEFUL = {"hidden", "class", "open"}
"""Attributes that the script changes."""


def tree(element: Element) -> list[Any]:
    children = [tree(each) for each in element.children]
    return [element.tag.lower(), sorted(set(element.attributes) - STATEFUL), children]


def ordered(found: list[Any]) -> list[Any]:
    tag, attributes, children = found
    names = sorted({each.lower() for each in attributes} - STATEFUL)
    return [tag.lower(), names, [ordered(each) for each in children]]
