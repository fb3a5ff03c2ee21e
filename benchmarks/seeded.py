"""Sites that benchmarks measure, made at the first time: the samples, or a number of releases."""

import json
import random
from datetime import date, timedelta
from pathlib import Path

from deploy.lab.processes import Data

SYLLABLES = """
    การ ความ ข้าราชการ พลเรือน สำนักงาน พัฒนา ระบบ บุคคล ประเทศ งาน ปี ที่ ใน และ ของ ให้ ได้ มี เป็น จัด
""".split()  # noqa: SIM905
FIRST_DAY = date(2012, 1, 1)
DAYS = 13 * 365
BUSY_YEAR = date(2019, 1, 1)
"""A third of all lies in this year: its list is the long one."""


def lines(size: int, seed: int = 1):
    """`size` records as `import_releases` reads them; the same for the same seed."""
    chance = random.Random(seed)

    def words(count: int) -> str:
        return "".join(chance.choice(SYLLABLES) for _ in range(count))

    for number in range(size):
        start, days = (BUSY_YEAR, 365) if number % 3 == 0 else (FIRST_DAY, DAYS)
        record = {
            "source_id": f"seeded-{number}",
            "title": f"{words(8)} {number}",
            "date": (start + timedelta(chance.randrange(days))).isoformat(),
            "paragraphs": [" ".join(words(6) for _ in range(8)) for _ in range(6)],
        }
        yield json.dumps(record, ensure_ascii=False)


def sampled(folder: Path) -> Data:
    """The site with its samples in `folder`. Its migrations and static files are brought up to now
    each time.
    """
    data = Data(folder)
    data.manage("migrate", "--noinput", "--verbosity", "0")
    data.manage("collectstatic", "--noinput", "--verbosity", "0")
    done = folder / "samples"
    if not done.exists():
        data.manage("load_samples")
        done.touch()
    return data


def filled(folder: Path, size: int) -> Path:
    """A site on SQLite with `size` seeded releases in `folder`; imported at the first time."""
    done = folder / f"seeded-{size}"
    if not done.exists():
        data = Data(folder)
        data.manage("migrate", "--noinput", "--verbosity", "0")
        data.manage("collectstatic", "--noinput", "--verbosity", "0")
        source = folder / "seeded.jsonl"
        source.write_text("\n".join(lines(size)) + "\n", encoding="utf-8")
        data.manage("import_releases", str(source))
        done.touch()
    return folder
