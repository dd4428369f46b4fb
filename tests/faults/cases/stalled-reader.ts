import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { Account } from '../rig/account.ts'
import { RawDevice } from '../rig/raw-device.ts'
import type { FaultCase } from '../rig/run-case.ts'
import { TcpProxy } from '../rig/tcp-proxy.ts'
import type { World } from '../rig/world.ts'

const textBytes = 3_900
/** What is sent while a client does not read: many times what the server may keep for it. */
const floodBytes = 24 * 2 ** 20
/** The most memory that a client that does not read may cost. */
const mostBytes = 20 * 2 ** 20
const atOnce = 32

const memoryOf = async (pid: number) => {
  const [, pages = '0'] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')
  return Number(pages) * 4_096
}

const growth = async ({ node }: World, work: () => Promise<void>) => {
  const before = await memoryOf(node.pid)
  await work()
  return (await memoryOf(node.pid)) - before
}

/** Sends many messages to a room; resolves when all are acknowledged. */
const flood = async (speaker: RawDevice, room: string, bytes: number) => {
  for (let said = 0; said < bytes; said += textBytes) {
    while (speaker.waiting >= atOnce) await wait(1)
    speaker.say(room, 'x'.repeat(textBytes))
  }
  while (speaker.waiting > 0) await wait(5)
}

/** Registers a user whose device connects over this wire, which can be held. */
const addListener = async (world: World, wire: TcpProxy, name: string) => {
  const account = new Account(wire.port, name)
  await account.register()
  const device = new RawDevice(`${name}-1`, account, world.random.fork(), world.recorder)
  world.crowd.guests.push(device)
  return device
}

export const stalledReader: FaultCase = {
  name: 'a reader that stalls',
  topology: 'sqlite',
  rounds: { short: 1, long: 5 },
  crowd: { raw: 3, sdk: 1, guests: 0, rooms: 1 },
  run: async (world, rounds) => {
    const [speaker] = world.crowd.raw
    if (!speaker) return
    const wire = await new TcpProxy(() => [world.node.port]).open()
    // The world closes it at the end, after all devices have read.
    world.wires.push(wire)
    for (let i = 0; i < rounds; i += 1) {
      const stalled = await addListener(world, wire, `stalled${i}`)
      const room = await speaker.openRoom(`flood ${i}`, [stalled.userId])
      world.crowd.others.push({ reader: speaker, conversationId: room }, { reader: stalled, conversationId: room })
      await stalled.open()
      // The memory that the flood itself takes is measured first, and subtracted.
      await flood(speaker, room, floodBytes)
      const usual = await growth(world, () => flood(speaker, room, floodBytes))
      wire.hold('down')
      const grown = (await growth(world, () => flood(speaker, room, floodBytes))) - Math.max(0, usual)
      world.notes.push(`one reader cost ${(grown / 2 ** 20).toFixed(0)} MiB`)
      if (grown > mostBytes)
        world.recorder.failures.push(`A reader that stalls cost ${Math.round(grown / 2 ** 20)} MiB.`)
      wire.restore()
      await untilHeardAgain(world, speaker, stalled, room)
    }
  },
}

/** Waits until the reader, which may have been cut off or be late, receives live events again. */
const untilHeardAgain = async (world: World, speaker: RawDevice, stalled: RawDevice, room: string) => {
  let isDeaf = true
  const heard = world.untilLive([stalled]).then(() => {
    isDeaf = false
  })
  while (isDeaf) {
    speaker.say(room)
    await wait(100)
  }
  await heard
}
