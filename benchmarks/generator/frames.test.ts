import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clientFrame, opcode, scanFrames } from './frames.ts'

/** A frame of a server, which has no mask. */
const serverFrame = (text: string, code: number = opcode.text) => {
  const masked = clientFrame(text, code)
  const length = Buffer.byteLength(text)
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.concat([masked.subarray(0, head), masked.subarray(head + 4)])
  frame[1] = (frame[1] ?? 0) & 0x7f
  return frame
}

const scanned = (bytes: Buffer) => {
  const texts: string[] = []
  const at = scanFrames(bytes, 0, bytes.length, (all, start, end) => texts.push(all.toString('utf8', start, end)))
  return { texts, rest: bytes.subarray(at) }
}

test('frames are found whole, wherever the stream is cut into chunks', () => {
  const text = fc.oneof(fc.string(), fc.string({ minLength: 126, maxLength: 300 }))
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), fc.nat(), (texts, cut) => {
      const stream = Buffer.concat(texts.map((each) => serverFrame(each)))
      const at = stream.length === 0 ? 0 : cut % stream.length
      const first = scanned(stream.subarray(0, at))
      const second = scanned(Buffer.concat([first.rest, stream.subarray(at)]))
      expect([...first.texts, ...second.texts]).toEqual(texts)
      expect(second.rest).toHaveLength(0)
    }),
  )
})

test('frames are found with lengths at the limits of the three forms of the header', () => {
  for (const length of [0, 125, 126, 65_535, 65_536]) {
    expect(scanned(serverFrame('x'.repeat(length))).texts).toEqual(['x'.repeat(length)])
  }
})

test('a frame without its last byte is left in the rest', () => {
  const frame = serverFrame('hello')
  expect(scanned(frame.subarray(0, -1))).toEqual({ texts: [], rest: frame.subarray(0, -1) })
})
