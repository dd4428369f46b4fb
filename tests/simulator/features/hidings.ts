import type { Hiding } from '@parley/protocol'
import { type ModelOperations, type ModelRun, Refusal, reach } from '../model-run.ts'
import type { Actions, SimulatorFeature } from '../simulator-feature.ts'

const actions: Actions = {
  hide: [1, (_, tab, roomId) => tab.chat.hidings.set(roomId)],
  'show again': [1, (_, tab, roomId) => tab.chat.call('hiding.remove', { conversationId: roomId })],
}

const heldBy = ({ world, userId }: ModelRun, conversationId: string) =>
  world.accountRows.get(`${userId} hidings ${conversationId}`)?.row as Hiding | undefined

function put({ world, userId, deliveries }: ModelRun, state: Omit<Hiding, 'rev'>): { hiding: Hiding } {
  const hiding = world.putAccountRow(userId, 'hidings', state.conversationId, (rev): Hiding => ({ ...state, rev }))
  const payload = { rev: hiding.rev, memberships: [], summaries: [], hidings: [hiding] }
  deliveries.push({ name: 'account.updated', payload, userIds: [userId] })
  return { hiding }
}

/** The model has no direct conversations, so users hide rooms. */
const operations: ModelOperations = {
  'hiding.set': (run, { conversationId }) => {
    const upToSeq = reach(run, conversationId).messages.length
    const held = heldBy(run, conversationId)
    if (held && !held.removed && held.upToSeq === upToSeq) return { hiding: held }
    return put(run, { conversationId, upToSeq, removed: false })
  },
  'hiding.remove': (run, { conversationId }) => {
    reach(run, conversationId)
    const held = heldBy(run, conversationId)
    if (!held) throw new Refusal('not_found')
    return held.removed ? { hiding: held } : put(run, { ...held, removed: true })
  },
}

const hidden = (rows: readonly Hiding[]) =>
  rows.flatMap(({ conversationId, upToSeq, removed }) => (removed ? [] : `${conversationId} up to ${upToSeq}`)).sort()

export const hidings: SimulatorFeature = {
  actions,
  operations,
  accountSince: ({ world, userId, since, isAnew }) =>
    world.rowsOfAccount<Hiding>(userId, 'hidings').flatMap((row) => {
      if (row.rev <= since || (isAnew && row.removed)) return []
      return [{ rev: row.rev, rows: { hidings: [row] } }]
    }),
  checkAccount: (world, state, userId, say) => {
    const here = hidden(Object.values(state.hidings)).join()
    const there = hidden(world.rowsOfAccount<Hiding>(userId, 'hidings')).join()
    if (here !== there) say(`hides ${here} in place of ${there}`)
  },
}
