"""Run the API: `python -m api --port 8000`, or `--fd N` on a socket that listens already."""

import argparse
import gc
import socket

import uvicorn

from workflows.shared.telemetry import clients_tell

GRACE_SECONDS = 10


def main() -> None:
    """Read the command line, then answer until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m api", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="where to listen")
    parser.add_argument("--port", type=int, default=8000, help="where to listen")
    parser.add_argument("--fd", type=int, help="descriptor of a socket that listens already")
    told = parser.parse_args()
    # What is loaded stays: to look through it again and again takes a fifth of the start.
    gc.disable()
    clients_tell()
    config = uvicorn.Config(
        "api.main:create_app",
        factory=True,
        host=told.host,
        port=told.port,
        http="api.http.head_limits:LimitedHead",
        timeout_graceful_shutdown=GRACE_SECONDS,
        access_log=False,
        server_header=False,
    )
    sockets = None if told.fd is None else [socket.socket(fileno=told.fd)]
    uvicorn.Server(config).run(sockets=sockets)


if __name__ == "__main__":
    main()
