import { type ConversationChange, limits } from '@parley/protocol'
import { type AnswerBudget, bytesOf } from '../../core/limits/answer-budget.ts'
import type { Store } from '../../storage/store.ts'
import { type ConversationHead, toConversation } from '../conversations/conversation-store.ts'

/** What a conversation's rows are now, of those that changed since a position. */
export type MissedRows = ConversationChange & Required<Pick<ConversationChange, 'messages' | 'memberships' | 'users'>>

/** A position from the future is one of a lost history. */
const isTooFar = (now: number, since: number) => since > now || now - since > limits.changedRows

/** The least that a message is in an answer, beside its body. */
const messageBytes = 300

/**
 * The rows of a conversation that changed after a rev, all of them or none: a device that took some could not say which
 * position it holds. `reset` where they are more than a whole answer brings, `later` where this one has no room left.
 */
export async function missedRows(
  store: Store,
  conversation: ConversationHead,
  since: number,
  budget: AnswerBudget,
): Promise<MissedRows | 'reset' | 'later'> {
  const { id, rev } = conversation
  if (isTooFar(rev, since)) return 'reset'
  const most = limits.changedRows + 1
  const memberships = await store.memberships.changedSince(id, since, most)
  const size = await store.messages.changedSize(id, since, conversation, most)
  const rows = size.rows + memberships.length
  const least = size.bytes + size.rows * messageBytes
  if (rows > limits.changedRows || least > limits.answerBytes) return 'reset'
  if (!budget.hasRoomFor(rows, least)) return 'later'

  const messages = await store.messages.changedSince(id, since, conversation, most)
  const settings = conversation.settings_rev > since ? await store.conversations.byId(id) : undefined
  const people = [...messages.map(({ senderId }) => senderId), ...memberships.map(({ userId }) => userId)]
  const missed: MissedRows = {
    conversationId: id,
    rev,
    ...(settings && { conversation: toConversation(settings) }),
    messages: messages.sort((a, b) => a.seq - b.seq),
    memberships,
    users: await store.users.byIds(people),
  }
  const bytes = bytesOf(missed)
  if (!budget.hasRoomFor(rows, bytes)) return budget.isUntouched ? 'reset' : 'later'
  budget.spend(rows, bytes)
  return missed
}
