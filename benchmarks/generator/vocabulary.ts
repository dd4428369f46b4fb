/** The frames that one target server sends and receives, so that the same load works with all of them. */
export interface Vocabulary {
  path(member: Member): string
  /**
   * The handshake after the upgrade: frames to wait for (by their beginning), and to send then; empty if there is none.
   */
  greeting: readonly { awaits: string; send?: (member: Member) => string }[]
  /** The frame that sends message number `n`; its acknowledgement contains the same number. */
  send(n: number, conversationId: string, text: string): string
  /** The beginning of frames with a message. */
  message: string
  /** The beginning of acknowledgements, up to the number. */
  acknowledgement: string
  /** The beginning of frames that refuse the handshake. */
  refusal?: string
  /** The heartbeat of the server, and the client's answer. */
  heartbeat?: { heard: string; answer: string }
}

/** A person who connects: with a token to Parley, with a list of rooms to servers without accounts. */
export interface Member {
  token?: string
  rooms: readonly string[]
}

const engine = '/socket.io/?EIO=4&transport=websocket'
const engineHeartbeat = { heard: '2', answer: '3' }

let counter = 0
/** A UUIDv7 that is ascending and unique in this process, which is enough here. */
export const messageId = () => {
  counter += 1
  const time = Date.now().toString(16).padStart(12, '0')
  const tail = counter.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${run.slice(0, 3)}-8${run.slice(3, 6)}-${tail}`
}
const run = Math.floor(Math.random() * 0xff_ff_ff)
  .toString(16)
  .padStart(6, '0')

/** The vocabulary of each kind of server. */
export const vocabularies = {
  'plain-socket-io': {
    path: ({ rooms }) => `${engine}&rooms=${rooms.join(',')}`,
    greeting: [{ awaits: '0{', send: () => '40' }, { awaits: '40' }],
    send: (n, conversationId, text) => `42${n}["send",{"conversationId":"${conversationId}","text":"${text}"}]`,
    message: '42["message"',
    acknowledgement: '43',
    heartbeat: engineHeartbeat,
  },
  'bare-ws': {
    path: ({ rooms }) => `/?rooms=${rooms.join(',')}`,
    greeting: [],
    send: (n, conversationId, text) => `{"conversationId":"${conversationId}","text":"${text}","ack":${n}}`,
    message: '{"type":"message"',
    acknowledgement: '{"type":"ack","ack":',
  },
  parley: {
    path: () => engine,
    greeting: [
      { awaits: '0{', send: ({ token }) => `40/v1,${JSON.stringify({ token, protocol: 1, client: 'benchmark/1.0' })}` },
      { awaits: '40/v1,' },
    ],
    send: (n, conversationId, text) =>
      `42/v1,${n}["message.send",{"conversationId":"${conversationId}","id":"${messageId()}","body":{"kind":"plain","text":"${text}"}}]`,
    message: '42/v1,["message.created"',
    acknowledgement: '43/v1,',
    refusal: '44/v1,',
    heartbeat: engineHeartbeat,
  },
  /** A client of the IGNIS tutorial, unchanged. */
  rooms: {
    path: () => engine,
    greeting: [{ awaits: '0{', send: ({ token }) => `40${JSON.stringify({ token })}` }, { awaits: '40{' }],
    send: (n, roomId, text) => `42${n}["message:send",{"roomId":"${roomId}","content":"${text}"}]`,
    message: '42["message:new"',
    acknowledgement: '43',
    refusal: '44',
    heartbeat: engineHeartbeat,
  },
} as const satisfies Record<string, Vocabulary>

/** Every target that can be measured, with its vocabulary. */
const spoken = {
  'plain-socket-io': 'plain-socket-io',
  'bare-ws': 'bare-ws',
  parley: 'parley',
  'parley-postgres': 'parley',
  'parley-nodes': 'parley',
  'parley-rooms': 'rooms',
} as const satisfies Record<string, keyof typeof vocabularies>

export type TargetName = keyof typeof spoken
/** The names of all targets that can be measured. */
export const targetNames = Object.keys(spoken) as TargetName[]
/** Is this the name of a target? */
export const isTarget = (name: string): name is TargetName => Object.hasOwn(spoken, name)
/** The frames in which this target is spoken to. */
export const vocabularyOf = (name: TargetName): Vocabulary => vocabularies[spoken[name]]
