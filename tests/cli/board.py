"""A TensorBoard on a folder, asked as a browser would ask it."""

import contextlib
import json
import re
import subprocess
import sys
import time
import urllib.request

ADDRESS = re.compile(r"http://localhost:\d+/")
# No proxy: the server is on this machine.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@contextlib.contextmanager
def board(folder):
    """A function that gives what a TensorBoard on ``folder`` answers to a path, and to what is posted there."""
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", folder, "--port=0", "--load_fast=false"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            address = next(found[0] for line in server.stderr if (found := ADDRESS.search(line)))

            def ask(path, posted=None):
                content = None if posted is None else json.dumps(posted).encode()
                headers = {"Content-Type": "application/json"}
                with OPENER.open(urllib.request.Request(f"{address}data/{path}", content, headers)) as answer:
                    return json.load(answer)

            yield ask
        finally:
            server.terminate()


def trials(ask, hparam, metric, n):
    """The metric of every run that has ended, by a hyperparameter; asked until there are ``n`` of them."""
    asked = {
        "startIndex": 0,
        "sliceSize": 100,
        "allowedStatuses": ["STATUS_SUCCESS"],
        "colParams": [{"hparam": hparam}, {"metric": {"tag": metric}}],
    }
    for _ in range(120):
        groups = ask("plugin/hparams/session_groups", asked).get("sessionGroups", [])
        if len(groups) == n:
            break
        time.sleep(0.5)
    return {
        group["hparams"][hparam]: next(each["value"] for each in group["metricValues"] if each["name"]["tag"] == metric)
        for group in groups
    }
