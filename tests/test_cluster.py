"""Returns read on a Dask cluster: a scheduler and workers that are processes of their own, on this machine."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, nullcontext
from pathlib import Path

import acts
import pytest
from clerks import copy, fill, issue, run

from ogi_xlsx.form.words import Refusal
from ogi_xlsx.returns import apart, cluster, within, workers
from ogi_xlsx.returns.opening import safety
from ogi_xlsx.returns.workers import Stopped

distributed = pytest.importorskip("distributed")
TESTS = Path(__file__).parent
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS)]),
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",  # a file may cost two workers, not four
}
PATIENCE = 60  # seconds, on a machine that is busy with other tests
KEY = b"a key of this office"


def until(true, what):
    """Wait for something to be true."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.02)


class Cluster:
    """A scheduler, and workers as they are added."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        self.scheduler = self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show", "--scheduler-file", folder / "at.json")
        until(lambda: (folder / "at.json").exists() and (folder / "at.json").read_text().endswith("}"), "no scheduler")
        self.address = json.loads((folder / "at.json").read_text())["address"]

    def start(self, kind, *options):
        """A process of Dask's; what it says goes into a file."""
        call = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *map(str, options)]
        with (self.folder / f"{len(self.processes)}.log").open("wb") as log:
            self.processes.append(subprocess.Popen(call, stdout=log, stderr=log, env=ENVIRONMENT, cwd=self.folder, start_new_session=True))
        return self.processes[-1]

    def worker(self, *options):
        """One more worker of one thread."""
        log = self.folder / f"{len(self.processes)}.log"
        place = ("--host", "127.0.0.1", "--no-dashboard", "--local-directory", self.folder)
        process = self.start("worker", self.address, "--nthreads", 1, "--nworkers", 1, *place, *options)
        until(lambda: "Registered to" in log.read_text(), "no worker")
        return process

    def end(self):
        """End them and whatever they have started."""
        for process in self.processes:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                assert process.poll() is not None
            process.wait()


@contextmanager
def started(folder, workers=0):
    """A cluster that ends with the block."""
    made = Cluster(folder)
    try:
        for _ in range(workers):
            made.worker()
        yield made
    finally:
        made.end()


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    with started(tmp_path_factory.mktemp("dask"), workers=1) as made:
        yield made


def program(script, *args, **more):
    """A process of ours that runs a script."""
    call = [sys.executable, "-c", script, *map(str, args)]
    return subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, **more)


def told(script, *args, **more):
    """What a script says: exit code, stdout, stderr."""
    with program(script, *args, **more) as process:
        out, complaint = process.communicate(timeout=2 * PATIENCE)
    assert "Traceback" not in complaint, complaint
    return process.returncode, out, complaint


BOTH = """
import sys
from pathlib import Path
from ogi_xlsx.county import folders
from ogi_xlsx.returns.hands import Hands
paths, there = sorted(Path(sys.argv[2]).iterdir()), []
for one in folders.read(paths, noted := [], hands=Hands(scheduler=sys.argv[1])):
    there.append(one)
    print(one.path, flush=True)
here = list(folders.read(paths, again := []))
assert noted == again and [vars(one) for one in there] == [vars(one) for one in here]
"""


def test_what_a_cluster_reads_is_what_this_machine_reads_though_a_worker_is_killed(dask, tmp_path):
    issued = issue(tmp_path, lines=("A,甲镇,镇", "B,乙街道,街道", "C,丙局,部门"))
    fill(issued[0], {"t3.new_received.natural_person": 5, "t3.new_received.business": "３"})
    for n in range(60):
        copy(issued[n % 3], tmp_path / "back" / f"{n:02}.xlsx")
    victim = dask.worker("--no-nanny")
    with program(BOTH, dask.address, tmp_path / "back") as process:
        lines = [process.stdout.readline() for _ in range(3)]
        victim.kill()
        rest, complaint = process.stdout.read(), process.stderr.read()  # not `communicate`, which knows nothing of what was read ahead with the lines
        process.wait(2 * PATIENCE)
    assert process.returncode == 0 and complaint == ""
    assert [*lines, *rest.splitlines(True)] == [f"{path}\n" for path in sorted((tmp_path / "back").iterdir())]


COMMAND = "from ogi_xlsx.cli import main\nfrom ogi_xlsx.returns import cluster\ncluster.CONNECT = cluster.ALONE = 1\n"


