#!/usr/bin/python3
"""The kernel's half of the oracle: JSON lines on stdin and stdout, standard library only.

Two network namespaces of its own, without names: FIREWALL routes and holds the rule set under test, PEER holds
the far ends of every veth and no address, only AF_PACKET sockets. Neither has another link, so no packet leaves.
A packet carries its number in the IPv4 identification or the IPv6 flow label; a table `zz_oracle` around the
rule set records in sets which numbers went in (s0), left prerouting (s1), were routed (f0) and came out (f1).
"""
import base64, ctypes, errno, ipaddress, json, os, select, socket, struct, subprocess, sys, tempfile, time

libc = ctypes.CDLL("libc.so.6", use_errno=True)
CLONE_NEWNET = 0x40000000
OWN_PRIORITY = 0x7A  # marks what the oracle itself sends from the firewall; anything else it emits is dropped


def new_namespace():
    if libc.unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWNET): needs root or `unshare -Urn`")
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY)


def enter(namespace):
    if libc.setns(namespace, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def run(command, text=None):
    p = subprocess.run(command, input=text, text=True, capture_output=True)
    return p.returncode, p.stdout, p.stderr


def must(command, text=None):
    code, out, err = run(command, text)
    if code:
        raise RuntimeError(f"{command}: {err.strip()}")
    return out


class Nft:
    """One libnftables context. Loading it in-process spares a process start per rule set."""

    WITH_HANDLES = 1 << 3

    def __init__(self):
        lib = self.lib = ctypes.CDLL("libnftables.so.1")
        lib.nft_ctx_new.restype = ctypes.c_void_p
        for name in ("nft_ctx_get_output_buffer", "nft_ctx_get_error_buffer"):
            getattr(lib, name).restype = ctypes.c_char_p
            getattr(lib, name).argtypes = [ctypes.c_void_p]
        for name in ("nft_ctx_buffer_output", "nft_ctx_buffer_error", "nft_ctx_free"):
            getattr(lib, name).argtypes = [ctypes.c_void_p]
        lib.nft_run_cmd_from_buffer.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
        lib.nft_ctx_set_dry_run.argtypes = [ctypes.c_void_p, ctypes.c_bool]
        lib.nft_ctx_output_set_flags.argtypes = [ctypes.c_void_p, ctypes.c_uint]
        lib.nft_ctx_add_include_path.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
        self.context = lib.nft_ctx_new(0)
        lib.nft_ctx_buffer_output(self.context)
        lib.nft_ctx_buffer_error(self.context)

    def close(self):
        self.lib.nft_ctx_free(self.context)

    def run(self, text, dry=False, flags=0):
        self.lib.nft_ctx_set_dry_run(self.context, dry)
        self.lib.nft_ctx_output_set_flags(self.context, flags)
        code = self.lib.nft_run_cmd_from_buffer(self.context, text.encode())
        out = self.lib.nft_ctx_get_output_buffer(self.context).decode()
        return code, out, self.lib.nft_ctx_get_error_buffer(self.context).decode()

    def include_from(self, folder):
        self.lib.nft_ctx_add_include_path(self.context, folder.encode())


def recorder(traced):
    def note(*points):
        return "".join(
            f"meta nfproto ipv4 counter name {p} add @{p}4 {{ ip id }}\n"
            f"meta nfproto ipv6 counter name {p} add @{p}6 {{ ip6 flowlabel }}\n"
            for p in points
        )

    trace = "meta nftrace set 1\n" if traced else ""
    sets = "".join(
        f"set {p}4 {{ typeof ip id; flags dynamic; size 65535; }}\nset {p}6 {{ typeof ip6 flowlabel; flags dynamic; size 65535; }}\n"
        f"counter {p} {{}}\n"
        for p in ("s0", "s1", "f0", "f1")
    )
    chain = lambda name, hook, priority, body: f"chain {name} {{ type filter hook {hook} priority {priority}; policy accept;\n{body}}}\n"
    return (
        "table inet zz_oracle {\n" + sets
        + chain("pre0", "prerouting", -350, trace + note("s0"))
        + chain("pre1", "prerouting", 500, note("s1"))
        + chain("out0", "output", -350, f"meta priority != 0:{OWN_PRIORITY:x} drop\n" + trace + note("s0", "s1", "f0"))
        + chain("fwd0", "forward", -500, note("f0"))
        + chain("in0", "input", -500, note("f0"))
        + chain("in1", "input", 500, note("f1"))
        + chain("post1", "postrouting", 500, note("f1"))
        + "}\n"
    )


EMPTY = "".join(f"flush set inet zz_oracle {s}{f}\n" for s in ("s0", "s1", "f0", "f1") for f in "46") + "reset counters table inet zz_oracle\n"


class TraceReader:
    """Reads the kernel's own account of which rules a packet met (nfnetlink group NFTRACE)."""

    VERDICTS = {0: "drop", 1: "accept", -1: "continue", -2: "break", -3: "jump", -4: "goto", -5: "return"}
    TYPES = {1: "policy", 2: "return", 3: "rule"}

    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
        self.socket.bind((0, 0))
        self.socket.setsockopt(socket.SOL_SOCKET, 33, 1 << 26)  # SO_RCVBUFFORCE: a burst must not overflow
        self.socket.setsockopt(270, 1, 9)  # NETLINK_ADD_MEMBERSHIP, NFNLGRP_NFTRACE
        self.socket.setblocking(False)

    def close(self):
        self.socket.close()

    @staticmethod
    def attributes(data):
        at, found = 0, {}
        while at + 4 <= len(data):
            length, kind = struct.unpack_from("=HH", data, at)
            found[kind & 0x3FFF] = data[at + 4 : at + length]
            at += (length + 3) & ~3
        return found

    def read(self, count):
        """Waits until `count` packets were seen and then for silence.
        -> packet number: list of [family, table, chain, type, handle, verdict], in order"""
        current, steps = {}, {}
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            if not select.select([self.socket], [], [], 0.02)[0]:
                if len(steps) >= count:
                    break
                continue
            data = self.socket.recv(1 << 18)
            at = 0
            while at + 20 <= len(data):
                length, kind = struct.unpack_from("=IH", data, at)
                if kind == (10 << 8 | 17):
                    self.note(data[at + 16 : at + length], current, steps)
                at += (length + 3) & ~3
        return steps

    def note(self, message, current, steps):
        a = self.attributes(message[4:])
        trace_id = a[6]
        header = a.get(8)
        if header:  # the first message of each base chain has it; identifiers come again for other packets
            current[trace_id] = struct.unpack_from(">H", header, 4)[0] if header[0] >> 4 == 4 else struct.unpack_from(">I", header, 0)[0] & 0xFFFFF
        if trace_id not in current:
            return
        met = steps.setdefault(current[trace_id], [])
        kind = self.TYPES.get(struct.unpack(">I", a[4])[0], "?")
        table = a[1].rstrip(b"\0").decode()
        handle = struct.unpack(">Q", a[3])[0] if 3 in a else 0
        if table == "zz_oracle" or (kind == "rule" and handle == 0):  # handle 0: the end of a chain
            return
        verdict = self.attributes(a[5]).get(1) if 5 in a else a.get(16)
        code = self.VERDICTS.get(struct.unpack(">i", verdict)[0], "?") if verdict else ""
        met.append([message[0], table, a[2].rstrip(b"\0").decode(), kind, handle, code])


class Daemon:
    def __init__(self):
        self.peer = new_namespace()
        self.firewall = new_namespace()
        self.ports = []
        self.recorder = None  # "fresh": empty as loaded, "used", "traced", None: not there
        self.stale = False  # legacy tables or ipsets left by the last rule set

    def setup(self, interfaces):
        enter(self.firewall)
        for key, value in (
            ("net/ipv4/ip_forward", 1), ("net/ipv4/conf/all/rp_filter", 0), ("net/ipv4/conf/default/rp_filter", 0),
            ("net/ipv4/conf/all/send_redirects", 0), ("net/ipv4/conf/default/send_redirects", 0),
            ("net/ipv6/conf/all/forwarding", 1), ("net/ipv6/conf/default/accept_dad", 0), ("net/ipv6/conf/all/accept_dad", 0),
            ("net/ipv4/icmp_ratelimit", 0),
        ):
            with open("/proc/sys/" + key, "w") as f:
                f.write(str(value))
        must(["ip", "link", "set", "lo", "up"])
        must(["ip", "-batch", "-"], "".join(f"link add name {f['name']} type veth peer name q{i}\nlink set dev {f['name']} up\n" for i, f in enumerate(interfaces)))
        for i in range(len(interfaces)):
            must(["ip", "link", "set", f"q{i}", "netns", f"/proc/{os.getpid()}/fd/{self.peer}"])
        enter(self.peer)
        for i in range(len(interfaces)):
            with open(f"/proc/sys/net/ipv6/conf/q{i}/disable_ipv6", "w") as f:
                f.write("1")
        must(["ip", "-batch", "-"], "link set lo up\n" + "".join(f"link set dev q{i} arp off up\n" for i in range(len(interfaces))))
        far = self.addresses()
        for i in range(len(interfaces)):
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)  # protocol 0: it only sends
            s.bind((f"q{i}", 0))
            self.ports.append(s)
        enter(self.firewall)
        near = self.addresses()
        lines = []
        for f in interfaces:
            lines += [f"addr add {a} dev {f['name']}" + (" nodad" if ":" in a else "") + " noprefixroute" for a in f["addresses"]]
        for i, f in enumerate(interfaces):
            lines.append(f"neigh replace 169.254.{i}.2 lladdr {far[f'q{i}']} nud permanent dev {f['name']}")
            lines.append(f"neigh replace fe80::{i + 1}:2 lladdr {far[f'q{i}']} nud permanent dev {f['name']}")
            # the nets on the link go through the gateway too: one neighbour entry serves all
            for net in f["routes"] + [str(ipaddress.ip_network(a, strict=False)) for a in f["addresses"]]:
                gateway = f"via fe80::{i + 1}:2" if ":" in net else f"via 169.254.{i}.2 onlink"
                lines.append(f"route replace {net} {gateway} dev {f['name']}")
        must(["ip", "-batch", "-"], "\n".join(lines) + "\n")
        self.raw4 = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        self.raw6 = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)
        for s in (self.raw4, self.raw6):
            s.setsockopt(socket.SOL_SOCKET, socket.SO_PRIORITY, OWN_PRIORITY)
        self.netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
        self.netlink.bind((0, 0))
        self.nft = Nft()
        return {"macs": [[near[f["name"]], far[f"q{i}"]] for i, f in enumerate(interfaces)]}

    @staticmethod
    def addresses():
        return {link["ifname"]: link["address"] for link in json.loads(must(["ip", "-j", "link"]))}

    def forget_connections(self):
        self.netlink.send(struct.pack("=IHHII", 20, (1 << 8) | 2, 1 | 4, 1, 0) + b"\0\0\0\0")
        self.netlink.recv(65536)

    def user(self, text, dry=False, files=None):
        """A libnftables context keeps `define`s from one run to the next, so such a text gets a context of its own."""
        if "define" not in text and not files:
            return self.nft.run(text, dry)
        context = Nft()
        try:
            if not files:
                return context.run(text, dry)
            with tempfile.TemporaryDirectory() as folder:
                for name, content in files.items():
                    with open(os.path.join(folder, name), "w") as f:
                        f.write(content)
                context.include_from(folder)
                return context.run(text, dry)
        finally:
            context.close()

    def clean(self):
        if self.stale:
            run(["sh", "-c", "for t in iptables ip6tables; do for x in raw mangle nat filter; do printf '*%s\\nCOMMIT\\n' $x; done | $t-legacy-restore; $t-legacy -P INPUT ACCEPT; $t-legacy -P OUTPUT ACCEPT; $t-legacy -P FORWARD ACCEPT; done; for n in 1 2 3 4 5 6 7 8 9 10; do ipset destroy && break; sleep 0.05; done"])  # the kernel lets go of deleted rules' sets a little later
        self.stale = False

    def load(self, kind, text, files, before):
        self.kind = kind
        start = time.perf_counter()
        out = ""
        if kind == "nft":
            self.clean()
            code, _, err = self.user("flush ruleset\n" + text + "\n" + recorder(False), files=files)
        else:
            self.nft.run("flush ruleset")
            self.clean()
            self.stale = kind.endswith("-legacy") or before != "" or "ipset" in text or "-legacy" in text
            if before:
                must(["sh", "-euc", before])
            if kind == "shell":
                code, out, err = run(["unshare", "-m", "sh", "-eu", "-c", text])
            else:
                code, _, err = run([kind + "-restore", "-w"], text)
        self.recorder = None if code or kind != "nft" else "fresh"
        return {"ok": code == 0, "error": err, "output": out, "ms": (time.perf_counter() - start) * 1e3}

    def arm(self, traced):
        if self.recorder == "fresh" and not traced:
            self.recorder = "used"
            return
        if self.recorder == "used" and not traced:
            text = EMPTY
        else:
            text = "add table inet zz_oracle\ndelete table inet zz_oracle\n" + recorder(traced)
        code, _, err = self.nft.run(text)
        if code:
            raise RuntimeError(err)
        self.recorder = "traced" if traced else "used"

    def counters(self):
        words = self.nft.run("list counters table inet zz_oracle")[1].split()
        return {words[i + 1]: int(words[i + 4]) for i in range(len(words) - 4) if words[i] == "counter"}

    def numbers(self, point):
        found = []
        for family in "46":
            code, out, err = self.nft.run(f"list set inet zz_oracle {point}{family}")
            if code:
                raise RuntimeError(err)
            at = out.find("elements = {")
            if at >= 0:
                found += [int(x) for x in out[at + 12 : out.index("}", at)].replace(",", " ").split()]
        return found

    def inject(self, frames):
        """frames: records [kind u8][port u8][length u16][bytes]; kind 0 a frame on a veth, 1 and 2 a raw packet from the firewall"""
        data = memoryview(base64.b64decode(frames))
        at, errors = 0, {}
        while at < len(data):
            kind, port, length = data[at], data[at + 1], (data[at + 2] << 8) | data[at + 3]
            p = data[at + 4 : at + 4 + length]
            at += 4 + length
            try:
                if kind == 0:
                    self.ports[port].send(p)
                elif kind == 1:
                    self.raw4.sendto(p, (socket.inet_ntoa(p[16:20]), 0))
                else:
                    self.raw6.sendto(p, (socket.inet_ntop(socket.AF_INET6, p[24:40]), 0, 0, 0))
            except OSError as e:
                if e.errno != errno.EPERM:  # EPERM is how a dropped local packet comes back
                    name = errno.errorcode.get(e.errno, str(e.errno))
                    errors[name] = errors.get(name, 0) + 1
        return errors

    def probe(self, frames, count, traced):
        self.arm(traced)
        reader = TraceReader() if traced else None
        errors = self.inject(frames)
        counters = self.counters()
        for _ in range(200):
            if counters.get("s0", 0) >= count:
                break
            time.sleep(0.005)
            counters = self.counters()
        answer = {"errors": errors, "f1": self.numbers("f1")}
        for point in ("s0", "s1", "f0"):
            if counters.get(point, 0) != count:
                answer[point] = self.numbers(point)
        if reader:
            answer["trace"] = reader.read(count)
            answer["rules"] = self.nft.run("list ruleset", flags=Nft.WITH_HANDLES)[1]
            if self.kind != "nft":  # nft does not list the comments of iptables' rules
                answer["saved"] = {"ip": run(["iptables-save"])[1], "ip6": run(["ip6tables-save"])[1]}
            reader.close()
        return answer

    def serve(self):
        operations = {
            "setup": lambda q: self.setup(q["interfaces"]),
            "load": lambda q: self.load(q["kind"], q["text"], q.get("files"), q.get("before", "")),
            "check": lambda q: (lambda r: {"ok": r[0] == 0, "error": r[2]})(self.user(q["text"], dry=True, files=q.get("files"))),
            "probe": lambda q: self.probe(q["frames"], q["count"], q.get("traced", False)),
            "forget": lambda q: self.forget_connections() or {},
        }
        for line in sys.stdin:
            query = json.loads(line)
            try:
                answer = operations[query["op"]](query)
            except Exception as e:
                answer = {"failure": f"{type(e).__name__}: {e}"}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


Daemon().serve()
