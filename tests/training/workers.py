"""Processes that train together on 127.0.0.1."""

import contextlib
import json
import os
import socket
import subprocess
import sys


def free_ports(n):
    """``n`` ports that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(n)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def start_workers(n, command, **more):
    """``n`` processes of ``command``, each told by TF_CONFIG who all of them are and which one it is.

    The word INDEX in the command becomes its number.
    """
    addresses = [f"127.0.0.1:{port}" for port in free_ports(n)]
    processes = []
    for index in range(n):
        task = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
        environment = os.environ | {"TF_CONFIG": json.dumps(task)}
        processes.append(
            subprocess.Popen(
                [sys.executable, *(str(word).replace("INDEX", str(index)) for word in command)],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                **more,
            )
        )
    return processes
