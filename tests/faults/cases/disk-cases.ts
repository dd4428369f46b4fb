import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { FaultCase } from '../rig/run-case.ts'
import { makeSmallDisk } from '../rig/small-disk.ts'
import type { World } from '../rig/world.ts'
import { again } from './again.ts'

const run = promisify(execFile)
const bin = new URL('../../../packages/server/src/bin.js', import.meta.url).pathname

/** What can be read without writing is read as ever. */
const readsGoOn = async ({ crowd, recorder }: World) => {
  const [device] = crowd.raw
  const [conversationId = ''] = device?.conversations ?? []
  const reply = await device?.ask('message.page', { conversationId })
  if (!reply?.ok) recorder.failures.push(`With a full disk a page was answered ${reply?.error.code}.`)
}

export const diskFull: FaultCase = {
  name: 'disk full',
  isShort: true,
  topology: 'sqlite',
  rounds: { short: 2, long: 20 },
  prepare: async (world, directory) => {
    const disk = await makeSmallDisk(join(directory, 'node0'))
    world.disk = disk
    world.notes.push(`the disk is small by a ${disk.kind}`)
    return disk.close
  },
  run: again(
    500,
    1_500,
    async (world) => {
      await world.disk?.fill(world.node.pid)
      await world.refused()
      await readsGoOn(world)
    },
    (world) => world.disk?.free(world.node.pid),
  ),
}

/** Between the backup and the loss much is written, which is then rightly gone. */
export const restoredBackup: FaultCase = {
  name: 'restored backup',
  isShort: true,
  topology: 'sqlite',
  rounds: { short: 1, long: 10 },
  // Who comes in after the backup was never there afterwards: that is another question.
  crowd: { guests: 0 },
  run: async (world, rounds) => {
    const dataDir = join(world.directory, 'node0')
    for (let i = 0; i < rounds; i += 1) {
      const copy = join(world.directory, `backup${i}.db`)
      await world.last(1_000, 2_000)
      await world.untilUnderWay()
      const backupStep = world.recorder.next()
      await run(process.execPath, [bin, 'backup', copy, '--data-dir', dataDir])
      await world.last(1_000, 2_000)
      await world.untilUnderWay()
      await world.suffer(async () => {
        for (const wire of world.wires) wire.cut()
        await world.node.kill()
        // What the server said before it died has been heard by then, or will never be.
        await world.crowd.allGone()
        world.recorder.history.restores.push({ backupStep, restoredStep: world.recorder.next() })
        await run(process.execPath, [bin, 'restore', copy, '--data-dir', dataDir])
        await world.node.start()
        for (const wire of world.wires) wire.restore()
      })
    }
  },
}
