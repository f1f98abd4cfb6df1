#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's own netlink client speaks to the module by its spec.

    netlink_ynl.py YNL SPEC GPU GPU

Whatever ynl encodes and decodes must mean to the module what the spec says: names of
enumerations, flags, nests, lists, refusals, news. A process of Python takes its time to begin on
an emulated CPU, so most of the cases share this one, and only two run cli.py. Who asks does not
listen: ynl of 6.12 loses its way when news come between a request and its answer.
"""
import json
import os
import subprocess
import sys
import time
import traceback

YNL, SPEC, GPU_A, GPU_B = sys.argv[1:]
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [YNL, os.path.join(HERE, "..", "kselftest")]

# pylint: disable=wrong-import-position,import-error
import ksft
from lib import NlError, YnlFamily

UUID = "11111111-cccc-4ccc-8ccc-000000000001"
GIB = 1 << 30
PATIENCE = 60
TAKE = ["detach", "console", "no-scrub"]


def same(what, wanted, seen):
    assert wanted == seen, f"{what}: wanted {wanted!r}, saw {seen!r}"


def sysfs(gpu, name):
    """A number of a PCI function, as the kernel's PCI core tells it."""
    with open(f"/sys/bus/pci/devices/{gpu}/{name}", encoding="ascii") as file:
        return int(file.read(), 0)


def by_name(objects, attr):
    return {each[attr]: each for each in objects}


def gpu_get(ynl, gpu=GPU_A):
    return ynl.do("gpu-get", {"bdf": gpu})


def settled(ynl, gpu=GPU_A):
    """The GPU when no switch is going on any more."""
    end = time.monotonic() + PATIENCE
    seen = gpu_get(ynl, gpu)
    while "target" in seen:
        assert time.monotonic() < end, f"{gpu} still switches: {seen}"
        time.sleep(0.1)
        seen = gpu_get(ynl, gpu)
    return seen


def set_mode(ynl, mode):
    ynl.do("gpu-set", {"bdf": GPU_A, "mode": mode, "flags": TAKE})
    seen = settled(ynl)
    same("mode", mode, seen["mode"])
    return seen


def listener():
    ear = YnlFamily(SPEC, schema="")
    ear.ntf_subscribe("monitor")
    return ear


def news(ear):
    """What the kernel has told since the last call: names and contents."""
    ear.check_ntf()
    queue = ear.async_msg_queue
    if not isinstance(queue, list):     # a queue.Queue since 6.13
        queue = [queue.get() for _ in range(queue.qsize())]
    found = [(each["name"], each["msg"]) for each in queue]
    if queue is ear.async_msg_queue:
        queue.clear()
    return found


def heard(ear, gpu, mode):
    """What was told of a switch of a GPU, up to its end."""
    told, end = [], time.monotonic() + PATIENCE
    while not told or told[-1]["mode"] != mode or "target" in told[-1]:
        assert time.monotonic() < end, f"no end in {told}"
        told += [each for name, each in news(ear) if name == "gpu-ntf" and each["bdf"] == gpu]
    return told


def refusal(ynl, op, request):
    """Error number, extack text and name of the attribute that is to blame."""
    try:
        ynl.do(op, request)
    except NlError as error:
        extack = error.nl_msg.extack or {}
        print(f"# {str(error)}".replace("\n", "\n# "))
        return error.error, extack.get("msg"), extack.get("bad-attr")
    raise AssertionError(f"{op} {request} was not refused")


def cli(*args):
    return subprocess.Popen([sys.executable, os.path.join(YNL, "cli.py"), "--spec", SPEC,
                             "--no-schema", "--output-json", *args], text=True,
                            stdout=subprocess.PIPE)


def printed(process):
    """The one line of JSON of a cli.py that has come to its end."""
    text, _ = process.communicate(timeout=PATIENCE)
    same("status of cli.py", 0, process.returncode)
    return json.loads(text)


def listens(pid):
    """Whether a process has joined a multicast group."""
    with open("/proc/net/netlink", encoding="ascii") as file:
        sockets = [line.split() for line in file]
    return any(each[2] == str(pid) and each[3].strip("0") for each in sockets[1:])


def case_cli_dumps_gpus(_ynl):
    gpus = by_name(printed(cli("--dump", "gpu-get")), "bdf")
    for bdf in GPU_A, GPU_B:
        same("mode", "host", gpus[bdf]["mode"])
        same("device-id", sysfs(bdf, "device"), gpus[bdf]["device-id"])


def case_cli_hears_of_a_vgpu(ynl):
    set_mode(ynl, "vgpu")
    with cli("--subscribe", "monitor", "--sleep", "4") as process:
        end = time.monotonic() + PATIENCE
        while not listens(process.pid):
            assert process.poll() is None and time.monotonic() < end, "it does not subscribe"
            time.sleep(0.1)
        vgpu = ynl.do("vgpu-new", {"gpu": GPU_A, "type": "A30-6C", "uuid": UUID})
        ynl.do("vgpu-del", {"uuid": UUID})
        told = [each for each in printed(process) if each["name"].startswith("vgpu")]
    same("news", ["vgpu-ntf", "vgpu-del-ntf"], [each["name"] for each in told])
    same("what is new", vgpu, told[0]["msg"])


