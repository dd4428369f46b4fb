import type { ConversationChange, Input, Output } from '@parley/protocol'
import { features } from './features/index.ts'
import type { ModelRun } from './model-run.ts'
import { type ModelRoom, type ModelWorld, userOf } from './model-world.ts'

/** If more rows of a conversation have changed, a sync resets it: few, so that it happens often. */
const mostChangedRows = 10

/** The most rows of the account and changes of conversations in one answer: so few that most answers are incomplete. */
const mostInAnswer = 2

/**
 * The model's `sync.run`: what has changed since these positions, or all of the account after a reset. It has a reset
 * if the epoch is another one, no rev is given, or the rev is later than the account's. Small limits leave most answers
 * incomplete.
 */
export function runSync(
  { world, userId }: ModelRun,
  { epoch, rev, positions = [] }: Input<'sync.run'>,
): Output<'sync.run'> {
  const now = world.accounts.get(userId) ?? 0
  const reset = epoch !== world.epoch || rev === undefined || rev > now
  const asked = reset ? [] : positions
  let room = mostInAnswer
  const { account, taken } = accountSince(world, userId, reset ? 0 : rev, reset, new Set(asked.map(idOf)), room)
  room -= taken
  const changes: ConversationChange[] = []
  const resets: Output<'sync.run'>['resets'] = []
  let hasMore = account.rev < now
  for (const position of asked) {
    const asking = world.rooms.get(position.conversationId)
    if (!asking || world.stateOf(asking, userId) !== 'active' || position.rev === asking.rev) continue
    if (room-- <= 0) {
      hasMore = true
      break
    }
    const change = changeSince(world, asking, position.rev, userId)
    const summary = change ? undefined : world.summary(asking, userId)
    if (change) changes.push(change)
    else if (summary) resets.push(summary)
  }
  return { epoch: world.epoch, reset, account, changes, resets, hasMore }
}

const idOf = (position: { conversationId: string }) => position.conversationId

/** The first `room` changed rows of the account, in the order of its revs, and the rev that they lead to. */
function accountSince(
  world: ModelWorld,
  userId: string,
  since: number,
  isAnew: boolean,
  held: ReadonlySet<string>,
  room: number,
): { account: Output<'sync.run'>['account']; taken: number } {
  const changed = features
    .flatMap((feature) => feature.accountSince?.({ world, userId, since, isAnew, held }) ?? [])
    .sort((a, b) => a.rev - b.rev)
  const taken = changed.slice(0, room)
  const last = taken.at(-1)
  const isCut = last !== undefined && taken.length < changed.length
  const rev = isCut ? last.rev : (world.accounts.get(userId) ?? 0)
  const account: Record<string, unknown> = { rev, user: userOf(userId), memberships: [], summaries: [] }
  for (const { rows } of taken) {
    for (const [field, own] of Object.entries(rows)) account[field] = [...((account[field] ?? []) as unknown[]), ...own]
  }
  return { account: account as unknown as Output<'sync.run'>['account'], taken: taken.length }
}

/**
 * The rows of a room that have changed since; undefined if they are too many, or the position is later than the room's.
 */
function changeSince(
  world: ModelWorld,
  room: ModelRoom,
  since: number,
  userId: string,
): ConversationChange | undefined {
  const changed = features.flatMap(({ changedSince }) => changedSince?.(world, room, since) ?? [])
  const rows: Partial<ConversationChange> = Object.assign({}, ...changed.map((brought) => brought.rows))
  const count = Object.values(rows).reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0)
  if (since > room.rev || count > mostChangedRows) return undefined
  const userIds = changed.flatMap((brought) => brought.userIds)
  return { conversationId: room.id, rev: room.rev, ...rows, ...world.sideRowsOf(room, rows, userId, userIds) }
}
