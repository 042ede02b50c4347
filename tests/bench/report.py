#!/usr/bin/env python3
"""Writes the report of restore's benchmark: report.py RESULTS...

RESULTS are files of what bench.sh measured, whole or in part, in the order of their making. Ratios are made within a round,
whose restores follow each other closely, and then the median is taken.
"""

import json
import sys
from statistics import median

MIB, GIB = 1 << 20, 1 << 30

TO_DOCUMENTED = 0.6
TO_BEST_CLASSIC = 0.9
DOWNTIME = 10  # seconds, and the application's own start
MEMORY = 64 * MIB
CORES = 2  # the first two are promised for so many

HOW = """## How it was measured

- All restores of a set ran on the same Pod, with the same settings, in turns; every second round in the reverse order. Each was
  followed by a comparison of what was there with what was dumped: rows of each table and the content of every 97th, indexes and
  constraints that are valid, sequences, triggers, functions, rights, settings. The run ends at the first difference.
- Before each one a CHECKPOINT and a sync. Before (a) and (b) the application was stopped and the databases dropped, which is not
  part of their times, as the drop of the old databases after ours is not part of its; afterwards nobody counted, compared or gathered statistics within their times.
- (a) `psql`: `kubectl cp` of the compressed dump into the Pod, `gunzip` there, `psql -X -f` there; from the start of the first to
  the end of the last.
- (b) `fc`, `fd`: `kubectl cp` of an archive of each database (`pg_dump -Fc`, `-Fd`), then `pg_restore -j {jobs} -C` of each in turn.
- (c) `ours`: the whole of `restore FILE --yes --no-safety-backup`, from the start of the process to its end, with all
  that it does besides loading: it reads and proves the dump, works while the application uses the old databases on the same disk
  and cores, counts all rows, gathers statistics, stops the application, swaps and starts it. `ours-N` is `--jobs N`, `ours` leaves
  the number to the plugin. The old databases are what the restore before left, vacuumed.
- "Without stopping and starting the application": ours without these two steps, which are in the time of no other.
- Disk: the size of the files on the data volume, looked at every 1 to 3 seconds; for (a) and (b) with no old databases beside, for
  ours with them. Memory: the most that was resident of the plugin's process, as the kernel counts it.
- CPU: what all processors of the machine worked meanwhile, for the Pod and for the cluster's own programs.
- Programs: `perf record -a`, 199 samples a second and processor, in runs of their own; each has its share of that CPU time. The
  disk: the kernel's counters (`/proc/diskstats`).
- Bytes over the stream: all that went through a proxy between the client and the API server, in a run of its own.
- Scale 1 of the mixed set is about 2 GB of plain text. Everything in a set follows from row numbers."""


class Results:
    def __init__(self, paths):
        self.records = []
        for path in paths:
            with open(path) as file:
                self.records += [json.loads(line) for line in file]
        if not self.of("machine"):
            sys.exit("report.py: no results")
        self.machine = self.of("machine")[-1]
        self.ours = self.machine["ours"]

    def of(self, kind, **wanted):
        return [r for r in self.records if r["kind"] == kind and all(r.get(k) == v for k, v in wanted.items())]

    def groups(self, part):
        """Runs that can be compared with each other: (set, scale) -> Group, in the order of their making."""
        groups = {}
        for run in self.of("run", part=part):
            groups.setdefault((run["set"], run["scale"]), []).append(run)
        return {key: Group(runs) for key, runs in groups.items()}

    def facts_of(self, name, scale):
        return self.of("set", set=name, scale=scale)[-1]


class Group:
    def __init__(self, runs):
        self.runs = runs
        self.variants = list(dict.fromkeys(run["variant"] for run in runs))

    def by_round(self, variant):
        return {(r["session"], r["round"]): r for r in self.runs if r["variant"] == variant}

    def of(self, variant):
        return list(self.by_round(variant).values())

    def ratio(self, variant, other, seconds=lambda run: run["seconds"], own=lambda run: run["seconds"]):
        """The median over the rounds that have both; None where none has. `other` may be several: the best of a round counts."""
        others = [self.by_round(one) for one in ([other] if isinstance(other, str) else other)]
        ratios = []
        for key, run in self.by_round(variant).items():
            present = [seconds(one[key]) for one in others if key in one]
            if present:
                ratios.append(own(run) / min(present))
        return median(ratios) if ratios else None


