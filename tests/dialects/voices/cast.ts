import type { SignedIn } from '@parley/protocol'
import type { stage } from '../stage.ts'
import { ConversationVoice } from './conversation-voice.ts'
import { Made } from './made.ts'
import { SdkVoice, SocketVoice } from './native-voices.ts'
import { PernVoice } from './pern-voice.ts'
import { RoomsVoice } from './rooms-voice.ts'
import type { Voice } from './voice.ts'

/** Somebody at a client of each vocabulary, over all transports. */
export interface Cast {
  socket: SocketVoice
  pern: PernVoice
  /** These two and all others. */
  voices: Voice[]
  /** As many again, who share nothing with them. */
  strangers: Voice[]
  /** Their sessions, by user id. */
  sessions: ReadonlyMap<string, SignedIn>
}

/**
 * Connects a client of each vocabulary for a new user each, twice (`voices` and `strangers`); resolves when the server
 * knows the vocabulary of each.
 */
export async function gather(on: ReturnType<typeof stage>): Promise<Cast> {
  const sessions = new Map<string, SignedIn>()
  const arriving = [arriveAll(on, sessions), arriveAll(on, sessions)] as const
  const [[socket, pern, ...others], strangers] = await Promise.all(arriving)
  const cast = { socket, pern, voices: [socket, pern, ...others], strangers, sessions }
  // By its first word each says which vocabulary it speaks.
  await Promise.all([...cast.voices, ...strangers].map((voice) => voice.heardAll()))
  return cast
}

function arriveAll(on: ReturnType<typeof stage>, sessions: Map<string, SignedIn>) {
  const server = on.server()
  const { url } = server
  const one = async <V>(arrive: (signedIn: SignedIn) => Promise<V>) => {
    const signedIn = await on.signUp()
    sessions.set(signedIn.user.id, signedIn)
    return arrive(signedIn)
  }
  return Promise.all([
    one((signedIn) => SocketVoice.arrive(server, signedIn)),
    one((signedIn) => PernVoice.arrive(url, signedIn)),
    one((signedIn) => SdkVoice.arrive(server, signedIn)),
    one((signedIn) => RoomsVoice.arrive(url, '000', signedIn, { transports: ['websocket'] })),
    one((signedIn) => RoomsVoice.arrive(url, '001', signedIn, { transports: ['polling'] })),
    one((signedIn) => ConversationVoice.arrive(url, '002', signedIn)),
    one((signedIn) => ConversationVoice.arrive(url, '003', signedIn, { transports: ['websocket'] })),
  ])
}

/** Opens a group of all voices, as the client of document 004, and lets all enter it. */
export async function openRoom({ pern, voices }: Cast): Promise<Made> {
  const room = await pern.openGroup(...voices.filter((voice) => voice !== pern))
  await Promise.all(voices.map((voice) => voice.enter(room)))
  return new Made(room)
}
