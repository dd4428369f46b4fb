import type { Random } from '../faults/rig/random.ts'
import type { PieceWorld } from './piece-world.ts'
import { eventText, type Vocabulary } from './socket-packets.ts'
import { websocketFrame } from './websocket-frame.ts'

/** What the client does after the packet: waits for an answer, closes the socket, or ends its half of it. */
type Ending = 'awaited' | 'destroyed' | 'half-closed'

export interface BrokenPacket {
  /** Bytes to write one after the other; most are a websocket frame, some are no or only half a frame. */
  frames: Buffer[]
  ending: Ending
}

/** Makes a random packet that breaks a rule of Socket.IO, Engine.IO or websockets; a server may close the socket. */
export function brokenPacket(world: PieceWorld, vocabulary: Vocabulary): BrokenPacket {
  const { random } = world
  const text = eventText(world, vocabulary)
  const frames = random.pick(breakers)(random, text, vocabulary === 'native' ? '/v1,' : '')
  const isCut = frames.some(({ length }) => length === 0)
  const ending = isCut
    ? 'destroyed'
    : random.pick(['awaited', 'awaited', 'awaited', 'destroyed', 'half-closed'] as const)
  return { frames, ending }
}

type Breaker = (random: Random, text: string, namespace: string) => Buffer[]

const texts = (...frames: string[]) => frames.map((text) => websocketFrame(text))
const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

const garbled: Breaker = (random, text) => {
  const at = random.whole(0, text.length + 1)
  const other = random.pick(['', '"', '{', '}', '[', ']', ',', '\\', '\u0000', '\u001e', '-', '0', 'x', text])
  return texts(text.slice(0, at) + other + text.slice(at + random.whole(0, 3)))
}

const cutText: Breaker = (random, text) => texts(text.slice(0, random.whole(0, text.length)))

/** Every type of Engine.IO and of Socket.IO, in the right namespace and in wrong ones. */
const otherTypes: Breaker = (random, text, namespace) => {
  const place = random.pick([namespace, namespace, '/admin,', '/v1x,', '/', `/${'x'.repeat(5_000)},`, '/v1?a=b,'])
  const rest = random.pick(['', '{}', '[]', 'null', '7', '"x"', '["connect"]', '["error",{}]', '[null]', '[5]', '[[]]'])
  const type = random.pick([
    '40',
    '41',
    '43',
    '44',
    '45',
    '46',
    '49',
    '4x',
    '4',
    '0',
    '1',
    '2',
    '2probe',
    '3',
    '5',
    '6',
  ])
  return texts(`${type}${place}${random.pick(['', '1', '0', '-1', '99999999999999999999'])}${rest}`, text)
}

const binary: Breaker = (random, _, namespace) => {
  const count = random.pick(['0', '1', '2', '3', '-', '1e3', '99999999', 'x', ''])
  const num = random.pick(['0', '1', '-1', '9', '"constructor"', 'null', '0.5', '1e9'])
  const name = random.pick(['"message.send"', '"message:send"', '{"_placeholder":true,"num":0}', '"user.me"'])
  const inner = `{"_placeholder":true,"num":${num}}`
  const argument = random.chance(0.2) ? `${'['.repeat(3_000)}${inner}${']'.repeat(3_000)}` : inner
  const head = `${random.pick(['45', '46'])}${count}-${namespace}${random.pick(['', '1'])}[${name},${argument}]`
  const attachments = Array.from({ length: random.whole(0, 4) }, () => attachment(random))
  return [websocketFrame(head), ...attachments]
}

const attachment = (random: Random) => websocketFrame(Buffer.alloc(random.pick([0, 1, 64, 4_096])), { opcode: 2 })

const large: Breaker = (random, _, namespace) =>
  texts(
    random.pick([
      () => `42${namespace}["user.me",${deep(random.pick([1_000, 20_000, 100_000]))}]`,
      () => `42${namespace}["user.me",${'0,'.repeat(50_000)}0]`,
      () => `42${namespace}["user.me","${'x'.repeat(random.pick([200_000, 262_100, 300_000]))}"]`,
      () => `42${namespace}${'1'.repeat(100_000)}["user.me"]`,
      () => `42${namespace}["user.me",{${'"a":{'.repeat(2_000)}${'}'.repeat(2_000)}}]`,
    ])(),
  )

/**
 * One event in several frames, with pings and pongs between them, which is allowed; at times without its last frame.
 */
const fragmented: Breaker = (random, text) => {
  const bytes = Buffer.from(text)
  const parts = Array.from({ length: random.whole(2, 6) }, (_, i, of = 5) =>
    bytes.subarray(Math.floor((i * bytes.length) / of), Math.floor(((i + 1) * bytes.length) / of)),
  )
  const isEnded = random.chance(0.8)
  return parts.flatMap((part, i) => [
    websocketFrame(part, { opcode: i === 0 ? 1 : 0, isFinal: isEnded && i === parts.length - 1 }),
    ...(random.chance(0.3) ? [websocketFrame('', { opcode: random.pick([9, 10]) })] : []),
  ])
}

const wrongFrame: Breaker = (random, text) => [
  random.pick([
    () => websocketFrame(text, { reservedBits: random.whole(1, 8) }),
    () => websocketFrame(text, { opcode: random.whole(3, 16) }),
    () => websocketFrame(text, { isMasked: false }),
    () => websocketFrame(text, { opcode: 0 }),
    () => websocketFrame(text, { claimed: random.pick([300_000, 2 ** 31, 2 ** 53]) }),
    () => websocketFrame('x'.repeat(200), { opcode: random.pick([8, 9, 10]) }),
    () => websocketFrame(Buffer.from([random.whole(0, 256), random.whole(0, 256), 0xff]), { opcode: 8 }),
    () => websocketFrame(Buffer.concat([Buffer.from('42["'), Buffer.from([0xc3, 0x28, 0xff, 0xed, 0xa0, 0x80])])),
    () => websocketFrame(Buffer.from(text), { opcode: 2 }),
    () => Buffer.from(Array.from({ length: 40 }, () => random.whole(0, 256))),
  ])(),
]

/** Half a frame, after which the server could read no other. The empty buffer makes `brokenPacket` close the socket. */
const cutFrame: Breaker = (random, text) => {
  const frame = websocketFrame(text)
  return [frame.subarray(0, random.whole(1, frame.length)), Buffer.alloc(0)]
}

const breakers = [
  garbled,
  garbled,
  cutText,
  otherTypes,
  otherTypes,
  binary,
  binary,
  large,
  fragmented,
  wrongFrame,
  cutFrame,
]
