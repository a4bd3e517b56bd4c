"""Prints every event of a Fleetglass log as a line of JSON: each once, in order, through any cut.
    FLEETGLASS_TOKEN=... python3 fleetglass_client.py http://127.0.0.1:4848 [RUN_ID]
Written from docs/protocol.md with the standard library alone; a start for a client in any language.
"""
import base64, json, os, random, socket, ssl, struct, sys, time
from urllib.parse import urlsplit

class Ended(Exception):
    """The server refused or ended the connection: an HTTP status, and why."""

class WebSocket:
    """As much of RFC 6455 as a client of text messages needs."""
    def __init__(self, url, token):
        at = urlsplit(url)
        is_tls = at.scheme in ("https", "wss")
        self.socket = socket.create_connection((at.hostname, at.port or (443 if is_tls else 80)), 10)
        if is_tls:
            self.socket = ssl.create_default_context().wrap_socket(self.socket, server_hostname=at.hostname)
        self.file, key = self.socket.makefile("rb"), base64.b64encode(os.urandom(16)).decode()
        head = [f"GET {at.path.rstrip('/')}/api/v1/live HTTP/1.1", f"Host: {at.netloc}", "Connection: Upgrade",
                "Upgrade: websocket", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        head += [f"Authorization: Bearer {token}"] if token else []
        self.socket.sendall("\r\n".join(head + ["", ""]).encode())
        status = int((self.file.readline().split() or [b"", b"503"])[1])
        while self.file.readline().strip(): pass  # The other headers say nothing that we need.
        if status != 101:
            raise Ended(status, self.file.read(4096).decode(errors="replace"))

    def read(self, size):
        data = self.file.read(size)
        if len(data) < size:
            raise OSError("the connection was cut")
        return data

    def receive(self):
        parts = []
        while True:
            first, second = self.read(2)
            size = second & 127
            size = int.from_bytes(self.read(2 if size == 126 else 8), "big") if size > 125 else size
            payload, kind = self.read(size), first & 15
            if kind == 8:
                code = int.from_bytes(payload[:2], "big")
                raise Ended(code - 4000 if code > 4000 else 503, payload[2:].decode())
            if kind == 9:
                self.write(10, payload)
            elif kind < 2:
                parts.append(payload)
                if first & 128:
                    return json.loads(b"".join(parts))

    def send(self, frame):
        self.write(1, json.dumps(frame).encode())

    def write(self, kind, data):
        size, mask = len(data), os.urandom(4)
        length = bytes([128 | size]) if size < 126 else struct.pack(">BH", 128 | 126, size)
        self.socket.sendall(bytes([128 | kind]) + length + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

def base36(number):
    return (base36(number // 36) if number > 35 else "") + "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36]

def follow(url, token, filter, show):
    epoch, applied, failures = None, 0, 0
    while True:
        try:
            live = WebSocket(url, token)
            hello = live.receive()
            live.socket.settimeout(2 * hello.get("heartbeatMs", 15000) / 1000)
            epoch = epoch or hello.get("epoch")
            live.send({"frame": "subscribe", "id": "s", "filter": filter, "cursor": f"{epoch}.{base36(applied)}"})
            while True:
                frame = live.receive()
                kind, failures = frame["frame"], 0
                if kind == "error":
                    print(json.dumps(frame["error"]), file=sys.stderr)
                elif kind == "snapshot":  # The log cannot go on where we were: start from the present.
                    print(f"began anew: {frame['reason']}", file=sys.stderr)
                    epoch, seq = frame["cursor"].rsplit(".", 1)
                    applied = int(seq, 36)
                elif kind == "heartbeat":
                    live.send({"frame": "pong"})
                for part in [frame] if kind == "events" else frame.get("covered", []):
                    if part.get("from", applied + 1) > applied + 1:
                        raise OSError("a delivery was lost")  # Subscribe again from where we are.
                    for event in part.get("events", []):
                        if event["seq"] > applied:
                            show(event)
                    applied = max(applied, part["to"])
        except (OSError, Ended) as error:
            status = error.args[0] if isinstance(error, Ended) else 503
            if 400 <= status < 500 and status not in (408, 429):
                sys.exit(error.args[1])
            failures += 1
            time.sleep(random.random() * min(30, 2 ** min(failures, 5) / 2))

if __name__ == "__main__":
    follow(sys.argv[1], os.environ.get("FLEETGLASS_TOKEN"), {"runId": sys.argv[2]} if len(sys.argv) > 2 else {},
           lambda event: print(json.dumps(event), flush=True))
