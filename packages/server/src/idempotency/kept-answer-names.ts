import type { KeptAnswersTable } from './kept-answer-table.ts'

/**
 * Ids of all that an answer has a row of, and of the user for whom it was done: what must go from an answer when it goes
 * from everywhere else. Bodies are passed by, because what stands in them may look like a row.
 *
 * @example namesIn({ owner: ' ana', answer: '{"message":{"id":"m1"}}' }) // ['ana', 'm1']
 */
export function namesIn({ owner, answer }: Pick<KeptAnswersTable, 'owner' | 'answer'>): string[] {
  const userId = owner.slice(owner.indexOf(' ') + 1)
  return [...new Set([...(userId ? [userId] : []), ...idsIn(JSON.parse(answer))])]
}

function idsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, entry]) => {
    if (name === 'body') return []
    return typeof entry === 'string' && (name === 'id' || name === 'messageId') ? [entry] : idsIn(entry)
  })
}
