import type { KeptAnswersTable } from './kept-answer-table.ts'

/**
 * The ids of the user of a request and of all rows in its answer (`id`, `messageId`), each once. When one of these is
 * deleted, the answer must be deleted or changed too. Bodies of messages are skipped, because their content may look
 * like a row. Throws for an answer that is no JSON.
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
