"""A proxy before PostgreSQL's socket that can lose one reply: what was sent arrives, what comes back does not."""

import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

_NAME = ".s.PGSQL.5432"
_CHUNK = 65_536


class LossyProxy:
    """Listens in `directory`, as a server does; use as a context manager, and connect with `host=directory`."""

    def __init__(self, server: Path, directory: Path) -> None:
        self._server = str(server / _NAME)
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(directory / _NAME))
        self._listening.listen()
        self._armed = threading.Event()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._threads = [threading.Thread(target=self._accept)]
        self.lost = 0

    def lose_next_reply(self) -> None:
        """Let the next words through to the server, and drop its answer with the connection."""
        self._armed.set()

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for pair in self._pairs:
            _hang_up(pair)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            pair = (client, server)
            self._pairs.append(pair)
            losing = threading.Event()
            for target in (self._forth, self._back):
                thread = threading.Thread(target=target, args=(pair, losing))
                self._threads.append(thread)
                thread.start()

    def _forth(self, pair: tuple[socket.socket, socket.socket], losing: threading.Event) -> None:
        client, server = pair
        while words := _hear(client):
            if self._armed.is_set():
                self._armed.clear()
                losing.set()
            if not _say(server, words):
                break
        _hang_up(pair)

    def _back(self, pair: tuple[socket.socket, socket.socket], losing: threading.Event) -> None:
        client, server = pair
        while words := _hear(server):
            if losing.is_set():
                self.lost += 1
                break
            if not _say(client, words):
                break
        _hang_up(pair)


def _hear(end: socket.socket) -> bytes:
    try:
        return end.recv(_CHUNK)
    except OSError:
        return b""


def _say(end: socket.socket, words: bytes) -> bool:
    try:
        end.sendall(words)
    except OSError:
        return False
    return True


def _hang_up(pair: tuple[socket.socket, socket.socket]) -> None:
    for end in pair:
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            end.close()
        else:
            end.close()
