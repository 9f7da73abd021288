"""The page in a real browser: sorts and filters by keyboard, asks the network for nothing, reads without script."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from compliance.reports.page import to_html
from compliance.reports.quarterly import build_quarterly
from tests.reports.quarter import HOSTILE, assessment, finding, made, rule

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="Chromium and its driver are not installed"),
]
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--window-size=1400,1600",
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with forty findings and every hostile text, as a file."""
    findings = [finding(n, delay_seconds=(n * 7919) % 100_000) for n in range(40)]
    findings += [finding(100 + n, message=text, case=text) for n, text in enumerate(HOSTILE[:-2])]
    before = assessment([rule(non_compliant=30, compliant=970)], period="2026-Q2")
    report = build_quarterly(
        made(assessment([rule(non_compliant=52, compliant=948, title=HOSTILE[0])], findings), before)
    )
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(to_html(report), "utf-8")
    return path


def _browser(profile: Path, *, script: bool = True) -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    if not script:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))


@pytest.fixture(scope="module")
def browser(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A browser that shows the page."""
    opened = _browser(tmp_path_factory.mktemp("profile"))
    try:
        opened.get(page.as_uri())
        yield opened
    finally:
        opened.quit()


def _rows(browser: webdriver.Chrome, key: str, column: int) -> list[str]:
    script = (
        "return Array.from(document.querySelectorAll(`table[aria-labelledby='${arguments[0]}'] tbody tr`))"
        ".filter((row) => !row.hidden).map((row) => row.cells[arguments[1]].dataset.v ?? row.cells[arguments[1]].textContent)"
    )
    return [str(text) for text in browser.execute_script(script, key, column)]


def test_the_page_asks_for_nothing_and_complains_of_nothing(browser: webdriver.Chrome, page: Path) -> None:
    """The file itself is the only request, nothing is blocked by its policy, and no script of a log has run."""
    log: list[Any] = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [entry["params"] for entry in log if entry["method"] == "Network.requestWillBeSent"]
    assert {ask["request"]["url"] for ask in asked if ask["documentURL"] == page.as_uri()} == {page.as_uri()}
    assert not [ask for ask in asked if ask["request"]["url"].startswith(("http", "ws"))]
    assert browser.get_log("browser") == []
    assert browser.title.startswith("Quarterly report")


def test_a_table_sorts_by_keyboard(browser: webdriver.Chrome) -> None:
    """Enter on a heading sorts upward, once more downward, and the state is told to assistive technology."""
    headings = browser.find_elements(By.CSS_SELECTOR, "table[aria-labelledby='t-findings-high'] thead th")
    place = next(n for n, head in enumerate(headings) if head.text.startswith("Late by"))
    for state, falling in (("ascending", False), ("descending", True)):
        headings[place].find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
        assert headings[place].get_attribute("aria-sort") == state
        values = [int(text) for text in _rows(browser, "t-findings-high", place) if text]
        assert values == sorted(values, reverse=falling)


def test_a_table_filters_by_keyboard(browser: webdriver.Chrome) -> None:
    """Typing shows the rows with the words, says how many, and clearing shows all again."""
    field = browser.execute_script(
        "return document.querySelector(\"table[aria-labelledby='t-findings-high']\").closest('.scroll').previousElementSibling.querySelector('input')"
    )
    whole = len(_rows(browser, "t-findings-high", 0))
    field.send_keys("N-17 ")
    assert len(_rows(browser, "t-findings-high", 0)) == 1
    assert f"1 of {whole} rows" in browser.find_element(By.TAG_NAME, "main").text
    field.send_keys(Keys.BACKSPACE * 5)
    assert len(_rows(browser, "t-findings-high", 0)) == whole


def test_the_keyboard_reaches_contents_tables_and_report(browser: webdriver.Chrome) -> None:
    """The first tab stop skips to the report; every control that can be reached shows where the focus is."""
    browser.refresh()
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    first = browser.switch_to.active_element
    assert first.get_attribute("href").endswith("#main")
    assert first.rect["x"] >= 0
    for _ in range(20):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        style = browser.execute_script(
            "const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth]"
        )
        assert style == ["solid", "3px"]


def test_landmarks_language_and_names_are_there(browser: webdriver.Chrome) -> None:
    """One main, one banner, a named navigation, a language, a title; every table, region and drawing has a name."""
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en"
    for tag in ("main", "header", "nav", "footer", "h1"):
        assert len(browser.find_elements(By.TAG_NAME, tag)) == 1, tag
    assert browser.find_element(By.TAG_NAME, "nav").get_attribute("aria-label")
    nameless = browser.execute_script("""
        return Array.from(document.querySelectorAll("table.data, [role=region], svg, section")).filter((item) => {
          const by = item.getAttribute("aria-labelledby");
          return !(item.getAttribute("aria-label") || (by && document.getElementById(by)?.textContent.trim()));
        }).length""")
    assert nameless == 0
    ids = browser.execute_script("return Array.from(document.querySelectorAll('[id]')).map((item) => item.id)")
    assert len(ids) == len(set(ids))
    broken = browser.execute_script(
        "return Array.from(document.querySelectorAll(\"a[href^='#']\")).filter((a) => !document.getElementById(a.getAttribute('href').slice(1))).length"
    )
    assert broken == 0


def _luminance(colour: tuple[float, ...]) -> float:
    parts = [part / 255 for part in colour[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_text_has_contrast(browser: webdriver.Chrome) -> None:
    """Computed colours of every text against its ground are at least 4.5 to 1 (WCAG 2.2 AA, 1.4.3)."""
    pairs = browser.execute_script("""
        const seen = new Set();
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const item = walker.currentNode.parentElement;
          if (!walker.currentNode.textContent.trim() || item.closest("script, style")) continue;
          let ground = item;
          while (ground && getComputedStyle(ground).backgroundColor === "rgba(0, 0, 0, 0)") ground = ground.parentElement;
          const style = getComputedStyle(item);
          const ink = item.closest("svg") ? style.fill : style.color;
          seen.add(ink + "|" + (ground ? getComputedStyle(ground).backgroundColor : "rgb(255, 255, 255)"));
        }
        return Array.from(seen)""")
    assert len(pairs) > 5
    for pair in pairs:
        ink, ground = (_luminance(tuple(float(n) for n in re.findall(r"[\d.]+", part))) for part in pair.split("|"))
        light, dark = max(ink, ground), min(ink, ground)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, pair


def test_nothing_runs_off_a_narrow_screen(browser: webdriver.Chrome) -> None:
    """On a phone the page does not scroll sideways; wide tables scroll inside their own region."""
    browser.set_window_size(500, 900)
    try:
        over = browser.execute_script("""
            const wide = document.documentElement.clientWidth;
            return Array.from(document.querySelectorAll("body *"))
              .filter((item) => !item.parentElement.closest(".scroll, svg") && !item.matches(".skip") && item.getBoundingClientRect().right > wide + 1)
              .map((item) => `${item.tagName}.${item.className} ${item.textContent.slice(0, 40)}`)""")
        assert over == []
        assert browser.execute_script("const e = document.documentElement; return e.scrollWidth - e.clientWidth") <= 0
    finally:
        browser.set_window_size(1400, 1600)


def test_without_script_everything_can_be_read(page: Path, tmp_path: Path) -> None:
    """With scripts switched off every row is there and shown, and no control is left that does nothing."""
    opened = _browser(tmp_path / "profile", script=False)
    try:
        opened.get(page.as_uri())
        rows = opened.find_elements(By.CSS_SELECTOR, "table[aria-labelledby='t-findings-high'] tbody tr")
        assert len(rows) == 52
        assert all(row.is_displayed() for row in rows)
        assert opened.find_elements(By.CSS_SELECTOR, "th button, .filter") == []
    finally:
        opened.quit()
