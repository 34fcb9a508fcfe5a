"""Run a command with the network cut off: in an empty network namespace, where only the machine itself answers.

Usage: python tools/offline.py COMMAND [ARGUMENT …]
"""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys

WAYS = (["unshare", "--net"], ["unshare", "--user", "--map-root-user", "--net"])  # for root; for others, if the kernel lets them
INSIDE = "--inside"
SET_FLAGS, UP = 0x8914, 1  # SIOCSIFFLAGS and IFF_UP, see netdevice(7)


def way_in():
    """Return the command that opens an empty network namespace, or None where that is not allowed."""
    ways = WAYS if shutil.which("unshare") else ()
    return next((way for way in ways if subprocess.run([*way, "true"], capture_output=True).returncode == 0), None)


def lift_loopback():
    """Bring up the interface through which a Jupyter client talks to its kernel; it is down in a new namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh", b"lo", UP))


def main(command):
    if command[:1] == [INSIDE]:
        lift_loopback()
        os.execvp(command[1], command[1:])
    way = way_in()
    if not way:
        sys.exit("the network cannot be cut off here: unshare is missing, or the kernel forbids network namespaces; run as root")
    os.execvp(way[0], [*way, sys.executable, __file__, INSIDE, *command])


if __name__ == "__main__":
    main(sys.argv[1:])
