"""A PostgreSQL that hangs, as a socket on loopback."""

import socket
import struct
import threading
from contextlib import suppress
from typing import Self


def message(kind: bytes, content: bytes) -> bytes:
    """One message of PostgreSQL's protocol, version 3.0."""
    return kind + struct.pack("!i", len(content) + 4) + content


SETTINGS = {
    "server_version": "15.9",
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
    "integer_datetimes": "on",
    "TimeZone": "UTC",
}
GREETING = (
    message(b"R", struct.pack("!i", 0))  # no password needed
    + b"".join(message(b"S", f"{name}\0{value}\0".encode()) for name, value in SETTINGS.items())
    + message(b"K", struct.pack("!ii", 1, 1))
    + message(b"Z", b"I")  # ready for a statement
)


class Hanging:
    """Takes connections and, unless it `greets`, never says a word. Where it does, it hangs at the
    first statement. `asked` counts the connections.
    """

    def __init__(self, *, greets: bool = False) -> None:
        self.greets = greets
        self.asked = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._taken: list[socket.socket] = []
        self._taking = threading.Thread(target=self._take, daemon=True)
        self._taking.start()

    def _take(self) -> None:
        with suppress(OSError):  # the end of it
            while True:
                connection, _ = self._listener.accept()
                self._taken.append(connection)
                self.asked += 1
                if self.greets:
                    self._greet(connection)

    @staticmethod
    def _greet(connection: socket.socket) -> None:
        while True:
            length, code = struct.unpack("!ii", connection.recv(8, socket.MSG_WAITALL))
            connection.recv(length - 8, socket.MSG_WAITALL)
            if code == 3 << 16:
                break
            connection.sendall(b"N")  # neither TLS nor Kerberos
        connection.sendall(GREETING)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error) -> None:
        self.stop()

    def stop(self) -> None:
        """No port listens any more, and all connections break."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # or it goes on waiting for one
        self._taking.join()
        self._listener.close()
        for connection in self._taken:
            connection.close()
