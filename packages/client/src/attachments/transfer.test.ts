import { expect, test } from 'vitest'
import type { ClientContext } from '../client-context.ts'
import { systemEnvironment } from '../environment.ts'
import { transfer } from './transfer.ts'

test('an upload that the server has whole, but does not process, is asked for again after a wait', async () => {
  const asked: string[] = []
  const waits: (() => void)[] = []
  const after = (_: number, run: () => void) => {
    waits.push(run)
    return () => {}
  }
  const context = {
    environment: { ...systemEnvironment, clock: { now: () => 0, after } },
    requests: { api: '', send: async () => new Response(null, { headers: { 'upload-offset': '6' } }) },
    call: async (name: string) => {
      asked.push(name)
      const isTooOften = asked.length > 8
      return { attachment: { state: isTooOften ? 'ready' : 'pending' } }
    },
  } as unknown as ClientContext
  const input = { id: 'a1', name: 'notes.txt', size: 6 }
  void transfer({ input, file: new Blob(['a file']), signal: new AbortController().signal, progress() {} }, context)
  await expect.poll(() => waits).toHaveLength(1)
  expect(asked).toEqual(['attachment.create', 'attachment.get'])
  waits[0]?.()
  await expect.poll(() => waits).toHaveLength(2)
  expect(asked).toEqual(['attachment.create', 'attachment.get', 'attachment.create', 'attachment.get'])
})
