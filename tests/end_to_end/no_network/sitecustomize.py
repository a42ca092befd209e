"""Loaded by every Python process of an installation under test: whoever looks for another machine is refused and noted.

Noted as well, since a library may swallow the error, as those that report usage do.
"""

import os
import socket
import sys
from pathlib import Path

_NOTES = Path(os.environ["BILIMKOZ_TEST_NETWORK_NOTES"])
_HERE = ("localhost", "127.", "::1", "0.0.0.0")


def _is_here(host):
    return host is None or str(host) == "" or str(host).startswith(_HERE)


def _refuse(host):
    with _NOTES.open("a") as file:
        file.write(f"{host} {' '.join(sys.argv)}\n")
    raise OSError(f"no network here: {host}")


def _guarded(name):
    original = getattr(socket.socket, name)

    def guarded(self, *arguments):
        address = arguments[-1]
        if self.family != socket.AF_UNIX and not _is_here(address[0]):
            _refuse(address[0])
        return original(self, *arguments)

    return guarded


def _looking_up(name):
    original = getattr(socket, name)

    def looking_up(host, *arguments, **options):
        if not _is_here(host) and host != socket.gethostname():
            _refuse(host)
        return original(host, *arguments, **options)

    return looking_up


for _name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, _name, _guarded(_name))
for _name in ("getaddrinfo", "gethostbyname"):
    setattr(socket, _name, _looking_up(_name))
