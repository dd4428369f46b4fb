import type { Crowd, Job } from '../scenario.ts'
import { eachOf } from '../targets/rest-caller.ts'
import { Caller } from './caller.ts'
import { messageId } from './vocabulary.ts'

const roomsAtOnce = 8
const sendsAtOnce = 25

/**
 * Sends `each` messages to every one of these rooms, over new connections that it closes again; resolves when all are
 * acknowledged. `writer` is the index of the sender among the room's people.
 */
export const writeMissed = (job: Job, rooms: Crowd['conversations'], each: number, writer = 0): Promise<unknown> =>
  eachOf(rooms, roomsAtOnce, async ({ id, people }) => {
    const caller = await Caller.enter(job, people[writer] ?? 0)
    const text = 'missed by the one who was away '.repeat(9)
    for (let written = 0; written < each; written += sendsAtOnce) {
      const count = Math.min(sendsAtOnce, each - written)
      const body = { kind: 'plain', text } as const
      const sends = Array.from({ length: count }, () =>
        caller.ask('message.send', { conversationId: id, id: messageId(), body }),
      )
      await Promise.all(sends)
    }
    caller.close()
  })

/**
 * The job with only the later part of its crowd: the conversations and people from these numbers on, numbered from 0.
 */
export const withPeopleFrom = (job: Job, firstConversation: number, firstPerson: number): Job => {
  const conversations = job.crowd.conversations
    .slice(firstConversation)
    .map(({ id, people }) => ({ id, people: people.map((person) => person - firstPerson) }))
  return { ...job, crowd: { members: job.crowd.members.slice(firstPerson), conversations } }
}
