import type { Job } from '../scenario.ts'
import { eachOf } from '../targets/rest-caller.ts'
import { Caller } from './caller.ts'
import { numberIn } from './frame-reader.ts'

/**
 * How many of the messages with these numbers (see `numberedText`) no conversation contains. Reads every conversation
 * from its beginning, as its first member.
 */
export const lostOf = async (job: Job, numbers: ReadonlySet<number>): Promise<number> => {
  const missing = new Set(numbers)
  await eachOf(job.crowd.conversations, 8, async ({ id: conversationId, people }) => {
    const reader = await Caller.enter(job, people[0] ?? 0)
    for (let after = 0, hasAfter = true; hasAfter; ) {
      const { data } = await reader.ask('message.page', { conversationId, after, limit: 100 })
      for (const { body } of data.messages) if (body?.kind === 'plain') missing.delete(numberIn(body.text))
      hasAfter = data.hasAfter
      after = data.messages.at(-1)?.seq ?? after
    }
    reader.close()
  })
  return missing.size
}
