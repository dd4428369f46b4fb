import type { Message, Reaction, Tally } from '@parley/protocol'
import { putAll, withFields, without } from '../cache/records.ts'
import type { ConversationState } from '../chat-state.ts'
import { deletedIds } from '../messages/message-window.ts'

/** One emoji below a message, as this user sees it. */
export interface MessageReaction {
  emoji: string
  count: number
  /** At most the first 20 users, in the order of their reactions. */
  userIds: readonly string[]
  own: boolean
}

type HeldTally = Required<Tally> & {
  /** The rev up to which `own` is known. Tallies of live events do not contain `own`: it follows from the reactions. */
  ownRev: number
}

/** The reactions to one message. */
export interface MessageReactions {
  /** The reactions to show, in the order of first use: the tallies, changed by the user's unanswered wishes. */
  shown: readonly MessageReaction[]
  tallies: Readonly<Record<string, HeldTally>>
  /** The user's latest change for each emoji, until the server answers. */
  wished: Readonly<Record<string, Wish>>
}

/** A change that this user made to their reaction: add the emoji (`isOwn`) or remove it. */
export interface Wish {
  messageId: string
  emoji: string
  isOwn: boolean
}

export interface ReactionsFields {
  /** By the id of the message. Messages without reactions may be missing. */
  reactions: Readonly<Record<string, MessageReactions>>
}

const none: MessageReactions = { shown: [], tallies: {}, wished: {} }

/**
 * Applies tallies, each the reactions of all users with one emoji. The greater rev wins, separately for `own`: a tally
 * without `own`, as in a live event, leaves the held one, and a tally with older counts may still bring a newer `own`.
 * Skips tallies of loaded messages that were deleted, because a page or an answer may have been read before that. The
 * same object if nothing changes.
 */
export function applyTallies(held: ConversationState, tallies: readonly Tally[]): ConversationState {
  const deleted = new Set(deletedIds(held.messages))
  const shown = tallies.filter(({ messageId }) => !deleted.has(messageId))
  return applyEach(held, shown, (before, tally) => withTally(before, mergedTally(before.tallies[tally.emoji], tally)))
}

/**
 * Applies the user's own reactions, which may come from other devices, to `own` of the tallies, and skips those of
 * others. Counts do not change: the tallies must be applied before, and a reaction without a tally, or older than what
 * is known, is skipped. The same object if nothing changes.
 */
export function applyReactions(held: ConversationState, reactions: readonly Reaction[], me: string): ConversationState {
  const own = reactions.filter(({ userId }) => userId === me)
  return applyEach(held, own, (before, { emoji, rev, removed }) => {
    const tally = before.tallies[emoji]
    return tally && tally.ownRev < rev ? withTally(before, { ...tally, own: !removed, ownRev: rev }) : before
  })
}

/**
 * Removes all reactions to those of these messages that were deleted, with the user's unanswered changes, for which
 * `endWish` then does nothing. The same object if there are none.
 */
export const dropReactions = (held: ConversationState, messages: readonly Message[]): ConversationState =>
  withFields(held, { reactions: deletedIds(messages).reduce(without<MessageReactions>, held.reactions) })

/**
 * Shows a change of the user before the server answers; replaces an earlier one of the same emoji and message. The
 * caller must end it by `endWish` with the same object. The tallies stay as they are.
 */
export const showWish = (held: ConversationState, wish: Wish): ConversationState =>
  applyEach(held, [wish], (before) => ({ ...before, wished: { ...before.wished, [wish.emoji]: wish } }))

/**
 * Ends a change of the user, so that the server's state is shown again. `wish` must be the object that `showWish` got.
 * Does nothing if a later change of the same emoji has replaced it.
 */
export const endWish = (held: ConversationState, wish: Wish): ConversationState =>
  applyEach(held, [wish], (before) =>
    before.wished[wish.emoji] === wish ? { ...before, wished: without(before.wished, wish.emoji) } : before,
  )

/**
 * Returns `fresh`, the new state of a conversation that was reset, with the unanswered changes of `before`. They are
 * the same objects, so `endWish` still ends them.
 */
export const carryOverWishes = (fresh: ConversationState, before: ConversationState): ConversationState =>
  Object.values(before.reactions)
    .flatMap(({ wished }) => Object.values(wished))
    .reduce(showWish, fresh)

function mergedTally(before: HeldTally | undefined, given: Tally): HeldTally {
  const isNewer = given.rev > (before?.rev ?? -1)
  const knowsOwn = given.own !== undefined && given.rev > (before?.ownRev ?? -1)
  if (before && !isNewer && !knowsOwn) return before
  const { own = false, ownRev = -1 } = before ?? {}
  return {
    ...(before && !isNewer ? before : given),
    ...(knowsOwn ? { own: given.own === true, ownRev: given.rev } : { own, ownRev }),
  }
}

const withTally = (before: MessageReactions, tally: HeldTally): MessageReactions =>
  tally === before.tallies[tally.emoji] ? before : { ...before, tallies: { ...before.tallies, [tally.emoji]: tally } }

/** Applies all rows with one copy of the record: a copy for each row would take seconds in a long history. */
function applyEach<Row extends { messageId: string }>(
  held: ConversationState,
  rows: readonly Row[],
  change: (before: MessageReactions, row: Row) => MessageReactions,
): ConversationState {
  const changed = new Map<string, MessageReactions>()
  for (const row of rows) {
    const before = changed.get(row.messageId) ?? held.reactions[row.messageId] ?? none
    const next = change(before, row)
    if (next !== before) changed.set(row.messageId, next)
  }
  const settled = [...changed].map(
    ([messageId, next]) => [messageId, { ...next, shown: sameIfEqual(next.shown, shownOf(next)) }] as const,
  )
  return withFields(held, { reactions: putAll(held.reactions, settled) })
}

const isSame = (a: MessageReaction, b: MessageReaction | undefined) =>
  a.emoji === b?.emoji && a.count === b.count && a.own === b.own && a.userIds.join() === b.userIds.join()

/** Returns the old array if the new one is equal, so that components do not render again. */
const sameIfEqual = (held: readonly MessageReaction[], next: MessageReaction[]) =>
  held.length === next.length && held.every((one, at) => isSame(one, next[at])) ? held : next

function shownOf({ tallies, wished }: MessageReactions): MessageReaction[] {
  const standing = Object.values(tallies).sort((a, b) => a.firstRev - b.firstRev)
  const begun = Object.keys(wished).filter((emoji) => !tallies[emoji]?.count)
  return [
    ...standing.filter(({ count }) => count > 0).map((tally) => withWish(tally, wished[tally.emoji]?.isOwn)),
    ...begun.map((emoji) => withWish({ emoji, count: 0, userIds: [], own: false }, wished[emoji]?.isOwn)),
  ].filter(({ count }) => count > 0)
}

const withWish = ({ emoji, count, userIds, own }: MessageReaction, isOwn = own): MessageReaction => ({
  emoji,
  count: count + Number(isOwn) - Number(own),
  userIds,
  own: isOwn,
})
