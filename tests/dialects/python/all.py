"""
all.py URL: clients of four documents over three transports, all at once.

Prints "restart" when the server is to be started again, and goes on after a line of input. In the end it prints what went
wrong, by client: JSON, null where nothing did.
"""

import json
import os
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor

from client import TRANSPORTS, PatientSocket, Person
from conversations import conversations
from pern import pern
from rooms import plain, service

CLIENTS = {'000': plain, '001': service, '003': conversations, '004': pern}


def advance(talk):
    """Up to the restart, or from there to the end. What went wrong, if anything did."""
    try:
        next(talk, None)
        return None
    except Exception:
        return traceback.format_exc()


def main(url):
    stranger = Person(url)
    talks = {
        f'{name}, {transport}': client(url, transport, stranger)
        for name, client in CLIENTS.items()
        for transport in TRANSPORTS
    }
    PatientSocket.server_is_there.set()
    with ThreadPoolExecutor(len(talks)) as pool:
        before = dict(zip(talks, pool.map(advance, talks.values())))
        PatientSocket.server_is_there.clear()
        print('restart', flush=True)
        sys.stdin.readline()
        PatientSocket.server_is_there.set()
        after = dict(zip(talks, pool.map(advance, talks.values())))
    print(json.dumps({name: before[name] or after[name] for name in talks}), flush=True)


main(sys.argv[1])
# Connections that are left over would keep the process.
os._exit(0)
