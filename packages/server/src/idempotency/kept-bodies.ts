import type { Body } from '@parley/protocol'
import type { ForgetMessages } from '../core/kernel.ts'

/**
 * Replaces the body of these messages in all stored answers, for example after an edit. The answers are not deleted:
 * otherwise an older edit that is sent again would run again and undo the newer one.
 */
export const keepNewBody = async (
  ...[store, messageIds, body]: Required<Parameters<ForgetMessages>>
): Promise<void> => {
  for (const row of await store.keptAnswers.naming(messageIds)) {
    const answer = JSON.stringify(withBody(JSON.parse(row.answer), messageIds, body))
    if (answer !== row.answer) await store.keptAnswers.replace({ ...row, answer })
  }
}

function withBody(value: unknown, messageIds: readonly string[], body: Body): unknown {
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