def number(value, form="{:.2f}"):
    return "" if value is None else form.format(value)


def seconds(value):
    return number(value, "{:.1f}")


def size(value):
    if value is None:
        return ""
    return f"{value / GIB:.2f} GiB" if value >= GIB else f"{value / MIB:.0f} MiB" if value >= 10 * MIB else f"{value / MIB:.1f} MiB"


def table(heads, rows, left=1):
    """Markdown; the first columns are text, the others numbers. A column without a head is text, too."""
    rules = ["---" if column < left or not head else "---:" for column, head in enumerate(heads)]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in [heads, rules, *rows])


def middle(runs, value):
    """The median of what `value` finds in the runs; None where it finds nothing."""
    found = [one for one in map(value, runs) if one is not None]
    return median(found) if found else None


def most(runs, value):
    return max((one for one in map(value, runs) if one is not None), default=None)


def without_copy(run):
    copy = run.get("phases", {}).get("copy")
    return None if copy is None else run["seconds"] - copy


def without_application(run):
    """Stopping and starting it is no part of (a)."""
    return run["seconds"] - sum(taken for name, taken in run["steps"] if name.endswith(" the application"))


def row_of_variant(group, variant):
    runs = group.of(variant)
    times = [run["seconds"] for run in runs]
    return [
        f"`{variant}`",
        len(runs),
        *map(seconds, (min(times), median(times), max(times))),
        number(group.ratio(variant, "psql")),
        seconds(middle(runs, without_copy)),
        seconds(middle(runs, lambda r: r.get("machine_seconds") or None)),
        seconds(middle(runs, lambda r: r.get("downtime_seconds"))),
        size(most(runs, lambda r: r.get("peak_bytes"))),
        size(most(runs, lambda r: r["disk_peak"])),
        size(most(runs, lambda r: r["disk_peak"] - r["disk_before"])),
    ]


HEADS = ["variant", "runs", "s, min", "s, median", "s, max", "of (a)", "s without the copy", "CPU, s", "down, s", "plugin's memory", "disk, peak", "above the start"]


def describe(facts):
    return (
        f"{size(facts['text_bytes'])} of plain text, {size(facts['gz_bytes'])} compressed, {size(facts['archive_bytes'])} as custom archives, "
        f"{size(facts['database_bytes'])} as databases; {facts['tables']} tables, {facts['indexes']} indexes."
    )


def compared(results, part, title):
    """A table for each group of a part."""
    sections = []
    for (name, scale), group in results.groups(part).items():
        rows = [row_of_variant(group, variant) for variant in group.variants]
        at = "" if scale == 1 else f", scale {scale:g}"
        sections.append(f"{title.format(name=name)}{at}\n\n{describe(results.facts_of(name, scale))}\n\n{table(HEADS, rows)}")
    return sections


def machine(results):
    m = results.machine
    rows = [
        ["processor", f"{m['cores']} cores as the Pod sees them, {m['processor']}"],
        ["memory", f"{size(m['memory'])}; the database's container may use {m['memory_limit'] or 'all of it'}"],
        ["kernel", m["kernel"]],
        ["Kubernetes", m["kubernetes"]],
        ["PostgreSQL", m["postgres"]],
        ["its settings", ", ".join(f"{name} = {value}" for name, value in m["settings"].items())],
        ["plugin", m["plugin"]],
    ]
    return "## Machine\n\n" + table(["", ""], rows, left=2)


def own_start(results):
    return middle(results.of("start"), lambda r: r["seconds"])


