"""One measurement, in a process of its own: ``python -m bench.client`` takes a plan as JSON and prints what it found.

Plain threads, each with one connection that is kept open.  The client takes its share of the machine, so that what it
measures is less than the server could do alone; the share is the same for everything that is compared.
"""

import http.client
import json
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlencode

HOST = "127.0.0.1"
PATIENCE_SECONDS = 30

MODULE = "ai-limits"


@dataclass
class Plan:
    """What to do: ask (``asked`` holds pairs of body and expected decisions) or sit quizzes (``sitters``)."""

    port: int
    threads: int
    seconds: float
    path: str = ""
    token: str = ""
    asked: list[tuple[str, list[bool]]] = field(default_factory=list)
    a_second: float = 0
    """Questions a second, evenly, each timed from when it was due; 0: each as soon as the one before is answered."""
    most: int = 0
    """How many questions in all, should they be answered sooner; 0: as many as there is time for."""
    sitters: list[str] = field(default_factory=list)
    """Session tokens of officers who have not taken the quiz; each sits it once."""
    keys: dict[str, list[str]] = field(default_factory=dict)
    """Right options by item."""


@dataclass
class Found:
    done: int
    seconds: float
    """From the start to the last answer."""
    milliseconds: list[float]
    """How long each took, sorted."""
    faults: list[str]


class Refused(RuntimeError):
    """The server answered something else than it must."""


class Asker:
    """Asks one question after another on one connection."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.plan, self.next = plan, number
        self.connection = http.client.HTTPConnection(HOST, plan.port, timeout=PATIENCE_SECONDS)
        self.headers = {"Content-Type": "application/json", "Authorization": f"Bearer {plan.token}"}

    def __call__(self) -> bool:
        body, expected = self.plan.asked[self.next % len(self.plan.asked)]
        if self.plan.most and self.next >= self.plan.most:
            return False
        self.next += self.plan.threads
        self.connection.request("POST", self.plan.path, body, self.headers)
        response = self.connection.getresponse()
        told = json.loads(response.read())
        answers = told.get("evaluations", [told])
        if response.status != http.client.OK or [one["decision"] for one in answers] != expected:
            raise Refused(f"{response.status} {str(told)[:500]} to {body[:500]}")
        return True


class Sitter:
    """Lets one officer after another take the whole quiz: open, answer everything, check, submit, see the result."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.plan, self.left = plan, plan.sitters[number :: plan.threads]
        self.connection = http.client.HTTPConnection(HOST, plan.port, timeout=PATIENCE_SECONDS)
        self.token = ""

    def __call__(self) -> bool:
        if not self.left:
            return False
        self.token = self.left.pop()
        page = self._get(f"/modules/{MODULE}")
        page, address = self._post(f"/modules/{MODULE}/attempts", page, mode="assessment")
        while re.search(r"/questions/\d+$", address):
            item = re.search(r'data-item="([^"]+)"', page)
            answer = self.plan.keys[item[1]] if item else []
            page, address = self._post(address, page, answer=answer)
        page, address = self._post(address.replace("/check", "/submit"), page)
        if not address.endswith("/result"):
            raise Refused(f"no result at {address}")
        return True

    def _get(self, path: str) -> str:
        status, _, text = self._exchange("GET", path)
        if status != http.client.OK:
            raise Refused(f"{status} at {path}")
        return text

    def _post(self, path: str, page: str, **fields: Any) -> tuple[str, str]:
        """Send the form of *page*, go where the answer leads, and return the page there with its address."""
        form = urlencode({**_hidden(page), **fields}, doseq=True)
        status, location, _ = self._exchange("POST", path, form)
        while True:
            if status not in {302, 303}:
                raise Refused(f"{status} to {path}")
            status, following, text = self._exchange("GET", location)
            if status == http.client.OK:
                return text, location
            path, location = location, following

    def _exchange(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        headers = {"Cookie": f"training={self.token}", "Referer": f"http://{HOST}:{self.plan.port}/"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        return response.status, response.headers.get("Location", ""), text


def _hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's forms, by name."""
    tags = (dict(re.findall(r'([a-z]+)="([^"]*)"', tag)) for tag in re.findall(r"<input [^>]*>", page))
    return {tag["name"]: tag.get("value", "") for tag in tags if tag.get("type") == "hidden"}


def measure(plan: Plan) -> Found:
    """Carry out *plan* until its time is over or there is nothing left to do; what was begun is finished."""
    taken: list[tuple[float, float]] = []
    faults: list[str] = []
    make: Callable[[Plan, int], Callable[[], bool]] = Sitter if plan.sitters else Asker
    ready = threading.Barrier(plan.threads + 1)

    def work(number: int) -> None:
        do = make(plan, number)
        ready.wait()
        begun = time.perf_counter()
        end = begun + plan.seconds
        begun += number / plan.a_second if plan.a_second else 0
        try:
            while begun < end:
                time.sleep(max(0.0, begun - time.perf_counter()))
                if not do():
                    break
                taken.append((begun, time.perf_counter()))
                begun = begun + plan.threads / plan.a_second if plan.a_second else time.perf_counter()
        except (Refused, OSError, http.client.HTTPException, KeyError) as error:
            faults.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(plan.threads)]
    for thread in threads:
        thread.start()
    ready.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = max((done for _, done in taken), default=start) - start
    return Found(len(taken), seconds, sorted((done - begun) * 1000 for begun, done in taken), faults)


if __name__ == "__main__":
    json.dump(asdict(measure(Plan(**json.load(sys.stdin)))), sys.stdout)
