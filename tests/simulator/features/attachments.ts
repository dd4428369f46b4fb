import type { Attachment, Message } from '@parley/protocol'
import type { ConversationState } from '../../../packages/client/src/chat-state.ts'
import type { ModelOperations } from '../model-run.ts'
import type { ModelRoom } from '../model-world.ts'
import type { Actions, Say, SimulatorFeature } from '../simulator-feature.ts'

/** The id of the attachment for a text, as if it had been uploaded before; each text has one of its own. */
const idFor = (text: string) =>
  `01970000-0000-7000-8000-${Buffer.from(text).toString('hex').slice(-12).padStart(12, '0')}`

const attachmentOf = (id: string): Attachment => ({
  id,
  kind: 'file',
  name: `${id}.txt`,
  mime: 'application/octet-stream',
  size: 1,
  width: null,
  height: null,
  durationMs: null,
  peaks: null,
  thumbhash: null,
  state: 'ready',
})

const actions: Actions = {
  'send a file': [
    4,
    (simulation, tab, roomId) => {
      const text = simulation.newText()
      tab.send(roomId, text, [idFor(text)])
    },
  ],
}

const operations: ModelOperations = {
  'attachment.get': (_, { attachmentId }) => ({ attachment: attachmentOf(attachmentId) }),
}

const idsOf = ({ body }: Message): readonly string[] => (body?.kind === 'plain' ? (body.attachments ?? []) : [])

function checkRoom(_: ModelRoom, held: ConversationState, __: string, say: Say): void {
  for (const message of held.messages) {
    const missing = idsOf(message).filter((id) => held.attachments[id] === undefined)
    if (missing.length > 0) say(`holds message ${message.seq} without its attachments ${missing}`)
  }
}

export const attachments: SimulatorFeature = {
  actions,
  operations,
  beside: (_, { messages = [] }) => ({ attachments: messages.flatMap((message) => idsOf(message).map(attachmentOf)) }),
  checkRoom,
}
