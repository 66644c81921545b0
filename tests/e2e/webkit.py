"""A phone whose browser is WebKit, Safari's engine, as Debian has it: MiniBrowser on a screen in memory."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal

from selenium import webdriver
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from tests.e2e.handset import CHOOSING, PIN

DRIVER = "/usr/bin/WebKitWebDriver"
BROWSERS = list(Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"))
PATIENCE = 30


class WebKit:
    """One person's phone, until it is closed: MiniBrowser forgets everything then."""

    def __init__(self, driver: WebDriver, address: str) -> None:
        self._driver, self._address = driver, address

    def open(self, path: str) -> None:
        self._driver.get(f"{self._address}{path}")

    def reload(self) -> None:
        self._driver.refresh()

    def sign_in(self, username: str, password: str) -> None:
        """Sign in and wait until the first copy is down and the service worker is in charge."""
        self.open("/")
        self.fill("用户名", username)
        self.fill("密码", password)
        self.tap("登录")
        for label in CHOOSING:
            self.fill(label, PIN)
        self.sees("全部已送达")
        charge = "return navigator.serviceWorker.controller !== null"
        self._wait().until(lambda driver: driver.execute_script(charge))

    def fill(self, label: str, words: str) -> None:
        self._find(f"//*[@id=//label[normalize-space()='{label}']/@for]").send_keys(words)

    def tap(self, name: str) -> None:
        self._find(f"//*[self::button or self::a][normalize-space()='{name}']").click()

    def sees(self, text: str) -> None:
        """Wait until the page says so."""
        self._find(f"//*[contains(text(), '{text}')]")

    def _find(self, xpath: str) -> WebElement:
        """The first such element that is shown, as soon as there is one."""

        def shown(driver: WebDriver) -> WebElement | Literal[False]:
            found = driver.find_elements("xpath", xpath)
            return next((element for element in found if element.is_displayed()), False)

        return self._wait().until(shown, f"not on the page: {xpath}")

    def _wait(self) -> WebDriverWait[WebDriver]:
        return WebDriverWait(self._driver, PATIENCE, poll_frequency=0.05)


@contextmanager
def webkit(address: str) -> Iterator[WebKit]:
    """A new phone."""
    options = Options()
    options.binary_location = str(BROWSERS[0])
    options.add_argument("--automation")
    with ExitStack() as powered:
        service = Service(DRIVER, env={**os.environ, "DISPLAY": powered.enter_context(screen())})
        service.start()
        powered.callback(service.stop)
        # not selenium's own class for this browser, which warns of itself
        connection = RemoteConnection(client_config=ClientConfig(service.service_url))
        driver = webdriver.Remote(connection, options=options)
        yield WebKit(powered.enter_context(driver), address)


@contextmanager
def screen() -> Iterator[str]:
    """A screen in memory, as its name for DISPLAY."""
    command = ["Xvfb", "-displayfd", "1", "-nolisten", "tcp"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=quiet) as xvfb:
        try:
            assert xvfb.stdout
            yield f":{xvfb.stdout.readline().strip()}"
        finally:
            xvfb.terminate()