def case_gpus_are_dumped_as_each_is_told(ynl):
    gpus = by_name(ynl.dump("gpu-get", {}), "bdf")
    for bdf in GPU_A, GPU_B:
        same(bdf, gpu_get(ynl, bdf), gpus[bdf])


def case_enumerations_have_their_names(ynl):
    gpu = gpu_get(ynl)
    same("mode", "host", gpu["mode"])
    same("partition", "same-size", gpu["partition"])
    same("partitions", {"same-size", "mixed-size", "mig"}, set(gpu["partitions"]))
    assert gpu["reset"] in ("none", "function", "slot"), gpu["reset"]
    assert gpu["memory"] in ("unknown", "tenant", "clean"), gpu["memory"]


def case_types_have_their_figures(ynl):
    set_mode(ynl, "vgpu")
    types = by_name(ynl.dump("type-get", {"gpu": GPU_A}), "name")
    kind = types["A30-12C"]
    same("fb-size", 12 * GIB, kind["fb-size"])
    same("mdev-type", "nvmux-A30-12C", kind["mdev-type"])
    same("available", 2, kind["available"])
    same("free placements", kind["placement"], kind["free-placement"])
    same("gpus of all types", {GPU_A, GPU_B}, {t["gpu"] for t in ynl.dump("type-get", {})})


def case_modes_there_and_back(ynl):
    ear = listener()
    for mode, driver in ("vgpu", "nvmux"), ("passthrough", "vfio-pci"), ("host", None):
        same("driver", driver, set_mode(ynl, mode).get("driver"))
        told = heard(ear, GPU_A, mode)
        assert any(gpu.get("target") == mode for gpu in told), f"no beginning in {told}"


def case_vgpu_is_made_told_and_deleted(ynl):
    set_mode(ynl, "vgpu")
    ear = listener()
    vgpu = ynl.do("vgpu-new", {"gpu": GPU_A, "type": "A30-6C", "uuid": UUID, "placement": 6})
    same("placement", 6, vgpu["placement"])
    same("slice", (6 * GIB, 6 * GIB), (vgpu["offset"], vgpu["size"]))
    same("one", vgpu, ynl.do("vgpu-get", {"uuid": UUID}))
    same("all", [vgpu], ynl.dump("vgpu-get", {"gpu": GPU_A}))
    same("of the other gpu", [], ynl.dump("vgpu-get", {"gpu": GPU_B}))
    ynl.do("vgpu-del", {"uuid": UUID})
    same("none", [], ynl.dump("vgpu-get", {}))
    told = [(name, each["uuid"]) for name, each in news(ear) if name.startswith("vgpu")]
    same("news", [("vgpu-ntf", UUID), ("vgpu-del-ntf", UUID)], [told[0], told[-1]])


def case_gpu_instance_is_a_nest(ynl):
    set_mode(ynl, "vgpu")
    ynl.do("gpu-set", {"bdf": GPU_A, "partition": "mig"})
    made = ynl.do("gi-new", {"gpu": GPU_A, "profile": "2g.12gb", "placement": 2})
    same("gpu instance", {"gpu": GPU_A, "profile": "2g.12gb", "placement": 2}, made)
    same("instances", [{"profile": "2g.12gb", "placement": 2, "memory-slices": 2,
                        "compute-slices": 2, "vgpu-count": 0, "kept": True}], gpu_get(ynl)["gi"])
    ynl.do("gi-del", {"gpu": GPU_A, "placement": 2})
    assert "gi" not in gpu_get(ynl)
    ynl.do("gpu-set", {"bdf": GPU_A, "partition": "same-size"})


def case_refusals_name_what_is_to_blame(ynl):
    same("gpu", (19, "no gpu 0000:99:00.0", ".bdf"),
         refusal(ynl, "gpu-get", {"bdf": "0000:99:00.0"}))
    same("type", (22, f"gpu {GPU_A} has no type A30-7C", ".type"),
         refusal(ynl, "vgpu-new", {"gpu": GPU_A, "type": "A30-7C", "uuid": UUID}))
    errno, _, attr = refusal(ynl, "gpu-set", {"bdf": GPU_A, "mode": 9})
    same("mode", (34, ".mode"), (errno, attr))
    same("mode", "host", gpu_get(ynl)["mode"])


def run(name, case, ynl):
    """Each case begins with both GPUs at the host, and says why it fails."""
    try:
        if gpu_get(ynl)["mode"] != "host":
            set_mode(ynl, "host")
        case(ynl)
        ksft.test_result_pass(name)
    except Exception:       # pylint: disable=broad-exception-caught
        print("# " + traceback.format_exc().replace("\n", "\n# "))
        ksft.test_result_fail(name)
    sys.stdout.flush()


def main():
    cases = [(name.removeprefix("case_"), case) for name, case in globals().items()
             if name.startswith("case_")]
    ksft.print_header()
    ksft.set_plan(len(cases))
    ynl = YnlFamily(SPEC, schema="")
    for name, case in cases:
        run(name, case, ynl)
    ksft.finished()


if __name__ == "__main__":
    main()
