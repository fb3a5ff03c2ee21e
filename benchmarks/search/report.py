"""The figures as a table and as a plot."""

from html import escape
from math import log10

_COLUMNS = (
    ("MRR", "mrr", "{:.3f}"),
    ("recall@10", "recall", "{:.3f}"),
    ("substring", "substring", "{:.3f}"),
    ("p50 ms", "p50_ms", "{:.1f}"),
    ("p95 ms", "p95_ms", "{:.1f}"),
    ("p50 CPU ms", "p50_cpu_ms", "{:.1f}"),
    ("p95 CPU ms", "p95_cpu_ms", "{:.1f}"),
    ("suggestions p95 ms", "suggestions_p95_ms", "{:.1f}"),
    ("worst hostile CPU ms", "hostile_ms", "{:.0f}"),
    ("index MB", "index_mb", "{:.0f}"),
    ("build s", "build_s", "{:.0f}"),
    ("one update CPU ms", "update_ms", "{:.2f}"),
    ("import /s", "import_per_s", "{:.0f}"),
)
_COLOURS = {"sqlite": "#5c2379", "postgresql": "#b48a2c"}


def table(runs: list[dict]) -> str:
    """All runs as a Markdown table, and each kind of query of the largest."""
    lines = [
        "| database | releases | " + " | ".join(name for name, _, _ in _COLUMNS) + " |",
        "|---|---|" + "---|" * len(_COLUMNS),
    ]
    for run in runs:
        cells = [
            form.format(run[key]) if run.get(key) is not None else "" for _, key, form in _COLUMNS
        ]
        lines.append(f"| {run['backend']} | {run['documents']:,} | {' | '.join(cells)} |")
    largest = max(run["documents"] for run in runs)
    for run in runs:
        if run["documents"] == largest:
            lines += ["", f"By kind of query, {run['backend']}, {largest:,} releases:", ""]
            lines += ["| kind | queries | MRR | recall@10 | substring |", "|---|---|---|---|---|"]
            lines += [
                f"| {kind} | {each['queries']} | {each['mrr']:.3f} | {each['recall']:.3f} | "
                + (f"{each['substring']:.3f} |" if "substring" in each else "|")
                for kind, each in run["kinds"].items()
            ]
    return "\n".join(lines) + "\n"


def plot(runs: list[dict]) -> str:
    """p50 and p95 by size as SVG, both axes logarithmic: a line for each database and measure."""
    width, height, left, bottom = 640, 360, 60, 40

    def x(documents: int) -> float:
        return left + (log10(documents) - 3) / 2 * (width - left - 20)

    def y(ms: float) -> float:
        return height - bottom - (log10(max(ms, 1)) / 2.5) * (height - bottom - 20)

    head = f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {head}>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    parts += [
        f'<path d="M{left} {y(ms):.0f}H{width - 20}" stroke="#ddd"/>'
        f'<text x="{left - 6}" y="{y(ms) + 4:.0f}" text-anchor="end">{ms} ms</text>'
        for ms in (1, 3, 10, 15, 30, 50, 100, 300)
    ]
    parts += [
        f'<text x="{x(size):.0f}" y="{height - 14}" text-anchor="middle">{size:,}</text>'
        for size in (1_000, 10_000, 100_000)
    ]
    for backend, colour in _COLOURS.items():
        of_backend = sorted((run for run in runs if run["backend"] == backend), key=_documents)
        for key, dash in (("p50_ms", ""), ("p95_ms", "6 4")):
            points = " ".join(f"{x(run['documents']):.1f},{y(run[key]):.1f}" for run in of_backend)
            parts.append(
                f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" '
                f'stroke-dasharray="{dash}"/>'
            )
            if of_backend:
                last = of_backend[-1]
                label = escape(f"{backend} {key[:3]}")
                parts.append(
                    f'<text x="{x(last["documents"]) - 4:.0f}" y="{y(last[key]) - 6:.0f}" '
                    f'text-anchor="end" fill="{colour}">{label}</text>'
                )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _documents(run: dict) -> int:
    return run["documents"]
