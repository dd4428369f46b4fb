"""Clients of document 004: opaque contents, statuses, REST beside them."""

from client import Client, Person, expect_equal


def pern(url, transport, stranger):
    ana, bo = (Client(url, Person(url), transport) for _ in range(2))
    eve = Client(url, stranger, transport)
    for one in (ana, bo, eve):
        expect_equal(one.call('presence:online')['success'], True)
    created = ana.request('POST', '/api/conversations/direct', {'user_id': bo.id})
    expect_equal(created.status_code, 201)
    conversation = created.json()['data']['id']

    def send(content):
        answer = ana.call('chat:message_send', {'conversationId': conversation, 'contentEncrypted': content})
        expect_equal(answer['success'], True)
        bo.wait('chat:message_received', id=answer['data']['id'], content_encrypted=content, sender_id=ana.id)
        return answer['data']['id']

    message = send('opaque: é😀 ==')
    ana.wait('chat:message_status_updated', messageId=message, userId=bo.id, status='delivered')
    expect_equal(bo.call('chat:message_read', {'messageId': message})['success'], True)
    ana.wait('chat:message_status_updated', messageId=message, userId=bo.id, status='read')
    bo.emit('chat:typing', {'conversationId': conversation, 'isTyping': True})
    ana.wait('chat:user_typing', conversationId=conversation, userId=bo.id, isTyping=True)
    bo.request('POST', f'/api/messages/{message}/reactions', {'emoji': '👍'})
    ana.wait('chat:reaction_updated', messageId=message, emoji='👍', action='added')
    expect_equal(history(bo, conversation), ['opaque: é😀 =='])

    refused = ana.call('chat:message_send', {'conversationId': conversation, 'contentEncrypted': 'x' * 100_000})
    expect_equal((refused['success'], refused['error']['name']), (False, 'ValidationError'))
    large = {'conversation_id': conversation, 'content_encrypted': 'x' * 1_000_000}
    answer = ana.request('POST', '/api/messages', large)
    expect_equal((answer.status_code, answer.json()['error']['message']), (400, 'The body is too large.'))
    sent = {'conversationId': conversation, 'contentEncrypted': 'x' * 1_000_000}
    ana.send_too_much('chat:message_send', sent)
    for one in (ana, bo):
        one.note_welcomes()
    yield

    for one in (ana, bo):
        one.wait_for_return()
        expect_equal(one.call('presence:online')['success'], True)
    send('after the restart')
    expect_equal(history(ana, conversation), ['after the restart', 'opaque: é😀 =='])
    heard = [received['content_encrypted'] for received in bo.all('chat:message_received')]
    expect_equal(heard, ['opaque: é😀 ==', 'after the restart'])
    expect_equal(ana.all('chat:message_received'), [])
    expect_equal([event for event, _ in eve.heard if event.startswith('chat:')], [])
    for one in (ana, bo, eve):
        one.close()


def history(client, conversation):
    answer = client.request('GET', f'/api/messages/{conversation}').json()
    return [message['content_encrypted'] for message in answer['data']]