def bars(results):
    """What was promised, and whether it was kept: (bar, wanted, measured, verdict)."""
    rows = []

    def judge(bar, wanted, measured, form="{:.2f}"):
        verdict = "not measured" if measured is None else "met" if measured <= wanted else "**missed**"
        rows.append([bar, "at most " + form.format(wanted), number(measured, form), verdict])

    sets = results.groups("sets")
    ours, cores = results.ours, results.machine["cores"]
    here = "" if cores == CORES else f" (promised for {CORES} cores, here are {cores})"
    mixed = next((group for (name, _), group in sets.items() if name == "mixed"), Group([]))
    judge(f"mixed, `{ours}` / (a){here}", TO_DOCUMENTED, mixed.ratio(ours, "psql"))
    judge(f"mixed, `{ours}` / best of (b) in its round{here}", TO_BEST_CLASSIC, mixed.ratio(ours, ["fc", "fd"]))
    for (name, _), group in sets.items():
        judge(f"{name}, `{ours}` / (a)", 1, group.ratio(ours, "psql"))
    for (name, _), group in sets.items():
        if name == "tiny":
            judge(f"tiny, `{ours}` / `psql -f` alone", 1, group.ratio(ours, "psql", lambda run: run["phases"]["psql"]))
    for (name, _), group in sets.items():
        ratio = group.ratio(ours, "psql", own=without_application)
        rows.append([f"{name}, `{ours}` without stopping and starting the application / (a)", "", number(ratio), "for comparison"])
    one_cpu = next(iter(results.groups("one-cpu").values()), Group([]))
    judge("mixed with one CPU, `ours` / (a)", 1, one_cpu.ratio("ours", "psql"))
    everything = results.of("run")
    start = own_start(results)
    wanted = DOWNTIME + (start or 0)
    what = f"longest downtime, s: {DOWNTIME} and the application's own start, {seconds(start)}" if start else f"longest downtime, s: {DOWNTIME}"
    judge(what, wanted, most(everything, lambda r: r.get("downtime_seconds")), "{:.1f}")
    judge("most memory of the plugin, MiB", MEMORY / MIB, scaled(most(everything, lambda r: r.get("peak_bytes"))), "{:.1f}")
    return "## Bars\n\n" + table(["bar", "wanted", "measured", ""], rows) + floor(mixed, ours, cores)


def floor(group, ours, cores):
    """What is the least that a way can take, by the processors' time that its work takes."""

    def share(variant):
        whole = middle(group.of("psql"), lambda r: r["seconds"])
        work = middle(group.of(variant), lambda r: r.get("machine_seconds") or None)
        return work and whole and work / cores / whole

    theirs, own = share("psql"), share(ours)
    if theirs is None or own is None:
        return ""
    return (
        f"\n\nOn the mixed set (a) keeps {theirs:.0%} of the {cores} processors busy. So whoever does the same work, without a "
        f"moment in which one of them waits, takes {theirs:.2f} of its time. The work of `{ours}`, which reads the dump once more to "
        f"prove it and gathers statistics, is {own:.2f} of it."
    )


def scaled(count):
    return None if count is None else count / MIB


def phases(results):
    """Where the time goes on the mixed set."""
    group = next((group for (name, _), group in results.groups("sets").items() if name == "mixed"), None)
    if group is None:
        return []
    sections = []
    rows = []
    for variant in group.variants:
        runs = group.of(variant)
        for name in dict.fromkeys(name for run in runs for name in run["phases"] if name != "plugin"):
            rows.append([f"`{variant}`", name, seconds(middle(runs, lambda r: r["phases"].get(name)))])
    runs = group.of(results.ours)
    for name in dict.fromkeys(name for run in runs for name, _ in run["steps"]):
        rows.append([f"`{results.ours}`", name, seconds(middle(runs, lambda r: dict(r["steps"]).get(name)))])
    sections.append(
        "## Where the time goes, mixed\n\nMedians. Of ours those that it says itself: steps of a second or more, some of which run "
        "beside others.\n\n" + table(["variant", "part", "s"], rows, left=2)
    )
    return sections


# What the programs do, by the first words of their names.
WORK = {
    "PostgreSQL: load, indexes, log": ("postgres",),
    "psql and pg_restore": ("psql", "pg_restore"),
    "decompression in the Pod": ("gunzip", "gzip", "perl"),
    "the plugin, kubectl": ("kubectl", "plugin", "tokio-rt"),
    "API server, kubelet, runtime: streams": ("kube", "containerd", "etcd", "conmon", "runc", "exe"),
    "tar, checksums, shells in the Pod": ("tar", "openssl", "sha256sum", "dd", "sh", "bash", "cat"),
    "the kernel's own threads": ("kworker", "ksoftirqd", "kswapd", "jbd2", "kthreadd", "rcu", "migration"),
}


def work_of(program):
    return next((work for work, names in WORK.items() if program.startswith(names)), "all else")


