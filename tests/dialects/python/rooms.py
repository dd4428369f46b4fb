"""Clients of documents 000 and 001: rooms, direct messages, typing."""

from client import Client, Person, expect_equal


class PlainClient(Client):
    """Document 000: token in `auth`, room ids as they are."""

    def __init__(self, url, person, transport):
        super().__init__(url, person, transport)

    def enter(self, room):
        self.emit('room:join', room)

    def type(self, room):
        self.emit('typing:start', room)

    def say(self, event, **payload):
        self.emit(event, payload)


class ServiceClient(Client):
    """Document 001: path `/io`, token in the header, `authenticate`, objects as payloads."""

    welcome = 'authenticated'

    def __init__(self, url, person, transport):
        def authenticate(socket):
            socket.emit('authenticate')

        super().__init__(url, person, transport, path='io', in_header=True, on_connect=authenticate)

    def enter(self, room):
        self.emit('join', {'rooms': [f'room:{room}']})

    def type(self, room):
        self.emit('typing:start', {'roomId': room})

    def say(self, event, **payload):
        self.emit(event, {**payload, 'userId': self.id})


def talk(kind, url, transport, stranger):
    ana, bo = (kind(url, Person(url), transport) for _ in range(2))
    eve = kind(url, stranger, transport)
    room = ana.request('POST', '/chat/rooms', {'name': 'General'}).json()['id']
    ana.enter(room)
    bo.enter(room)
    for one in (ana, bo):
        one.wait('room:user-joined', roomId=room, userId=bo.id)

    ana.say('message:send', roomId=room, content='From Python: é😀')
    for one in (ana, bo):
        one.wait('message:new', roomId=room, content='From Python: é😀', senderId=ana.id)
    bo.type(room)
    ana.wait('typing:update', roomId=room, userId=bo.id, isTyping=True)
    bo.say('dm:send', receiverId=ana.id, content='Psst')
    ana.wait('dm:new', content='Psst', senderId=bo.id, receiverId=ana.id)
    expect_equal(contents(bo, f'/chat/rooms/{room}/messages'), ['From Python: é😀'])
    expect_equal(contents(ana, f'/chat/dm/{bo.id}'), ['Psst'])

    ana.say('message:send', roomId=room, content='x' * 100_000)
    ana.wait('error', code='SEND_FAILED', reason='invalid_input')
    ana.send_too_much('message:send', {'roomId': room, 'content': 'x' * 1_000_000})
    for one in (ana, bo):
        one.note_welcomes()
    yield

    for one in (ana, bo):
        one.wait_for_return()
    ana.say('message:send', roomId=room, content='After the restart')
    for one in (ana, bo):
        one.wait('message:new', content='After the restart')
    # With its first word after it came back a client says again which vocabulary it speaks.
    bo.say('message:send', roomId=room, content='The end')
    for one in (ana, bo):
        one.wait('message:new', content='The end')
        said = [message['content'] for message in one.all('message:new')]
        expect_equal(sorted(said), ['After the restart', 'From Python: é😀', 'The end'])
    expect_equal([event for event, _ in eve.heard if ':' in event], [])
    for one in (ana, bo, eve):
        one.close()


def contents(client, path):
    return [message['content'] for message in client.request('GET', path).json()]


def plain(*given):
    return talk(PlainClient, *given)


def service(*given):
    return talk(ServiceClient, *given)
