"""Keep a copy of the whole archive up to date and prove that it is true. Python alone, no packages.

    python3 harvest.py https://www.example.org copy/

The first run downloads the monthly files and checks them; every run takes the changes since the
last one from the interface, slowly enough for its limit, and checks the hash chain. Stop it when
you like: it goes on where it was.
"""

import hashlib
import json
import re
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

NEXT = re.compile(r'<([^>]+)>; rel="next"')


def fetch(url: str) -> tuple[bytes, dict]:
    """The bytes and headers of an address; waits as long as the archive asks for."""
    while True:
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return answer.read(), dict(answer.headers)
        except urllib.error.HTTPError as error:
            if error.code not in {429, 503}:
                raise
            time.sleep(int(error.headers.get("Retry-After", "60")))


def download(base: str, folder: Path) -> dict:
    """The monthly files that have changed, checked; returns the manifest."""
    manifest = json.loads(fetch(f"{base}/data/manifest.json")[0])
    for file in manifest["files"]:
        path = folder / file["name"]
        if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == file["sha256"]:
            continue
        content = fetch(file["url"])[0]
        if hashlib.sha256(content).hexdigest() != file["sha256"]:
            raise SystemExit(f"{file['name']} is not what the manifest says")
        path.write_bytes(content)
    counts = manifest["counts"]
    states = ("live", "withdrawn", "gone", "merged")
    if sum(counts[state] for state in states) != counts["in_files"]:
        raise SystemExit("the counts don't add up")
    return manifest


def changes(base: str, since: str) -> tuple[dict, str]:
    """Every release that changed since a moment, by id, and from when to ask the next time."""
    url = f"{base}/api/v1/releases/?limit=500&updated_since={since}"
    found, again = {}, since
    while url:
        content, headers = fetch(url)
        page = json.loads(content)
        for release in page["items"]:
            found[release["id"]] = release
        again = page["next_updated_since"]
        more = NEXT.search(headers.get("Link", ""))
        url = more[1] if more else ""
    return found, again


def head_of(chain: str) -> str:
    """The head of the hash chain: who kept an old head can tell whether anything was changed."""
    head = "0" * 64
    for line in chain.splitlines(keepends=True):
        head = hashlib.sha256((head + line).encode()).hexdigest()
    return head


def check_chain(base: str) -> str:
    heads = fetch(f"{base}/data/chain-heads.txt")[0].decode().splitlines()
    if not heads:
        return "no head was published yet"
    day, count, head = heads[-1].split("\t")
    if head_of(fetch(f"{base}/data/chain.txt")[0].decode()) != head:
        raise SystemExit(f"the chain does not lead to the head of {day}")
    return f"{count} versions lead to the head of {day}"


def main(base: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    copy, state = folder / "releases.json", folder / "state.json"
    releases = json.loads(copy.read_text("utf-8")) if copy.exists() else {}
    since = json.loads(state.read_text("utf-8")) if state.exists() else "1970-01-01"
    manifest = download(base, folder)
    found, again = changes(base, since)
    releases |= found
    copy.write_text(json.dumps(releases, ensure_ascii=False, indent=1), "utf-8")
    state.write_text(json.dumps(again), "utf-8")
    print(f"{len(manifest['files'])} files, {len(found)} changes, {len(releases)} releases")
    print(check_chain(base))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1].startswith("-"):
        print(__doc__)
        sys.exit(0 if {"-h", "--help"} & set(sys.argv) else 2)
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2]))
