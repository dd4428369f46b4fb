import type { ConversationChange, SideRows } from '@parley/protocol'
import { features } from './features/index.ts'
import { type ModelRoom, userOf } from './model-world.ts'

/** The rows beside these rows of a room: the users to whom they refer, and the side rows of features. */
export const sideRowsOf = (
  room: ModelRoom,
  rows: Partial<ConversationChange>,
  viewerId: string,
  userIds: Iterable<string>,
): SideRows => {
  const users = [...new Set(userIds)].map(userOf)
  return Object.assign({ users }, ...features.map((feature) => feature.beside?.(room, rows, viewerId)))
}
