import pino from 'pino'
import { expect, test } from 'vitest'
import type { Erasure } from '../../core/erasure.ts'
import type { Kernel } from '../../core/kernel.ts'
import { addUser, commitStage } from '../../testing/commit-stage.ts'
import { createStore } from '../index.ts'
import { beginErasure, startErasures } from './user-erasure.ts'

const stage = commitStage()

test('a failed erasure is logged and does not stop the others', async () => {
  const people = ['ana', 'bo', 'cleo']
  for (const id of people) {
    await stage.groupCommit.run(async (transaction) => {
      await addUser(transaction, id)
      await beginErasure(transaction, id)
    })
  }
  const lines: Record<string, unknown>[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const store = createStore(stage.database.read)
  let failing: string | undefined
  const erasure: Erasure = {
    ofAccount: async ({ caller }) => {
      failing ??= caller.user.id
      if (caller.user.id === failing) throw new Error('cannot be read')
      return undefined
    },
  }
  const closers: (() => Promise<void>)[] = []
  const { groupCommit } = stage
  const whenClosing = (close: () => Promise<void>) => void closers.push(close)
  startErasures({ store, log, groupCommit, whenClosing, dropLog: async () => true } as unknown as Kernel, [erasure])
  await expect.poll(() => store.erasures.pending()).toHaveLength(1)
  expect(await store.erasures.pending()).toEqual([failing])
  for (const close of closers) await close()
  expect(lines).toMatchObject([{ userId: failing, err: { message: 'cannot be read' } }])
})
