import { emitToAccount, emitToRoom, type ModelOperations, Refusal, reach } from '../model-run.ts'
import type { Actions, SimulatorFeature } from '../simulator-feature.ts'

const actions: Actions = {
  'list conversations': [1, (_, tab) => tab.chat.conversations.list()],
  rename: [1, (_, tab, roomId, n) => tab.chat.conversations.update(roomId, { name: `name ${n % 5}` })],
}

const operations: ModelOperations = {
  'conversation.get': (run, { conversationId }) => {
    const room = run.world.rooms.get(conversationId)
    const summary = room && run.world.summary(room, run.userId)
    if (!summary) throw new Refusal('not_found')
    return { summary }
  },
  'conversation.list': ({ world, userId }) => ({
    summaries: [...world.rooms.values()].flatMap((room) => world.summary(room, userId) ?? []),
    hasMore: false,
  }),
  'conversation.update': (run, { conversationId, name = '' }) => {
    const room = reach(run, conversationId)
    room.name = name
    room.settingsRev = ++room.rev
    const conversation = run.world.conversation(room)
    emitToRoom(run, room, 'conversation.updated', { conversation })
    for (const row of room.memberships.values()) {
      if (row.state !== 'invited') continue
      run.world.nextAccountRev(row.userId, room.id)
      emitToAccount(run, room, row)
    }
    return { conversation }
  },
}

export const conversations: SimulatorFeature = {
  actions,
  operations,
  changedSince: (world, room, since) => ({
    rows: room.settingsRev > since ? { conversation: world.conversation(room) } : {},
    userIds: [],
  }),
  checkRoom: (room, held, _, say) => {
    if (held.conversation.name !== room.name) say(`is called ${held.conversation.name} instead of ${room.name}`)
  },
}
