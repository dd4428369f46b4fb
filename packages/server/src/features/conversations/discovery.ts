import type { Output, ParsedInput } from '@parley/protocol'
import { comparableName } from '@parley/protocol/features/name-rules'
import type { Context } from '../../core/context.ts'
import { slicesOf } from '../../core/limits/answer-budget.ts'
import { foundInSlices } from '../../core/limits/found-in-slices.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import { toConversation } from './conversation-store.ts'

/** The number of rooms whose members are counted in one slice: a room may have ten thousand. */
const countedAtOnce = 4

/**
 * Finds public rooms whose names contain the text, as `comparableName` compares them, newest first; an empty text finds
 * all. Each comes with the number of its active members, and whether the caller is one (`joined`). A page may have
 * fewer rooms than `limit`, if some were closed meanwhile: only a missing `next` is the end. It reads the rooms and
 * counts their members in slices, between which the server answers other requests, so the answer is no single state.
 */
export async function discoverRooms(
  { query, after, limit }: ParsedInput<'conversation.discover'>,
  { store, caller }: Context,
): Promise<Output<'conversation.discover'>> {
  const text = comparableName(query)
  const found = await foundInSlices(limit + 1, after, (from, left) =>
    store.conversations.publicRoomIds({ text, from, limit: left }),
  )

  const rooms: Output<'conversation.discover'>['rooms'] = []
  const page = found.slice(0, limit)
  for (const slice of slicesOf(page, countedAtOnce)) {
    if (rooms.length > 0) await sliceOrder.next()
    for (const row of await store.conversations.publicRooms(caller.user.id, slice)) {
      rooms.push({ conversation: toConversation(row), memberCount: row.members, joined: row.joined > 0 })
    }
  }
  const last = page.at(-1)
  return { rooms, ...(found.length > limit && last !== undefined && { next: last }) }
}
