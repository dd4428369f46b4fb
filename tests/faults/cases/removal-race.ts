import { setTimeout as wait } from 'node:timers/promises'
import { eachOf } from '../../../benchmarks/targets/rest-caller.ts'
import type { Device } from '../rig/device.ts'
import type { RawDevice } from '../rig/raw-device.ts'
import type { FaultCase } from '../rig/run-case.ts'
import type { World } from '../rig/world.ts'

/** How many rooms race at once. */
const atOnce = 4
const waysOut = ['removed', 'banned', 'left'] as const

interface Cast {
  /** Removes the user, on the first node. */
  owner: Device
  /** Writes all the time, on the second node. */
  speaker: Device
  /** Acts only after the removal, on the second node. */
  late: Device
  /** Is removed; connected to the last node. */
  removed: RawDevice
}

const castOf = (world: World): Cast => {
  const { raw, guests } = world.crowd
  const on = (node: number, devices: readonly RawDevice[], skip = 0) => {
    const found = devices.filter(({ account }) => account.port === world.wireTo(node).port)[skip]
    if (!found) throw new Error(`No device is at node ${node}.`)
    return found
  }
  const last = world.wires.length - 1
  return { owner: on(0, raw), speaker: on(1, raw), late: on(1, raw, 1), removed: on(last, guests) }
}

/** Removes a user from a room of this race alone while others write, and checks that nothing later reaches them. */
const race = async (world: World, number: number) => {
  const cast = castOf(world)
  const { owner, speaker, late, removed } = cast
  const room = await owner.openRoom(`race ${number}`, [speaker.userId, late.userId, removed.userId])
  world.crowd.others.push({ reader: owner, conversationId: room })
  let isSpeaking = true
  const speaking = (async () => {
    while (isSpeaking) {
      speaker.say(room)
      await wait(world.random.between(0, 10))
    }
  })()
  await wait(world.random.between(20, 150))
  await endMembership(cast, room, waysOut[number % waysOut.length] ?? 'removed')
  await Promise.allSettled([late.type(room), late.markRead(room, 2), removed.readPage(room), removed.readPage(room)])
  await checkRefusals(world, removed, room)
  await wait(world.random.between(20, 100))
  isSpeaking = false
  await speaking
}

const endMembership = async ({ owner, removed }: Cast, room: string, way: (typeof waysOut)[number]) => {
  if (way === 'left') await removed.leave(room)
  else await owner.admit(room, removed.userId, false, way === 'banned')
}

/** Checks that operations of the removed user on the room are refused as for a room that does not exist. */
const checkRefusals = async ({ recorder }: World, removed: RawDevice, conversationId: string) => {
  const replies = await Promise.all([
    removed.ask('conversation.get', { conversationId }),
    removed.ask('membership.list', { conversationId }),
    removed.ask('typing.set', { conversationId, isTyping: true }),
    removed.ask('receipt.read', { conversationId, seq: 1 }),
  ]).catch(() => [])
  for (const reply of replies) {
    if (reply.ok || !['not_found', 'unavailable'].includes(reply.error.code)) {
      recorder.failures.push(`A removed user was answered ${reply.ok ? 'as a member' : reply.error.code}.`)
    }
  }
}

const races = async (world: World, rounds: number) => {
  const numbers = Array.from({ length: rounds }, (_, i) => i)
  await eachOf(numbers, atOnce, (number) => race(world, number))
  world.notes.push(`${rounds} removals`)
}

const racing = { rounds: { short: 30, long: 1_000 }, crowd: { guests: 3, rooms: 2 } } as const

export const removalRaces: readonly FaultCase[] = [
  { ...racing, topology: 'sqlite', name: 'removal race on one node', crowd: { guests: 2, rooms: 2 }, run: races },
  { ...racing, topology: 'cluster', name: 'removal race on three nodes', isShort: true, run: races },
  {
    ...racing,
    topology: 'cluster',
    name: 'removal race on three nodes without Redis',
    run: async (world, rounds) => {
      await world.inject(async () => {
        for (const wire of world.redis.wires) wire.cut()
        await races(world, rounds)
        for (const wire of world.redis.wires) wire.restore()
      })
    },
  },
]
