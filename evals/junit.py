"""How does a build server read what the evals found?"""

import re
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree as ET

from evals.outcome import Outcome
from tools.errors import BadInputError, Fault

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(outcomes: Iterable[Outcome], path: Path) -> None:
    """Write the outcomes as JUnit XML, one test suite per dataset."""
    suites: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        suites.setdefault(outcome.suite, []).append(outcome)
    root = ET.Element("testsuites", name="nightdesk evals")
    for name, group in suites.items():
        failures = str(sum(not one.good for one in group))
        seconds = f"{sum(one.seconds for one in group):.3f}"
        counts = {"tests": str(len(group)), "failures": failures, "errors": "0"}
        suite = ET.SubElement(root, "testsuite", attrib={"name": name, "time": seconds, **counts})
        for one in group:
            _add_case(suite, one)
    ET.indent(root)
    try:
        ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        sentence = f"cannot be written: {error.strerror}."
        raise BadInputError(Fault(str(path), 0, 0, sentence)) from error


def _add_case(suite: ET.Element, outcome: Outcome) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        name=_clean(outcome.sample),
        classname=f"{outcome.suite}.{outcome.about}",
        time=f"{outcome.seconds:.3f}",
    )
    if outcome.good:
        return
    lines = [f"{scorer}: {miss}" for scorer, miss in outcome.misses]
    failure = ET.SubElement(case, "failure", message=_clean(lines[0]))
    failure.text = _clean("\n".join([*lines, "", outcome.told(0)]))


def _clean(text: str) -> str:
    """Leave out the characters that XML cannot hold; buyers write those too."""
    return _NOT_XML.sub("\ufffd", text)
