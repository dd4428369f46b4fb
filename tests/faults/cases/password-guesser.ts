import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Chat, createChat, createSessions, type Sessions } from '@parley/client'
import { NodeProcess } from '../rig/node-process.ts'
import type { FaultCase } from '../rig/run-case.ts'
import type { World } from '../rig/world.ts'

const guessEveryMs = 100
const signInEveryMs = 5_000
const neighbourCount = 12
/** The life of a token: so short that each socket needs a new one several times a minute. */
const tokenSeconds = 20

const ownerName = 'owner'
const passwordOf = (username: string) => `the password of ${username}`

/** A user with an open chat, who must not be signed out. */
class Neighbour {
  refreshes = 0
  readonly losses: string[] = []
  private readonly sessions: Sessions
  private readonly chat: Chat
  private readonly username: string

  constructor(url: string, username: string) {
    this.username = username
    this.sessions = createSessions({ url })
    this.chat = createChat({ url, auth: this.sessions.accessToken })
  }

  async open(): Promise<void> {
    await this.sessions.register({ username: this.username, password: passwordOf(this.username) })
    await this.chat.connect()
    this.sessions.subscribe((current) => {
      if (current) this.refreshes += 1
      else this.losses.push(`${this.username} was signed out.`)
    })
    this.chat.on('status.changed', ({ status }) => {
      if (status !== 'online') this.losses.push(`${this.username} was ${status}.`)
    })
  }

  close(): void {
    this.chat.close()
    this.sessions.close()
  }
}

/** Sends wrong passwords from the address that all users share, until `stop`; counts the `answers` by their codes. */
const guessFrom = (url: string, usernames: readonly string[]) => {
  const answers: Record<string, number> = {}
  let made = 0
  const guess = async () => {
    const username = usernames[made++ % usernames.length]
    const body = JSON.stringify({ username, password: `guess number ${made}` })
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${url}/api/v1/sessions`, { method: 'POST', headers, body })
    const reply = (await response.json()) as { ok: boolean; error?: { code: string } }
    const code = reply.error?.code ?? 'ok'
    answers[code] = (answers[code] ?? 0) + 1
  }
  const began = performance.now()
  // Sends as many as are due, because a timer may be late on a busy machine.
  const timer = setInterval(() => {
    while (made < (performance.now() - began) / guessEveryMs) void guess().catch(() => {})
  }, guessEveryMs)
  return { answers, stop: () => clearInterval(timer), count: () => made }
}

/**
 * A stranger at the address of all users guesses ten passwords a second, half of them for the account of a user who
 * signs in and out meanwhile. A round is a minute.
 */
export const passwordGuesser: FaultCase = {
  name: 'a stranger who guesses passwords',
  topology: 'sqlite',
  rounds: { short: 1, long: 5 },
  crowd: { raw: 2, sdk: 1, guests: 0, rooms: 1 },
  run: async (world, minutes) => {
    const flags = ['--rate-limits', 'on', '--access-token-seconds', `${tokenSeconds}`]
    const node = new NodeProcess({ dataDir: join(world.directory, 'guessed-at'), flags })
    await node.start()
    const url = `http://127.0.0.1:${node.port}`
    const neighbours = Array.from({ length: neighbourCount }, (_, i) => new Neighbour(url, `neighbour${i}`))
    for (const neighbour of neighbours) await neighbour.open()
    const guesser = guessFrom(url, [ownerName, 'nobody'])
    try {
      await signInAgainAndAgain(world, url, minutes * 60_000)
      guesser.stop()
      const refreshes = neighbours.map((neighbour) => neighbour.refreshes)
      if (Math.min(...refreshes) === 0) world.recorder.failures.push('A user did not refresh the session.')
      world.recorder.failures.push(...neighbours.flatMap(({ losses }) => losses))
      world.notes.push(`guesses ${guesser.count()}: ${JSON.stringify(guesser.answers)}`)
      world.notes.push(`${refreshes.reduce((sum, count) => sum + count, 0)} refreshes of ${neighbourCount} users`)
    } finally {
      guesser.stop()
      for (const neighbour of neighbours) neighbour.close()
      await node.kill()
    }
  },
}

const signInAgainAndAgain = async ({ recorder, notes }: World, url: string, forMs: number) => {
  const owner = createSessions({ url })
  const credentials = { username: ownerName, password: passwordOf(ownerName) }
  await owner.register(credentials)
  const waits: number[] = []
  const end = performance.now() + forMs
  while (performance.now() < end) {
    await wait(signInEveryMs)
    await owner.signOut()
    const began = performance.now()
    await owner.signIn(credentials).catch((error) => recorder.failures.push(`The owner could not sign in: ${error}`))
    waits.push(performance.now() - began)
  }
  owner.close()
  notes.push(`${waits.length} sign-ins of the owner, the slowest ${Math.round(Math.max(...waits))} ms`)
}
