"""The HTML pages in a real browser: what a clerk clicks, types, hears and prints."""

import json
from dataclasses import replace
from datetime import datetime

import pytest
from boards import ANHAI, CIZAO, EDUCATION, MANY, UNBALANCED, of, sent
from browser import CHROMIUM, DRIVER, MISSING, start
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from ogi_xlsx.county.terms import Terms
from ogi_xlsx.form.findings import found
from ogi_xlsx.render import page
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review.verify import Judged, verify

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=MISSING)
NOW = datetime(2026, 1, 14, 17)
OTHER = "晋江市财政局"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    driver = start(tmp_path_factory.mktemp("profile"))
    yield driver
    driver.quit()


def judged() -> list[Judged]:
    """A sound return, one that must be corrected, one to be checked, one that only has a note, and an unreadable file."""
    noted = sent(OTHER)
    noted.findings = [found("C201", names="填表人")]
    return verify(
        [sent(ANHAI), sent(CIZAO, UNBALANCED), sent(EDUCATION, MANY), noted, Return("收回/坏.xlsx", findings=[found("S103", reason="缺少部件")])],
        "native",
    )


def show(browser, tmp_path, content):
    """A page opened as by a double click."""
    (tmp_path / "页.html").write_text(content, encoding="utf-8")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "screen"})
    browser.get("about:blank")
    for log in ("performance", "browser"):
        browser.get_log(log)  # what was before this page is read and forgotten
    browser.get((tmp_path / "页.html").as_uri())
    return browser


@pytest.fixture
def results(browser, tmp_path):
    return show(browser, tmp_path, page.verify(judged(), NOW))


@pytest.fixture
def board(browser, tmp_path):
    told = of([sent(ANHAI), sent(CIZAO, path="收回/一.xlsx"), sent(CIZAO, UNBALANCED, path="收回/二.xlsx")])
    return show(browser, tmp_path, page.status(told, Terms(deadline="1月15日17时", contact="赵六", phone="0595-1"), NOW))


def shown(browser, what=".return"):
    return [one for one in browser.find_elements(By.CSS_SELECTOR, what) if one.is_displayed()]


def names(browser):
    return [one.text for one in shown(browser, ".return .name")]


def by_id(browser, id_):
    return browser.find_element(By.ID, id_)


def wait_for(browser, condition):
    WebDriverWait(browser, 10, poll_frequency=0.02).until(lambda _: condition())


def choose(browser, id_, text):
    Select(by_id(browser, id_)).select_by_visible_text(text)


def test_search_narrows_to_what_fits_and_says_how_much(results):
    by_id(results, "search").send_keys("列不平")
    wait_for(results, lambda: names(results) == [CIZAO])
    assert [one.get_attribute("data-grade") for one in shown(results, ".finding")] == ["error"]
    assert by_id(results, "returns").text == "1" and by_id(results, "findings").text == "1"
    by_id(results, "search").clear()
    by_id(results, "search").send_keys("r301 ｄ７ 磁灶")
    wait_for(results, lambda: names(results) == [CIZAO])
    by_id(results, "search").send_keys(" 没有的词")
    wait_for(results, lambda: names(results) == [] and by_id(results, "none").is_displayed())
    by_id(results, "reset").click()
    wait_for(results, lambda: len(names(results)) == 5)


def test_search_reads_the_language_that_is_shown(results):
    by_id(results, "search").send_keys("to correct")
    wait_for(results, lambda: names(results) == [])
    by_id(results, "language").click()
    wait_for(results, lambda: names(results) == [CIZAO])


def test_filters_by_body_state_and_severity(results):
    choose(results, "body", EDUCATION)
    wait_for(results, lambda: names(results) == [EDUCATION])
    choose(results, "body", "全部")
    choose(results, "state", "须改正")
    wait_for(results, lambda: names(results) == [CIZAO])
    choose(results, "state", "全部")
    choose(results, "grade", "请核实")
    wait_for(results, lambda: names(results) == [EDUCATION])
    assert {one.get_attribute("data-grade") for one in shown(results, ".finding")} == {"warning"}
    choose(results, "grade", "提示")
    wait_for(results, lambda: OTHER in names(results))
    choose(results, "state", "须改正")
    wait_for(results, lambda: names(results) == [])


def test_language_switch_changes_the_whole_page(results):
    labels = ("search", "body", "state", "grade", "reset", "expand", "collapse", "print")
    before = [by_id(results, label).accessible_name for label in labels]
    assert results.title == "政府信息公开年报表校验结果" and all(before)
    assert results.find_element(By.TAG_NAME, "html").get_attribute("lang") == "zh-CN"
    by_id(results, "language").click()
    assert results.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en"
    assert results.title == "Verification of the tables of the annual report"
    assert [by_id(results, label).accessible_name for label in labels] == [
        *("Search (body, code, place, words)", "Body", "State", "Severity"),
        *("Clear", "Expand all", "Collapse all", "Print"),
    ]
    text = results.find_element(By.TAG_NAME, "body").text
    assert "to correct" in text and "须改正" not in text and "列不平" not in text
    assert [option.text for option in Select(by_id(results, "state")).options] == ["all", "passed", "to check", "to correct", "unreadable"]
    by_id(results, "language").click()
    assert [by_id(results, label).accessible_name for label in labels] == before