def test_a_command_tells_of_every_kind_of_file_what_it_tells_without_a_cluster(dask, tmp_path, monkeypatch):
    (tmp_path / "key").write_bytes(KEY)
    (path,) = issue(tmp_path, "--seal-key", tmp_path / "key")
    copy(fill(path, {"t3.new_received.natural_person": 5}), tmp_path / "back" / "甲.xlsx")
    copy(tmp_path / "out" / "下发登记表.xlsx", tmp_path / "back" / "登记.xlsx")
    (tmp_path / "back" / "空.xlsx").touch()
    (tmp_path / "back" / "坏.xlsx").write_bytes(path.read_bytes()[:2000])
    (tmp_path / "back" / "不在.xlsx").symlink_to("nowhere")
    os.mkfifo(tmp_path / "back" / "管.xlsx")
    with (tmp_path / "back" / "大.xlsx").open("wb") as file:
        file.truncate(safety.MOST_BYTES + 1)
    with (tmp_path / "back" / "很大.xlsx").open("wb") as file:
        file.truncate(safety.MOST_BYTES)
    monkeypatch.chdir(tmp_path)
    args = ("verify", "back", "--seal-key", "key", "--engine", "native", "--format", "json")
    here = run(*args)
    code, out, complaint = told(COMMAND.replace("= 1", "= 60") + "main()", *args, "--scheduler", dask.address)
    assert (code, out, complaint) == (here.exit_code, here.stdout, here.stderr)
    assert len(json.loads(out)["returns"]) == 7 and '"back/甲.xlsx"' in out and "S307" not in out


NAMES = """
import sys
from pathlib import Path
import acts
from ogi_xlsx.returns.cluster import in_cluster
for one in in_cluster(acts.name, [Path(name) for name in sys.argv[2:]], sys.argv[1]):
    print(one if isinstance(one, str) else one.reason.zh)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_file_that_ends_its_process_or_every_worker_costs_itself_alone(dask):
    code, out, _ = told(NAMES, dask.address, "甲", "坏", "乙", "更坏", "丙")
    assert code == 0
    assert out.splitlines() == ["甲", "读取它的进程意外退出", "乙", "读取它的集群工作进程接连中断", "丙"]


STOPPED = """
import sys
from pathlib import Path
import acts
from ogi_xlsx.returns.cluster import in_cluster
paths = [Path(sys.argv[2], str(n)) for n in range(100)]
try:
    for one in in_cluster(acts.trace, paths, sys.argv[1]):
        print(one, flush=True)
except KeyboardInterrupt:
    print(*in_cluster(acts.name, [Path("next")], sys.argv[1]))
"""


def test_ctrl_c_cancels_what_is_outstanding(dask, tmp_path):
    with program(STOPPED, dask.address, tmp_path) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, complaint = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0 and out.endswith("next\n") and complaint == ""
    assert 0 < len(list(tmp_path.iterdir())) < 50


def test_no_scheduler_is_one_sentence(tmp_path):
    issue(tmp_path)
    address = "tcp://127.0.0.1:1"
    code, out, complaint = told(COMMAND + "main()", "export", tmp_path / "out", "--out", tmp_path / "all.csv", "--scheduler", address)
    assert (code, out) == (2, "") and f"没有连上集群的调度器 {address}" in complaint and len(complaint.splitlines()) == 2
    assert not (tmp_path / "all.csv").exists()


@pytest.mark.parametrize("address", ["tls://127.0.0.1:1", "nowhere://x", "x y"])
def test_address_that_leads_nowhere_is_one_sentence(monkeypatch, address):
    monkeypatch.setattr(cluster, "CONNECT", 1)
    with pytest.raises(Refusal, match=f"没有连上集群的调度器 {address}"):
        list(cluster.in_cluster(len, [Path("a")], address))


LOST = """
cluster.ALONE = 60
cluster._some_worker = lambda *_: print("waits", flush=True)
cluster._same_everywhere = lambda *_: None
"""


def test_a_scheduler_without_workers_and_one_that_is_lost_are_one_sentence_each(tmp_path):
    issue(tmp_path)
    with started(tmp_path) as alone:
        args = ("verify", tmp_path / "out", "--engine", "native", "--scheduler", alone.address)
        code, out, complaint = told(COMMAND + "main()", *args)
        assert (code, out) == (2, "") and "没有一个工作进程" in complaint and len(complaint.splitlines()) == 2
        with program(COMMAND + LOST + "main()", *args) as process:
            assert process.stdout.readline() == "waits\n"
            alone.scheduler.kill()
            out, complaint = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (2, "") and "连接中断" in complaint and len(complaint.splitlines()) == 2


def test_the_extra_that_is_not_installed_is_one_sentence(tmp_path, monkeypatch):
    issue(tmp_path)
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = run("status", tmp_path / "out", "--roster", tmp_path / "roster.csv", "--scheduler", "tcp://x:1")
    assert result.exit_code == 2 and result.stdout == ""
    assert 'pip install "ogi-xlsx[cluster]"' in result.stderr and len(result.stderr.splitlines()) == 2


class Future:
    """As Dask's, with a result that is there, or an error."""

    def __init__(self, result):
        self.told = result

    def result(self, timeout):
        if isinstance(self.told, Exception):
            raise self.told
        return self.told


