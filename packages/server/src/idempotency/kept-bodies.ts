import type { Body } from '@parley/protocol'
import type { ForgetMessages } from '../core/kernel.ts'

/** So many answers get the new body of a message. */
const most = 20

/**
 * Replaces the body of these messages in stored answers, for example after an edit; one that was removed stays null.
 * The answers are not deleted: otherwise an older edit that is sent again would run again and undo the newer one. Only
 * the 20 newest answers that name one of the messages get the body. Older ones lose it and are not found again, so that
 * the cost of an edit does not grow with the number of edits before it.
 */
export const keepNewBody = async (
  ...[store, messageIds, body]: Required<Parameters<ForgetMessages>>
): Promise<void> => {
  for (const [at, row] of (await store.keptAnswers.naming(messageIds)).entries()) {
    const answer = JSON.stringify(withBody(JSON.parse(row.answer), messageIds, at < most ? body : null))
    if (answer !== row.answer) await store.keptAnswers.replace({ ...row, answer })
    if (at >= most) await store.keptAnswers.forgetNames(row, messageIds)
  }
}

function withBody(value: unknown, messageIds: readonly string[], body: Body | null): unknown {
  if (Array.isArray(value)) return value.map((entry) => withBody(entry, messageIds, body))
  if (typeof value !== 'object' || value === null) return value
  const { id } = value as { id?: unknown }
  const isOne = typeof id === 'string' && messageIds.includes(id)
  // Bodies are not searched, because their content may look like a row.
  const entries = Object.entries(value).map(([name, entry]) => {
    if (name !== 'body') return [name, withBody(entry, messageIds, body)]
    return [name, isOne && entry !== null ? body : entry]
  })
  return Object.fromEntries(entries)
}