def test_only_mere_notes_wait_folded_and_buttons_fold_all(results):
    def opened():
        return [one.get_attribute("open") is not None for one in results.find_elements(By.TAG_NAME, "details")]

    folded = dict(zip([one.text for one in results.find_elements(By.CSS_SELECTOR, "summary .name")], opened(), strict=True))
    assert folded[CIZAO] and folded[EDUCATION] and not folded[OTHER]
    by_id(results, "collapse").click()
    assert not any(opened())
    by_id(results, "expand").click()
    assert all(opened())


def test_keyboard_skips_to_the_results_and_folds_a_return(results):
    body = results.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    focused = results.switch_to.active_element
    assert focused.get_attribute("class") == "skip" and focused.is_displayed() and focused.text == "跳到结果"
    focused.send_keys(Keys.ENTER)
    assert results.switch_to.active_element.get_attribute("id") == "main"
    results.execute_script("document.querySelector('details[open] summary').focus()")
    summary = results.switch_to.active_element
    assert results.execute_script("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    summary.send_keys(Keys.ENTER)
    assert summary.find_element(By.XPATH, "..").get_attribute("open") is None
    summary.send_keys(Keys.SPACE)
    assert summary.find_element(By.XPATH, "..").get_attribute("open") is not None


def test_print_leaves_out_controls_and_shows_what_is_folded(results):
    by_id(results, "collapse").click()
    assert not shown(results, ".finding")
    results.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not by_id(results, "controls").is_displayed() and not by_id(results, "language").is_displayed()
    heights = "return [...document.querySelectorAll('.finding')].map((one) => one.getBoundingClientRect().height)"
    assert all(height > 0 for height in results.execute_script(heights))


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("which", ["results", "board"])
def test_no_page_is_wider_than_its_window(request, which, width):
    driver = request.getfixturevalue(which)
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    for _ in ("zh", "en"):
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        assert driver.execute_script("return document.documentElement.scrollWidth") <= width
        by_id(driver, "language").click()
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_without_scripts_everything_is_there_to_read(browser, tmp_path):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        show(browser, tmp_path, page.verify(judged(), NOW))
        assert len(shown(browser, ".finding")) == sum(len(one.findings) for one in judged())
        assert not by_id(browser, "controls").is_displayed() and not by_id(browser, "language").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.mark.parametrize("which", ["results", "board"])
def test_a_page_asks_for_nothing_and_complains_of_nothing(request, which):
    driver = request.getfixturevalue(which)
    by_id(driver, "language").click()
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = {message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent"}
    assert driver.current_url in asked and all(url.startswith("file:") and url.endswith(".html") for url in asked)
    assert driver.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert driver.get_log("browser") == []


def test_the_policy_lets_nothing_else_run(browser, tmp_path):
    content = page.verify(judged(), NOW).replace("</body>", "<script>document.title = 'run'</script><img src='https://example.org/x.png' alt=''></body>")
    show(browser, tmp_path, content)
    assert browser.title == "政府信息公开年报表校验结果"
    assert len([entry for entry in browser.get_log("browser") if "Content Security Policy" in entry["message"]]) == 2


def test_hostile_names_are_shown_as_they_are_and_do_nothing(browser, tmp_path):
    name = "</script><script>document.title='run'</script>{{7*7}}&amp;\u202e镇"
    returned = sent(ANHAI, UNBALANCED)
    returned.identity = replace(returned.identity, agency=replace(returned.identity.agency, name=name))
    show(browser, tmp_path, page.verify(verify([returned], "native"), NOW))
    assert names(browser) == [name.replace("\u202e", "")] and browser.title == "政府信息公开年报表校验结果"
    choose(browser, "body", name.replace("\u202e", ""))
    wait_for(browser, lambda: len(names(browser)) == 1)


def test_board_shows_states_and_what_differs(board):
    rows = [row.text for row in shown(board, ".agency")]
    assert "通过" in rows[0] and "重复待定" in rows[1] and "未报" in rows[2]
    assert [cell.text for cell in shown(board, ".differences thead th")] == ["单元格", "一.xlsx", "二.xlsx"]
    assert [cell.text for cell in shown(board, ".differences tbody td")] == ["0", "4"]


def test_reminder_is_copied_by_a_click(board):
    board.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    reminder = shown(board, ".reminder")[0]
    button = reminder.find_element(By.CSS_SELECTOR, ".copy")
    assert button.accessible_name == f"复制 给{EDUCATION}的话"
    button.click()
    wait_for(board, lambda: reminder.find_element(By.CSS_SELECTOR, ".copied").text == "已复制")
    copied = board.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert copied == reminder.find_element(By.CSS_SELECTOR, ".paste.zh").text and copied.startswith(f"{EDUCATION}：")


def test_reminder_is_marked_where_the_browser_does_not_let_it_be_copied(board):
    board.execute_script("Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false")
    reminder = shown(board, ".reminder")[0]
    reminder.find_element(By.CSS_SELECTOR, ".copy").click()
    wait_for(board, lambda: "Ctrl+C" in reminder.find_element(By.CSS_SELECTOR, ".copied").text)
    assert board.execute_script("return getSelection().toString()") == reminder.find_element(By.CSS_SELECTOR, ".paste.zh").text


def test_board_speaks_english_after_a_click(board):
    by_id(board, "language").click()
    assert board.title == "The round of the tables of the annual report"
    reminder = shown(board, ".reminder")[0]
    assert reminder.find_element(By.CSS_SELECTOR, ".paste.en").is_displayed()
    assert not reminder.find_element(By.CSS_SELECTOR, ".paste.zh").is_displayed()
    assert reminder.find_element(By.CSS_SELECTOR, ".copy").accessible_name == f"Copy what to say to {EDUCATION}"