class Client:
    """As Dask's: everything is done at once. `becomes` says what becomes of a file, by its number."""

    def __init__(self, **becomes):
        self.becomes, self.sent, self.versions = becomes, [], {}

    def submit(self, call, packed, file, program, key, pure):
        self.sent.append(file.path)
        return Future(self.becomes.get(f"_{len(self.sent)}") or call(packed, file, program))

    def cancel(self, futures):
        self.cancelled = len(futures)

    def get_versions(self, packages):
        return {"workers": {address: {"packages": dict(zip((*packages, "python"), told, strict=True))} for address, told in self.versions.items()}}


@pytest.fixture
def through(monkeypatch):
    """The names of some files, read by a client of the test's."""

    def read(client, paths):
        monkeypatch.setattr(cluster, "_connected", lambda _: nullcontext(client))
        monkeypatch.setattr(apart, "read", lambda call, file, program: within.told(len, file.path)[1:])
        return cluster.in_cluster(len, paths, "there")

    return read


def test_so_many_files_are_out_at_once_and_so_many_bytes(through, monkeypatch, tmp_path):
    paths = [tmp_path / str(n) for n in range(10)]
    for path in paths:
        path.write_bytes(b"x" * (10 if path.name != "5" else 1000))
    monkeypatch.setattr(cluster, "AHEAD", 3)
    monkeypatch.setattr(cluster, "AHEAD_BYTES", 100)
    results = through(client := Client(), paths)
    seen = []
    for _ in results:
        seen.append(len(client.sent))
    assert seen == [3, 4, 5, 5, 5, 6, 9, 10, 10, 10]


def test_whatever_becomes_of_a_file_out_there_is_one_result_or_one_sentence(through, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    killed = distributed.KilledWorker("x", None, 3)
    results = list(through(client := Client(_2=killed, _3=ValueError("什么"), _4=killed, _5=killed), [Path("a")] * 4))
    assert (results[0], results[3], len(client.sent)) == (1, 1, 6)
    assert [type(one) for one in results[1:3]] == [Stopped, Stopped]
    assert "接连中断" in results[1].reason.zh and "本工具的问题" in results[2].reason.zh
    (report,) = tmp_path.glob("ogi-xlsx-*.txt")
    assert "什么" in report.read_text(encoding="utf-8")
    for gone, sentence in ((distributed.CancelledError(), "连接中断"), (apart.Otherwise("三号机"), "三号机")):
        with pytest.raises(Refusal, match=sentence):
            list(through(client := Client(_1=gone), [Path("a")] * 4))
        assert client.cancelled == 3


def test_workers_with_another_version_of_ours_or_of_python_are_named(through):
    client, here = Client(), f"{sys.version_info.major}.{sys.version_info.minor}"
    client.versions = {"tcp://a:1": (cluster.__version__, f"{here}.99.final.0"), "tcp://b:1": (None, f"{here}.0"), "tcp://c:1": ("0.0.1", "2.7.18")}
    with pytest.raises(Refusal) as refusal:
        list(through(client, [Path("a")]))
    version, python = refusal.value.problems
    assert "2个工作进程" in version.zh and "tcp://b:1 —、tcp://c:1 0.0.1" in version.zh and "tcp://a:1" not in version.zh
    assert "tcp://c:1 2.7" in python.en and "tcp://b" not in python.en
    assert not client.sent


def test_a_program_beside_a_worker_serves_one_call_and_is_missed_by_nobody(monkeypatch):
    """As a thread of a Dask worker uses it, without one."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(TESTS)])
    monkeypatch.setattr(apart, "_waiting", waiting := [])
    name, trace = pickle.dumps(acts.name), pickle.dumps(acts.trace)
    results = [apart.read(name, safety.Taken(path), apart.program()) for path in ("甲", "坏", "乙")]
    assert [workers.unpacked(results[0]), type(results[1]), workers.unpacked(results[2])] == ["甲", Stopped, "乙"]
    assert len(waiting) == 1
    assert isinstance(apart.read(name, safety.Taken("甲"), "another program"), apart.Otherwise)
    waiting[0].process.kill()
    assert workers.unpacked(apart.read(name, safety.Taken("丙"), apart.program())) == "丙"
    assert isinstance(apart.read(trace, safety.Taken("/nowhere/丁"), apart.program()), workers.Failed)
    assert {one.call for one in waiting} == {name, trace}
    for one in waiting:
        one.end()


@pytest.mark.skipif(not hasattr(signal, "alarm"), reason="Windows cannot")
def test_a_program_without_work_ends():
    with program("from ogi_xlsx.returns import apart\napart.IDLE = 1\napart._serve()", stdin=subprocess.PIPE) as process:
        process.stdin.write(pickle.dumps(pickle.dumps(acts.name, 0), 0).decode())  # printable
        process.stdin.flush()
        assert process.wait(PATIENCE) == -signal.SIGALRM
