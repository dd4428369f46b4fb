import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { FaultCase } from '../rig/run-case.ts'
import { makeSmallDisk } from '../rig/small-disk.ts'
import type { World } from '../rig/world.ts'
import { repeatFault } from './repeated-fault.ts'

const run = promisify(execFile)
const bin = new URL('../../../packages/server/src/bin.js', import.meta.url).pathname

/** Checks that a page can still be read. */
const checkReads = async ({ crowd, recorder }: World) => {
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
    world.notes.push(`the disk is limited by a ${disk.kind}`)
    return disk.close
  },
  run: repeatFault(
    500,
    1_500,
    async (world) => {
      await world.disk?.fill(world.node.pid)
      await world.untilRefused()
      await checkReads(world)
    },
    (world) => world.disk?.free(world.node.pid),
  ),
}

/** Between the backup and the restore many messages are written, which are then rightly gone. */
export const restoredBackup: FaultCase = {
  name: 'restored backup',
  isShort: true,
  topology: 'sqlite',
  rounds: { short: 1, long: 10 },
  // No guests: a user who joins after the backup would never have joined after the restore, which the checker cannot
  // judge.
  crowd: { guests: 0 },
  run: async (world, rounds) => {
    const dataDir = join(world.directory, 'node0')
    for (let i = 0; i < rounds; i += 1) {
      const copy = join(world.directory, `backup${i}.db`)
      await world.waitBetween(1_000, 2_000)
      await world.untilUnderWay()
      const backupStep = world.recorder.next()
      await run(process.execPath, [bin, 'backup', copy, '--data-dir', dataDir])
      await world.waitBetween(1_000, 2_000)
      await world.untilUnderWay()
      await world.inject(async () => {
        for (const wire of world.wires) wire.cut()
        await world.node.kill()
        // By then, everything that the server sent before it died has arrived or is lost.
        await world.crowd.untilDisconnected()
        world.recorder.history.restores.push({ backupStep, restoredStep: world.recorder.next() })
        await run(process.execPath, [bin, 'restore', copy, '--data-dir', dataDir])
        await world.node.start()
        for (const wire of world.wires) wire.restore()
      })
    }
  },
}
