import { enter, newId, plain, say } from '@parley/server/testing/people'
import type { FlowFeature, Turn } from '../flow-feature.ts'
import { messagesOf } from '../reference-rows.ts'
import { newest } from '../row-maps.ts'

const someMessage = async ({ me, conversationId, which }: Turn) => {
  const { messages } = await me.ask('message.page', { conversationId, limit: 20 })
  return messages[which % Math.max(messages.length, 1)]?.id ?? newId()
}

const actions: FlowFeature['actions'] = {
  send: [
    4,
    ({ me, conversationId, which }) => me.ask('message.send', { conversationId, id: newId(), body: plain(`${which}`) }),
  ],
  edit: [2, async (turn) => turn.me.ask('message.edit', { messageId: await someMessage(turn), body: plain('edited') })],
  delete: [2, async (turn) => turn.me.ask('message.delete', { messageId: await someMessage(turn) })],
}

const causes: FlowFeature['causes'] = {
  'message.created': {
    'a member writes': ({ bo, room }) => say(bo, room),
    'the observer writes on another device': async ({ server, eye, room }) =>
      say(await enter(server, eye.signedIn), room),
    'several members write at once': ({ ana, bo, eye, room }) =>
      Promise.all([ana, bo, eye, ana, bo].map((person) => say(person, room))),
  },
  'message.updated': {
    'a member edits': ({ ana, messageId }) => ana.ask('message.edit', { messageId, body: plain('edited') }),
    'the observer edits twice': async ({ eye, ownId }) => {
      await eye.ask('message.edit', { messageId: ownId, body: plain('edited') })
      await eye.ask('message.edit', { messageId: ownId, body: plain('edited again') })
    },
  },
  'message.deleted': {
    'a member deletes': ({ ana, messageId }) => ana.ask('message.delete', { messageId }),
    'a moderator deletes a message of the observer': ({ ana, ownId }) =>
      ana.ask('message.delete', { messageId: ownId }),
    'an edited message is deleted': async ({ ana, messageId }) => {
      await ana.ask('message.edit', { messageId, body: plain('edited') })
      await ana.ask('message.delete', { messageId })
    },
  },
}

export const messages: FlowFeature = {
  actions,
  causes,
  apply: (held, { messages: news = [] }) => ({ ...held, messages: newest(held.messages, news, ({ id }) => id) }),
  load: async function* (person, conversationId) {
    let before: number | undefined
    for (let more = true; more; ) {
      const {
        hasBefore,
        hasAfter: _,
        ...rows
      } = await person.ask('message.page', { conversationId, before, limit: 100 })
      yield rows
      before = rows.messages[0]?.seq
      more = hasBefore
    }
  },
  view: (held) => ({ messages: messagesOf(held) }),
}
