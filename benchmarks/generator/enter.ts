import { setTimeout as wait } from 'node:timers/promises'
import type { Job } from '../scenario.ts'
import { eachOf } from '../targets/rest-caller.ts'
import { RefusedError } from './refusal.ts'
import { type Member, type Vocabulary, vocabularyOf } from './vocabulary.ts'
import { WireClient } from './wire-client.ts'

const atOnce = 50

/**
 * Connects and authenticates a member, and resolves with the client. Set its `onFrame` and `onClose` at once: they get
 * all that follows the handshake. Rejects with a `RefusedError` if the server refuses, and with an Error if it closes
 * the connection or is not done in `patienceMs`.
 */
export const enter = async (
  vocabulary: Vocabulary,
  port: number,
  member: Member,
  patienceMs = 60_000,
): Promise<WireClient> => {
  const heard: string[] = []
  let wake = () => {}
  const client = await WireClient.open(port, vocabulary.path(member), (bytes, start, end) => {
    heard.push(bytes.toString('utf8', start, end))
    wake()
  })
  const ended = Promise.withResolvers<never>()
  ended.promise.catch(() => {})
  client.onClose = () => ended.reject(new Error(`The server closed the connection; it had said: ${heard.join(' ')}`))
  const late = setTimeout(() => ended.reject(new Error('The server did not let us in in time.')), patienceMs)
  try {
    for (const { awaits, send } of vocabulary.greeting) {
      while (!heard.some((frame) => frame.startsWith(awaits))) {
        const refusal = heard.find((frame) => vocabulary.refusal && frame.startsWith(vocabulary.refusal))
        if (refusal !== undefined) throw new RefusedError(refusal)
        const more = Promise.withResolvers<void>()
        wake = more.resolve
        await Promise.race([more.promise, ended.promise])
      }
      if (send) client.send(send(member))
    }
    return client
  } catch (error) {
    client.close()
    throw error
  } finally {
    clearTimeout(late)
  }
}

/** The port of the node to which a member connects. */
export const portOf = ({ ports }: Pick<Job, 'ports'>, member: number): number => ports[member % ports.length] ?? 0

/**
 * Connects these members, 50 at a time, and calls `begin` with each client once it is admitted. Waits and tries again
 * if the server refuses with a time to wait. Resolves with an array of the clients, at the indexes of their members.
 */
export const enterAll = async (
  job: Job,
  members: readonly number[],
  begin: (client: WireClient, member: number) => void,
): Promise<WireClient[]> => {
  const clients: WireClient[] = []
  const vocabulary = vocabularyOf(job.target)
  await eachOf(members, atOnce, async (member) => {
    const client = await enterPatiently(vocabulary, portOf(job, member), job.crowd.members[member] ?? { rooms: [] })
    clients[member] = client
    begin(client, member)
  })
  return clients
}

/** Retries while the server refuses with a time to wait, as it does when many clients connect at once. */
const enterPatiently = async (vocabulary: Vocabulary, port: number, member: Member): Promise<WireClient> => {
  for (;;) {
    try {
      return await enter(vocabulary, port, member)
    } catch (error) {
      const retryAfterMs = error instanceof RefusedError ? error.refused.retryAfterMs : undefined
      if (retryAfterMs === undefined) throw error
      await wait(retryAfterMs)
    }
  }
}