def profile(results):
    """Who works during a restore of a set."""
    names = dict.fromkeys(one["set"] for one in results.of("profile"))
    return [profile_of(results, name) for name in names]


def profile_of(results, name):
    profiles = list({one["variant"]: one for one in results.of("profile", set=name)}.values())
    columns = []
    for one in profiles:
        total, column = sum(one["programs"].values()), dict.fromkeys([*WORK, "all else"], 0)
        for program, samples in one["programs"].items():
            column[work_of(program)] += samples / total * one["machine_seconds"]
        columns.append(column)
    rows = [[work, *(seconds(column[work]) for column in columns)] for work in columns[0]]
    rows.append(["all of it, CPU s", *(seconds(one["machine_seconds"]) for one in profiles)])
    rows.append(["wall time, s", *(seconds(one["seconds"]) for one in profiles)])
    cores = results.machine["cores"]
    rows.append(["processors busy", *(f"{one['machine_seconds'] / one['seconds'] / cores:.0%}" for one in profiles)])
    rows.append(["disk busy", *(f"{one['disk_busy_seconds'] / one['seconds']:.0%}" for one in profiles)])
    rows.append(["written to it", *(size(one["disk_written_bytes"]) for one in profiles)])
    heads = ["CPU s by program", *(f"`{one['variant']}`" for one in profiles)]
    return f"## Who works, {name}\n\n" + table(heads, rows)


def growth(results):
    """Times by size, from what was measured for growth and from the mixed set at its own size."""
    groups = [(scale, group) for part in ("sets", "growth") for (name, scale), group in results.groups(part).items() if name == "mixed"]
    if len(groups) < 2:
        return []
    rows = []
    for scale, group in sorted(groups, key=lambda pair: pair[0]):
        facts = results.facts_of("mixed", scale)
        times = {v: middle(group.of(v), lambda r: r["seconds"]) for v in ("psql", results.ours)}
        per_gib = {v: t and t / (facts["text_bytes"] / GIB) for v, t in times.items()}
        rows.append(
            [
                f"{scale:g}",
                size(facts["text_bytes"]),
                *(seconds(times[v]) for v in times),
                *(seconds(per_gib[v]) for v in times),
                number(group.ratio(results.ours, "psql")),
                size(most(group.of(results.ours), lambda r: r["peak_bytes"])),
            ]
        )
    ours = f"`{results.ours}`"
    heads = ["scale", "plain text", "(a), s", f"{ours}, s", "(a), s a GiB", f"{ours}, s a GiB", f"{ours} of (a)", "plugin's memory"]
    return ["## Growth, mixed\n\n" + table(heads, rows, left=1)]


def limits(results):
    rows = []
    for limit in latest(results.of("limit")):
        rate = limit["bytes"] / MIB / limit["seconds"]
        rows.append([limit["name"], size(limit["bytes"]), seconds(limit["seconds"]), f"{rate:.0f}"])
    return ["## Limits, mixed\n\nEach alone, once.\n\n" + table(["what", "bytes", "s", "MiB/s"], rows)] if rows else []


def stream(results):
    rows = []
    for one in latest(results.of("stream")):
        both = one["sent_bytes"] + one["received_bytes"]
        cells = map(size, (one["payload_bytes"], one["sent_bytes"], one["received_bytes"]))
        rows.append([one["name"], *cells, f"{both / one['payload_bytes']:.3f}"])
    return ["## Bytes over the stream, mixed\n\n" + table(["what", "compressed dump", "sent", "received", "all of it / dump"], rows)] if rows else []


def latest(records):
    """The last of each name."""
    return {record["name"]: record for record in records}.values()


def main(paths):
    results = Results(paths)
    sections = [
        "# Restore, measured\n\nWritten by `make bench`. (a) is the documented way, (b) are the best classic tools, (c) is ours; "
        "what each of them is, and what is in its time, is at the end.",
        bars(results),
        machine(results),
        *compared(results, "sets", "## Set {name}"),
        *phases(results),
        *profile(results),
        *compared(results, "one-cpu", "## One CPU for the database's container, {name}"),
        *growth(results),
        *limits(results),
        *stream(results),
        HOW.format(jobs=results.machine["jobs"]),
    ]
    print("\n\n".join(sections))


if __name__ == "__main__":
    main(sys.argv[1:])
