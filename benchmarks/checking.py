"""How often each check before publishing speaks up on real releases, and what it says.

    python benchmarks/checking.py [corpus]              the table
    python benchmarks/checking.py --show RULE [N]       N of its findings, to be judged by a person

`corpus` is a file of releases as xz-compressed JSON lines, each with "title", "date" and
"paragraphs" (default: ../shared/corpus/releases.jsonl.xz). A release is checked as on the day that
it has. Rules about photos and links have nothing to look at there.
"""

import argparse
import json
import lzma
import os
import random
import re
import sys
import time
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OCSC_ENV", "test")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocsc_site.settings")

import django  # noqa: E402

django.setup()

from news.checking import lookalikes  # noqa: E402
from news.checking.drafts import Draft, Lookalike, Term  # noqa: E402
from news.checking.glossary import STARTING_TERMS  # noqa: E402
from news.checking.rules import RULES  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus" / "releases.jsonl.xz"
_THAI = re.compile("[ก-ฮ]")

# People who are named often in the corpus: their names are spelt in many ways there.
PEOPLE = tuple(
    Term(name, "", is_person=True)
    for name in (
        "ประยุทธ์ จันทร์โอชา",
        "วิษณุ เครืองาม",
        "สมคิด จาตุศรีพิทักษ์",
        "ประวิตร วงษ์สุวรรณ",
        "อนุพงษ์ เผ่าจินดา",
        "ปิยะสกล สกลสัตยาทร",
        "อนุทิน ชาญวีรกูล",
        "จุรินทร์ ลักษณวิศิษฏ์",
        "เศรษฐา ทวีสิน",
        "แพทองธาร ชินวัตร",
        "ภูมิธรรม เวชยชัย",
        "ปานปรีย์ พหิทธานุกร",
        "ดอน ปรมัตถ์วินัย",
        "อุตตม สาวนายน",
        "ธนกร วังบุญคงชนะ",
        "เมธินี เทพมณี",
    )
)


def releases(path):
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def drafts(path):
    """(id, draft) of each release; where another one is nearly the same, the draft says so."""
    seen = defaultdict(list)
    texts = {}
    for release in releases(path):
        title, body = release["title"], "\n".join(release["paragraphs"])
        language = "th" if _THAI.search(title + body) else "en"
        code = release["source_id"]
        found = []
        for band in lookalikes.bands(body):
            found += [other for other in seen[band] if other not in found]
            seen[band].append(code)
        texts[code] = (title, body)
        alike = [
            Lookalike(language, texts[other][0], other, share)
            for other in found
            if (share := lookalikes.share(body, texts[other][1])) >= lookalikes.NEARLY
        ]
        fields = {f"title_{language}": title, f"body_{language}": body}
        yield (
            code,
            Draft(
                texts=fields,
                raw=fields,
                today=date.fromisoformat(release["date"]),
                terms=STARTING_TERMS + PEOPLE,
                lookalikes=tuple(alike),
            ),
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--show", metavar="RULE")
    parser.add_argument("--count", type=int, default=50)
    options = parser.parse_args()
    seconds, alarms, examples, total = Counter(), Counter(), defaultdict(list), 0
    for code, draft in drafts(options.corpus):
        total += 1
        for rule in RULES:
            begin = time.process_time()
            found = list(rule.find(draft))
            seconds[rule.id] += time.process_time() - begin
            alarms[rule.id] += bool(found)
            examples[rule.id] += [(code, problem) for problem in found]
    if options.show:
        found = examples[options.show]
        for code, problem in random.Random(50).sample(found, min(options.count, len(found))):
            print(code, problem.field, repr(problem.quote[:120]), problem.message)
        return
    print(f"{total} releases")
    print("| rule | releases with a finding | one in | CPU ms a release |\n|---|---|---|---|")
    for rule in RULES:
        count = alarms[rule.id]
        one_in = f"{total / count:.0f}" if count else "-"
        print(f"| {rule.id} | {count} | {one_in} | {seconds[rule.id] / total * 1000:.2f} |")


if __name__ == "__main__":
    main()
