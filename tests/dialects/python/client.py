"""What the clients of all vocabularies have in common: a connection, what came over it, and requests beside it."""

import json
import threading
import time
import uuid

import requests
import socketio

PATIENCE_S = 90

TRANSPORTS = {'websocket': ['websocket'], 'polling': ['polling'], 'upgraded': ['polling', 'websocket']}


class Person:
    """Somebody with an account."""

    def __init__(self, url):
        name = f'person-{uuid.uuid4().hex[:16]}'
        body = {'username': name, 'password': f'password of {name}'}
        answer = requests.post(f'{url}/api/v1/users', json=body, timeout=PATIENCE_S).json()
        self.id = answer['data']['user']['id']
        self.token = answer['data']['accessToken']

    @property
    def authorization(self):
        return {'Authorization': f'Bearer {self.token}'}


class PatientSocket(socketio.Client):
    """
    When it comes back by itself it waits one second for the server, which a busy machine may need. If its connection to a
    server that is just closing breaks meanwhile, it begins to come back a second time, and the two end each other's
    connections: so nobody tries while the server is away.
    """

    server_is_there = threading.Event()

    def connect(self, *args, **options):
        self.server_is_there.wait(PATIENCE_S)
        super().connect(*args, **options, wait_timeout=PATIENCE_S / 5)


class Client:
    """Somebody's connection. It comes back by itself, as python-socketio does."""

    # The event after which it may be used.
    welcome = 'connect'

    def __init__(self, url, person, transport, path='socket.io', in_header=False, on_connect=None):
        self.url = url
        self.person = person
        self.heard = []
        self._news = threading.Condition()
        self.socket = PatientSocket(
            reconnection_delay=0.1, reconnection_delay_max=1, randomization_factor=0, request_timeout=PATIENCE_S
        )
        self.socket.on('*', self._hear)
        self.socket.on('connect', lambda: self._connected(on_connect))
        self.socket.on('disconnect', lambda: self._hear('disconnect'))
        self.socket.connect(
            url,
            headers=person.authorization if in_header else {},
            auth=None if in_header else {'token': person.token},
            transports=TRANSPORTS[transport],
            socketio_path=path,
        )

        self.wait(self.welcome)
        wanted = 'polling' if transport == 'polling' else 'websocket'
        expect_equal(self.socket.transport(), wanted)

    @property
    def id(self):
        return self.person.id

    def emit(self, event, payload=None):
        self.socket.emit(event, payload)

    def call(self, event, payload=None):
        return self.socket.call(event, payload, timeout=PATIENCE_S)

    def all(self, event):
        with self._news:
            return [payload for name, payload in self.heard if name == event]

    def wait(self, event, count=1, **fields):
        """The latest of so many events that have these fields."""
        deadline = time.monotonic() + PATIENCE_S
        with self._news:
            while True:
                found = [payload for name, payload in self.heard if name == event and _has(payload, fields)]
                if len(found) >= count:
                    return found[-1]
                if not self._news.wait(deadline - time.monotonic()):
                    names = [name for name, _ in self.heard]
                    raise AssertionError(f'{event} {fields} did not come {count} times; heard: {names}')

    def note_welcomes(self):
        self._welcomes = len(self.all(self.welcome))

    def wait_for_return(self):
        """It has come back since its welcomes were noted."""
        self.wait(self.welcome, self._welcomes + 1)

    def request(self, method, path, body=None):
        headers = self.person.authorization
        return requests.request(method, self.url + path, headers=headers, json=body, timeout=PATIENCE_S)

    def send_too_much(self, event, payload):
        """Sends a packet that is larger than any may be. A websocket is closed and comes back; a poll is refused."""
        if self.socket.transport() == 'websocket':
            self.note_welcomes()
            self.emit(event, payload)
            self.wait_for_return()
        else:
            self._post_too_much('42' + json.dumps([event, payload]))

    def _post_too_much(self, packet):
        """By a session of its own: a second request to post, beside one of the client's, would end the client's."""
        session = requests.Session()
        place = self.socket.eio.base_url.split('&sid=')[0]
        sid = json.loads(session.get(place, timeout=PATIENCE_S).text[1:])['sid']
        place += f'&sid={sid}'
        expect_equal(session.post(place, data=packet, timeout=PATIENCE_S).status_code, 413)
        join = '40' + json.dumps({'token': self.person.token})
        expect_equal(session.post(place, data=join, timeout=PATIENCE_S).status_code, 200)
        welcome = session.get(place, timeout=PATIENCE_S).text
        expect_equal(welcome[:8], '40{"sid"')
        expect_equal(session.post(place, data='1', timeout=PATIENCE_S).status_code, 200)

    def close(self):
        self.socket.disconnect()

    def _connected(self, on_connect):
        self._hear('connect')
        if on_connect:
            on_connect(self.socket)

    def _hear(self, event, payload=None):
        with self._news:
            self.heard.append((event, payload))
            self._news.notify_all()


def _has(payload, fields):
    return all(isinstance(payload, dict) and payload.get(name) == value for name, value in fields.items())


def expect_equal(found, wanted):
    if found != wanted:
        raise AssertionError(f'{found!r} is not {wanted!r}')
