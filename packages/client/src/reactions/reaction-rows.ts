import type { Message, Reaction, Tally } from '@parley/protocol'
import type { ConversationState } from '../chat-state.ts'

/** One emoji under a message, as it is shown to this user. */
export interface MessageReaction {
  emoji: string
  count: number
  /** The first 20 users at most, in the order of their reactions. */
  userIds: readonly string[]
  own: boolean
}

type HeldTally = Required<Tally> & {
  /** The rev up to which `own` is known. Live events leave it to the single reactions. */
  ownRev: number
}

/** The reactions to one message. */
export interface MessageReactions {
  /** Those that stand, in the order of first use, with what this user wishes and the server has not answered yet. */
  shown: readonly MessageReaction[]
  tallies: Readonly<Record<string, HeldTally>>
  wished: Readonly<Record<string, boolean>>
}

export interface ReactionsFields {
  /** By the id of the message; those of messages without any are left out. */
  reactions: Readonly<Record<string, MessageReactions>>
}

const none: MessageReactions = { shown: [], tallies: {}, wished: {} }

/** Takes in counted reactions; of two tallies the newer one stays. */
export const applyTallies = (held: ConversationState, tallies: readonly Tally[]): ConversationState =>
  tallies.reduce((next, tally) => {
    const { tallies: before } = next.reactions[tally.messageId] ?? none
    const merged = mergedTally(before[tally.emoji], tally)
    return merged === before[tally.emoji] ? next : putTally(next, merged)
  }, held)

/** Takes in single reactions, which say what this user did on other devices. Their tallies came just before. */
export const applyReactions = (
  held: ConversationState,
  reactions: readonly Reaction[],
  me: string,
): ConversationState =>
  reactions.reduce((next, { messageId, emoji, userId, rev, removed }) => {
    const tally = next.reactions[messageId]?.tallies[emoji]
    if (userId !== me || !tally || tally.ownRev >= rev) return next
    return putTally(next, { ...tally, own: !removed, ownRev: rev })
  }, held)

/** A deleted message has no reactions. */
export function dropReactions(held: ConversationState, messages: readonly Message[]): ConversationState {
  const dropped = messages.filter(({ id, deletedAt }) => deletedAt !== null && held.reactions[id])
  if (dropped.length === 0) return held
  const reactions = { ...held.reactions }
  for (const { id } of dropped) delete reactions[id]
  return { ...held, reactions }
}

/** Shows the wish of this user before the server has answered; `undefined` takes it back. */
export function wish(
  held: ConversationState,
  messageId: string,
  emoji: string,
  isOwn: boolean | undefined,
): ConversationState {
  const before = held.reactions[messageId]
  if (!before && isOwn === undefined) return held
  const { tallies, wished, shown } = before ?? none
  const { [emoji]: _, ...others } = wished
  return put(held, messageId, {
    tallies,
    shown,
    wished: isOwn === undefined ? others : { ...others, [emoji]: isOwn },
  })
}

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

function putTally(held: ConversationState, tally: HeldTally): ConversationState {
  const before = held.reactions[tally.messageId] ?? none
  return put(held, tally.messageId, { ...before, tallies: { ...before.tallies, [tally.emoji]: tally } })
}

const put = (held: ConversationState, messageId: string, next: MessageReactions): ConversationState => ({
  ...held,
  reactions: { ...held.reactions, [messageId]: { ...next, shown: sameIfEqual(next.shown, shownOf(next)) } },
})

const isSame = (a: MessageReaction, b: MessageReaction | undefined) =>
  a.emoji === b?.emoji && a.count === b.count && a.own === b.own && a.userIds.join() === b.userIds.join()

/** What looks the same stays the same object, so that nothing is drawn again. */
const sameIfEqual = (held: readonly MessageReaction[], next: MessageReaction[]) =>
  held.length === next.length && held.every((one, at) => isSame(one, next[at])) ? held : next

function shownOf({ tallies, wished }: MessageReactions): MessageReaction[] {
  const standing = Object.values(tallies).sort((a, b) => a.firstRev - b.firstRev)
  const begun = Object.keys(wished).filter((emoji) => !tallies[emoji]?.count)
  return [
    ...standing.filter(({ count }) => count > 0).map((tally) => withWish(tally, wished[tally.emoji])),
    ...begun.map((emoji) => withWish({ emoji, count: 0, userIds: [], own: false }, wished[emoji])),
  ].filter(({ count }) => count > 0)
}

const withWish = ({ emoji, count, userIds, own }: MessageReaction, isOwn = own): MessageReaction => ({
  emoji,
  count: count + Number(isOwn) - Number(own),
  userIds,
  own: isOwn,
})
