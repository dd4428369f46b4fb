/*
 * The packets of Socket.IO 5 on Engine.IO 4 that one namespace with plain JSON needs. A packet is a text: the type of
 * the Engine.IO packet and, in a message (4), the type of the Socket.IO packet, the namespace, the acknowledgement's
 * id, and JSON.
 */

const namespace = '/v1,'

export type Packet =
  | { kind: 'open' /** Milliseconds without a packet after which the connection is lost. */; silenceMs: number }
  | { kind: 'ping' }
  | { kind: 'entered' }
  | { kind: 'refused'; error: { message: string; data?: unknown } }
  | { kind: 'event'; name: string; payload: unknown }
  | { kind: 'answer'; id: number; answer: unknown }
  | { kind: 'ended' }
  | { kind: 'other' }

const other: Packet = { kind: 'other' }

/**
 * Reads the text of one packet: `open` (with the silence in ms that ends a connection), `ping`, `entered`, `refused`,
 * `event`, `answer` (with the id of its call), `ended`, or `other` for other namespaces and unused types. Throws for
 * JSON that is invalid or not of the packet's form, for a first packet without the times of the pings, and for an
 * answer that is neither a success nor an error; the wire ends then. Does not check names and payloads of events.
 */
export function readPacket(text: string): Packet {
  if (text === '2') return { kind: 'ping' }
  if (text === '1') return { kind: 'ended' }
  if (text.startsWith('0')) {
    const { pingInterval, pingTimeout } = JSON.parse(text.slice(1))
    const silenceMs = pingInterval + pingTimeout
    if (!Number.isFinite(silenceMs)) throw new TypeError()
    return { kind: 'open', silenceMs }
  }
  return text.startsWith(namespace, 2) ? readMessage(text) : other
}

function readMessage(text: string): Packet {
  const start = namespace.length + 2
  const [id = ''] = /^\d*/.exec(text.slice(start, start + 16)) ?? []
  const json = text.slice(start + id.length)
  const type = text.slice(0, 2)
  if (type === '40') return { kind: 'entered' }
  if (type === '41') return { kind: 'ended' }
  if (type === '42') {
    const [name, payload] = JSON.parse(json)
    return { kind: 'event', name, payload }
  }
  if (type === '43') return { kind: 'answer', id: Number(id), answer: readAnswer(json) }
  if (type !== '44') return other
  const { message, data } = JSON.parse(json)
  return { kind: 'refused', error: { message, data } }
}

/** The reply to a call. Throws if it is neither a success nor an error, because the call would wait forever. */
function readAnswer(json: string): unknown {
  const [answer] = JSON.parse(json)
  if (!answer.ok && typeof answer.error.code !== 'string') throw new TypeError()
  return answer
}

/** The packet that answers a ping of the server. */
export const pong = '3'
/** The packet that tells the server that this client leaves the namespace; it is not answered. */
export const leavePacket = `41${namespace}`
/** The packet that asks to be admitted to the namespace; `auth` is the handshake, with the token. */
export const enterPacket = (auth: object): string => `40${namespace}${JSON.stringify(auth)}`
/**
 * The packet that calls an operation. Its answer has this id, which the caller must not use twice on one connection.
 * Throws for an input that JSON cannot express, such as a cycle; undefined becomes null.
 */
export const eventPacket = (id: number, name: string, input: unknown): string =>
  `42${namespace}${id}${JSON.stringify([name, input])}`
