import type { ConversationChange, SideRows } from '@parley/protocol'
import { features } from './features/index.ts'
import { type ModelRoom, userOf } from './model-world.ts'

/**
 * What a change of a room carries beside these rows: the users with these ids, each once, and what features add for
 * this viewer.
 */
export const sideRowsOf = (
  room: ModelRoom,
  rows: Partial<ConversationChange>,
  viewerId: string,
  userIds: Iterable<string>,
): SideRows => {
  const users = [...new Set(userIds)].map(userOf)
  return Object.assign({ users }, ...features.map((feature) => feature.beside?.(room, rows, viewerId)))
}
