import type { Tally } from '@parley/protocol'
import { reactionLimits } from '@parley/protocol/features/reactions'
import type { MemberContext } from '../../core/context.ts'
import type { Handlers } from '../../core/feature.ts'
import { OperationError } from '../../core/operation-error.ts'
import { audienceOf } from '../conversations/head-store.ts'
import type { reactionPolicy } from './reaction-policy.ts'
import { type ReactionRow, type TallyRow, toReaction, toTally } from './reaction-store.ts'

interface Target {
  messageId: string
  emoji: string
}

export const reactionHandlers: Handlers<keyof typeof reactionPolicy> = {
  'reaction.add': async (target, context) => {
    await assertStands(target, context)
    const [row, tally] = [await ownReaction(target, context), await tallyOf(target, context)]
    if (row.removed === 0) return answer(row, tally)
    if (tally.count === 0) await assertRoomForEmoji(target, context)
    return change(context, { ...row, removed: 0 }, tally)
  },

  'reaction.remove': async (target, context) => {
    await assertStands(target, context)
    const [row, tally] = [await ownReaction(target, context), await tallyOf(target, context)]
    return row.removed === 1 ? answer(row, tally) : change(context, { ...row, removed: 1 }, tally)
  },

  'reaction.list': async ({ messageId, emoji, after = 0, limit }, context) => {
    await assertStands({ messageId }, context)
    const { reactions, users } = context.store
    const rows = await reactions.after(messageId, emoji, after, limit + 1)
    const page = rows.slice(0, limit)
    return {
      reactions: page.map(toReaction),
      users: await users.byIds(page.map((row) => row.user_id)),
      hasMore: rows.length > limit,
    }
  },
}

async function assertStands({ messageId }: Pick<Target, 'messageId'>, { store }: MemberContext): Promise<void> {
  const message = await store.messages.byId(messageId)
  if (!message || message.deleted_at !== null) throw new OperationError('not_found')
}

async function assertRoomForEmoji({ messageId }: Target, { store }: MemberContext): Promise<void> {
  if ((await store.reactions.emojiCount(messageId)) < reactionLimits.emojiPerMessage) return
  throw new OperationError('limit_reached', `A message has at most ${reactionLimits.emojiPerMessage} different emoji.`)
}

/** The caller's reaction; one that never was is like one that was taken back. */
const ownReaction = async (
  { messageId, emoji }: Target,
  { store, caller, reach }: MemberContext,
): Promise<ReactionRow> => {
  const key = { message_id: messageId, user_id: caller.user.id, emoji }
  return (await store.reactions.byKey(key)) ?? { ...key, conversation_id: reach.conversation.id, rev: 0, removed: 1 }
}

const tallyOf = async ({ messageId, emoji }: Target, { store }: MemberContext): Promise<TallyRow> =>
  (await store.reactions.tally(messageId, emoji)) ?? {
    message_id: messageId,
    emoji,
    count: 0,
    user_ids: '[]',
    first_rev: 0,
    rev: 0,
  }

/** Writes the reaction and its tally under the next rev. What it costs does not depend on how many reactions there are. */
async function change(context: MemberContext, changed: ReactionRow, before: TallyRow) {
  const { store, reach } = context
  const { rev } = await store.heads.step(reach.conversation.id)
  const row = { ...changed, rev }
  await store.reactions.put(row)
  const { message_id, emoji } = row
  const tally: TallyRow = {
    ...before,
    count: before.count + (row.removed === 0 ? 1 : -1),
    user_ids: JSON.stringify(await store.reactions.firstUserIds(message_id, emoji, reactionLimits.namedUsers)),
    first_rev: before.count === 0 ? rev : before.first_rev,
    rev,
  }
  await store.reactions.putTally(tally)
  announce(context, row, toTally(tally))
  return answer(row, tally)
}

const answer = (row: ReactionRow, tally: TallyRow) => ({
  reaction: toReaction(row),
  tally: { ...toTally(tally), own: row.removed === 0 },
})

function announce({ emit, caller, reach }: MemberContext, row: ReactionRow, tally: Tally): void {
  emit({
    name: row.removed === 0 ? 'reaction.added' : 'reaction.removed',
    payload: {
      conversationId: row.conversation_id,
      rev: row.rev,
      reactions: [toReaction(row)],
      tallies: [tally],
      users: [caller.user],
    },
    audience: audienceOf(reach.conversation),
  })
}
