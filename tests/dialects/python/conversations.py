"""Clients of document 003: conversations by their two people, deliveries, REST beside them."""

from client import Client, Person, expect_equal


def conversations(url, transport, stranger):
    ana, bo = (Client(url, Person(url), transport) for _ in range(2))
    eve = Client(url, stranger, transport)
    pair = '_'.join(sorted([ana.id, bo.id]))
    created = ana.request('POST', '/api/chat/conversations', {'participantId': bo.id, 'jobId': 'job123'})
    expect_equal((created.status_code, created.json()['data']), (201, {'conversationId': pair}))
    for one in (ana, bo):
        joined = one.call('join_conversation', {'conversationId': pair, 'userId': one.id})
        expect_equal(joined, {'conversationId': pair, 'success': True})
    expect_equal(eve.call('join_conversation', {'conversationId': pair})['error']['code'], 'NOT_FOUND')

    def send(text):
        content = {'text': text}
        message = {'conversationId': pair, 'receiverId': bo.id, 'messageType': 'text', 'content': content}
        ana.emit('send_message', message)
        return bo.wait('new_message', conversationId=pair, senderId=ana.id, content=content)['_id']

    message = send('From Python: é😀')
    ana.wait('new_message', _id=message)
    ana.wait('message_delivered', messageId=message)
    bo.emit('typing_start', {'conversationId': pair})
    ana.wait('user_typing', conversationId=pair, userId=bo.id, isTyping=True)
    bo.emit('mark_as_read', {'conversationId': pair, 'messageIds': [message]})
    ana.wait('message_read', messageIds=[message], readBy=bo.id)
    ana.emit('get_online_status', {'userId': bo.id})
    ana.wait('user_online_status', userId=bo.id, isOnline=True)
    expect_equal(history(bo, pair), ['From Python: é😀'])
    listed = bo.request('GET', '/api/chat/conversations').json()['data']
    expect_equal([(one['_id'], one['jobId'], one['unreadCount']) for one in listed], [(pair, 'job123', 0)])

    large = {'conversationId': pair, 'content': {'text': 'x' * 100_000}}
    expect_equal(ana.call('send_message', large)['error']['code'], 'INVALID_INPUT')
    ana.send_too_much('send_message', {'conversationId': pair, 'content': {'text': 'x' * 1_000_000}})
    for one in (ana, bo):
        one.note_welcomes()
    yield

    for one in (ana, bo):
        one.wait_for_return()
    send('after the restart')
    ana.wait('new_message', content={'text': 'after the restart'})
    expect_equal(history(ana, pair), ['after the restart', 'From Python: é😀'])
    for one in (ana, bo):
        heard = [received['content']['text'] for received in one.all('new_message')]
        expect_equal(heard, ['From Python: é😀', 'after the restart'])
    expect_equal(bo.all('message_delivered') + bo.all('message_read'), [])
    expect_equal(eve.all('new_message') + eve.all('user_typing') + eve.all('message_read'), [])
    for one in (ana, bo, eve):
        one.close()


def history(client, conversation):
    answer = client.request('GET', f'/api/chat/conversations/{conversation}/messages').json()
    return [message['content']['text'] for message in answer['data']['messages']]
