import type { Attachment, Message } from '@parley/protocol'
import { newId, type Person, plain } from '@parley/server/testing/people'
import { sendFiles, upload, withAttachments } from '@parley/server/testing/uploads'
import type { FlowFeature, Scene } from '../flow-feature.ts'
import { messagesOf } from '../reference-rows.ts'
import { latest } from '../row-maps.ts'

declare module '../reference-device.ts' {
  interface Held {
    attachments?: ReadonlyMap<string, Attachment>
  }
}

/** The node to which the person is connected. */
const nodeOf = ({ socket }: Person) => ({ url: (socket.io as unknown as { uri: string }).uri.replace(/\/v1$/, '') })

const fileOf = (person: Person, name = 'notes.txt') => upload(nodeOf(person), person, Buffer.from(name), { name })

const idsOf = ({ body }: Message): readonly string[] => (body?.kind === 'plain' ? (body.attachments ?? []) : [])

const actions: FlowFeature['actions'] = {
  'send a file': [1, async ({ me, conversationId }) => sendFiles(me, conversationId, [(await fileOf(me)).id], 'file')],
  'change a file': [
    1,
    async ({ me, conversationId }) => {
      const { messages } = await me.ask('message.page', { conversationId, limit: 20 })
      const own = messages.find((message) => message.senderId === me.id && idsOf(message).length > 0)
      const { id } = await fileOf(me)
      const body = withAttachments([...(own ? idsOf(own).slice(1) : []), id], 'other')
      return me.ask('message.edit', { messageId: own?.id ?? newId(), body })
    },
  ],
}

const sent = async (person: Person, { room }: Scene) => {
  const files = [await fileOf(person, 'one'), await fileOf(person, 'two')]
  const ids = files.map(({ id }) => id)
  return { ids, message: await sendFiles(person, room, ids) }
}

const causes: FlowFeature['causes'] = {
  'message.created': {
    'a member sends files': (scene) => sent(scene.bo, scene),
    'the observer sends files': (scene) => sent(scene.eye, scene),
  },
  'message.updated': {
    'a file of a message is replaced': async (scene) => {
      const { message, ids } = await sent(scene.bo, scene)
      const { id } = await fileOf(scene.bo, 'three')
      await scene.bo.ask('message.edit', { messageId: message.id, body: withAttachments([id, ...ids.slice(1)]) })
    },
    'the text beside a file changes': async (scene) => {
      const { message } = await sent(scene.ana, scene)
      await scene.ana.ask('message.edit', { messageId: message.id, body: plain('other') })
    },
  },
  'message.deleted': {
    'a message with files is deleted': async (scene) => {
      const { message } = await sent(scene.bo, scene)
      await scene.ana.ask('message.delete', { messageId: message.id })
    },
  },
}

export const attachments: FlowFeature = {
  actions,
  causes,
  apply: (held, { attachments: given = [] }) => ({
    ...held,
    attachments: latest(held.attachments ?? new Map(), given, ({ id }) => id),
  }),
  view: (held) => ({
    attachments: Object.fromEntries(
      messagesOf(held).map((message) => [
        message.id,
        idsOf(message).map((id) => held.attachments?.get(id) ?? 'missing'),
      ]),
    ),
  }),
}
