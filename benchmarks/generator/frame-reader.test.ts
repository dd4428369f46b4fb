import { expect, test } from 'vitest'
import { FrameReader, numberedText } from './frame-reader.ts'
import { vocabularies } from './vocabulary.ts'

const reader = new FrameReader(vocabularies.parley)

/** What the reader finds in a frame in the middle of a buffer. */
const read = (text: string) => {
  const bytes = Buffer.from(`before${text}after`)
  const [start, end] = [6, 6 + Buffer.byteLength(text)]
  return {
    message: reader.isMessage(bytes, start, end) ? reader.messageNumber(bytes, start, end) : undefined,
    acknowledgement: reader.isAcknowledgement(bytes, start, end)
      ? { n: reader.acknowledgementNumber(bytes, start, end), accepted: reader.isAccepted(bytes, start, end) }
      : undefined,
    heartbeat: reader.isHeartbeat(bytes, start, end),
  }
}
const nothing = { message: undefined, acknowledgement: undefined, heartbeat: false }
const created = (n: number, seq: number) =>
  `42/v1,["message.created",{"rev":${seq},"messages":[{"seq":${seq},"body":{"text":"${numberedText(n, 60)}"}}]}]`

test('the reader finds the number of a message, also when its position in the frame changes', () => {
  for (const [n, seq] of [
    [0, 9],
    [1, 10],
    [12_345_678, 99],
    [7, 100_000],
    [8, 1],
  ] as const) {
    expect(read(created(n, seq))).toEqual({ ...nothing, message: n })
  }
})

test('the reader answers -1 for a message without a number of ours', () => {
  expect(read('42/v1,["message.created",{"messages":[{"body":{"text":"hello"}}]}]').message).toBe(-1)
})

test('the reader finds in an acknowledgement its number and whether the send was accepted', () => {
  expect(read('43/v1,17[{"ok":true,"data":{}}]').acknowledgement).toEqual({ n: 17, accepted: true })
  expect(read('43/v1,18[{"ok":false,"error":{}}]').acknowledgement).toEqual({ n: 18, accepted: false })
})

test('the reader recognises a heartbeat, and ignores all other frames', () => {
  expect(read('2')).toEqual({ ...nothing, heartbeat: true })
  expect(read('42/v1,["presence.changed",{}]')).toEqual(nothing)
  expect(read('4')).toEqual(nothing)
})
