import type { SignedIn } from '@parley/protocol'
import { startTestServer } from '@parley/server/testing'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { connect, type Speaker, type Vocabulary } from './speaker.ts'

type TestServer = Awaited<ReturnType<typeof startTestServer>>
type ServerOptions = Parameters<typeof startTestServer>[0]
type ConnectOptions = Parameters<typeof connect>[3]

let names = 0

/**
 * Registers a server that runs for the tests of one file, and closes the clients of `arrive` and `speak` after each
 * test. `server()` and all others throw outside of a test; `signUp` makes a new user.
 */
export function stage(options?: ServerOptions) {
  let server: TestServer | undefined
  const speakers: Speaker[] = []

  beforeAll(async () => {
    server = await startTestServer(options)
  })
  afterEach(() => {
    for (const speaker of speakers.splice(0)) speaker.socket.close()
  })
  afterAll(() => server?.close())

  const running = (): TestServer => {
    if (!server) throw new Error('the server runs only within a test')
    return server
  }

  return {
    server: running,
    signUp: (): Promise<SignedIn> => {
      names += 1
      return running().register(`person${names}`)
    },
    /** Another device of somebody who has signed up. */
    arrive: async (vocabulary: Vocabulary, signedIn: SignedIn, connectOptions?: ConnectOptions): Promise<Speaker> => {
      const speaker = await connect(running(), vocabulary, signedIn, connectOptions)
      speakers.push(speaker)
      return speaker
    },
    /** Somebody new. */
    async speak(vocabulary: Vocabulary = '000', connectOptions?: ConnectOptions): Promise<Speaker> {
      return this.arrive(vocabulary, await this.signUp(), connectOptions)
    },
  }
}
