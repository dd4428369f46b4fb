import type { Output, Reaction, Tally } from '@parley/protocol'
import { reactionLimits } from '@parley/protocol/features/reactions'
import type { MemberContext } from '../../core/context.ts'
import type { Handlers } from '../../core/feature.ts'
import { OperationError } from '../../core/operation-error.ts'
import { audienceOf } from '../conversations/head-store.ts'
import type { reactionPolicy } from './reaction-policy.ts'
import { noTally } from './reaction-store.ts'

interface Target {
  messageId: string
  emoji: string
}

/**
 * Adds, removes and lists reactions; all are refused with `not_found` if the message is deleted. Adding a reaction that
 * is there, or removing one that is not, changes nothing and is answered like a change. One more emoji than a message
 * can have (`reactionLimits.emojiPerMessage`) is refused with `limit_reached`.
 */
export const reactionHandlers: Handlers<keyof typeof reactionPolicy> = {
  'reaction.add': async (target, context) => {
    await assertNotDeleted(target, context)
    const { reaction, tally } = await presentState(target, context)
    if (!reaction.removed) return answer(reaction, tally)
    if (tally.count === 0) await assertMayAddEmoji(target, context)
    return change(context, { ...reaction, removed: false }, tally)
  },

  'reaction.remove': async (target, context) => {
    await assertNotDeleted(target, context)
    return removeReaction(target, context)
  },

  'reaction.list': async ({ messageId, emoji, after = 0, limit }, context) => {
    await assertNotDeleted({ messageId }, context)
    const { reactions, users } = context.store
    const found = await reactions.after(messageId, emoji, after, limit + 1)
    const page = found.slice(0, limit)
    return {
      reactions: page,
      users: await users.byIds(page.map(({ userId }) => userId)),
      hasMore: found.length > limit,
    }
  },
}

/**
 * Removes the caller's reaction: stores it and the tally with the next rev, emits the event, and resolves with
 * `{ reaction, tally }`. If there is none, it changes and emits nothing, and resolves with a removed reaction and the
 * present tally. It does not check whether the message is deleted.
 */
export async function removeReaction(target: Target, context: MemberContext): Promise<Output<'reaction.remove'>> {
  const { reaction, tally } = await presentState(target, context)
  return reaction.removed ? answer(reaction, tally) : change(context, { ...reaction, removed: true }, tally)
}

/** Throws `not_found` if the message does not exist or is deleted. */
async function assertNotDeleted({ messageId }: Pick<Target, 'messageId'>, { store }: MemberContext): Promise<void> {
  const message = await store.messages.byId(messageId)
  if (!message || message.deleted_at !== null) throw new OperationError('not_found')
}

async function assertMayAddEmoji({ messageId }: Target, { store }: MemberContext): Promise<void> {
  if ((await store.reactions.emojiCount(messageId)) < reactionLimits.emojiPerMessage) return
  throw new OperationError('limit_reached', `A message has at most ${reactionLimits.emojiPerMessage} different emoji.`)
}

/** The caller's reaction and its tally. A reaction that never existed is like a removed one. */
async function presentState(
  { messageId, emoji }: Target,
  { store, caller }: MemberContext,
): Promise<Output<'reaction.add'>> {
  const key = { messageId, userId: caller.user.id, emoji }
  const reaction = (await store.reactions.byKey(key)) ?? { ...key, rev: 0, removed: true }
  return { reaction, tally: (await store.reactions.tally(messageId, emoji)) ?? noTally(reaction) }
}

/**
 * Stores the reaction and its tally with the next rev, and emits the event. Its cost does not depend on the number of
 * reactions.
 */
async function change(context: MemberContext, changed: Reaction, before: Tally) {
  const { store, reach } = context
  const { rev } = await store.heads.step(reach.conversation.id)
  const reaction = { ...changed, rev }
  await store.reactions.put(reaction, reach.conversation.id)
  const tally = await recount(context, reaction, before)
  announce(context, reaction, tally)
  return answer(reaction, tally)
}

async function recount({ store }: MemberContext, reaction: Reaction, before: Tally): Promise<Tally> {
  const { messageId, emoji, rev } = reaction
  const count = before.count + (reaction.removed ? -1 : 1)
  if (count === 0) {
    await store.reactions.dropTally(before)
    return noTally(reaction)
  }
  const userIds = await store.reactions.firstUserIds(messageId, emoji, reactionLimits.namedUsers)
  const tally = { ...before, count, userIds, firstRev: before.count === 0 ? rev : before.firstRev, rev }
  await store.reactions.putTally(tally)
  return tally
}

const answer = (reaction: Reaction, tally: Tally) => ({ reaction, tally: { ...tally, own: !reaction.removed } })

function announce({ emit, caller, reach }: MemberContext, reaction: Reaction, tally: Tally): void {
  emit({
    name: reaction.removed ? 'reaction.removed' : 'reaction.added',
    payload: {
      conversationId: reach.conversation.id,
      rev: reaction.rev,
      reactions: [reaction],
      tallies: [tally],
      users: [caller.user],
    },
    audience: audienceOf(reach.conversation),
  })
}
