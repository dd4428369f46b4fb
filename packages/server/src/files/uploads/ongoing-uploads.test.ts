import { PassThrough, type Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { createOngoingUploads } from './ongoing-uploads.ts'

const idleMs = 60_000

/** Requests for uploads that last until their source ends, and how many of them run. */
function requests() {
  const ongoing = createOngoingUploads(idleMs)
  const running = new Set<Readable>()
  let most = 0
  const send = (attachmentId: string, source = new PassThrough()) => {
    const receive = async () => {
      running.add(source)
      most = Math.max(most, running.size)
      await new Promise<void>((resolve) => {
        if (source.closed) resolve()
        else source.on('error', () => {}).once('close', resolve)
      })
      running.delete(source)
    }
    return ongoing.run(attachmentId, 'ana', source, receive)
  }
  return { ongoing, send, running, most: () => most }
}

test('of simultaneous requests for one upload, the last one receives bytes, and no two at a time', async () => {
  const { ongoing, send, running, most } = requests()
  const all = Array.from({ length: 6 }, () => send('one'))
  await expect.poll(() => running.size).toBeGreaterThan(0)
  expect(most()).toBe(1)
  await Promise.all(all.slice(0, -1))
  await expect.poll(() => running.size).toBe(1)
  await ongoing.stop('one')
  await Promise.all(all)
  expect(most()).toBe(1)
})

test('requests that wait for an earlier one of their upload do not run beside each other', async () => {
  const { ongoing, send, running, most } = requests()
  const first = send('one')
  await expect.poll(() => running.size).toBe(1)
  const later = Array.from({ length: 6 }, () => send('one'))
  await first
  await expect.poll(() => running.size).toBeGreaterThan(0)
  expect(most()).toBe(1)
  await Promise.all(later.slice(0, -1))
  await expect.poll(() => running.size).toBe(1)
  await ongoing.stop('one')
  await Promise.all(later)
  expect(most()).toBe(1)
})

test('waiting for an earlier request does not get around the limit of four uploads of a user', async () => {
  const { ongoing, send, running } = requests()
  const others = ['two', 'three', 'four'].map((id) => send(id))
  const first = send('one')
  await expect.poll(() => running.size).toBe(4)
  const later = send('one')
  await first
  await expect.poll(() => running.size).toBe(4)
  await expect(send('five')).rejects.toMatchObject({ code: 'rate_limited' })
  await ongoing.stopAll()
  await Promise.all([...others, later])
})
