import { setTimeout as pause } from 'node:timers/promises'
import { type Burst, garbageBurst, httpBurst, pollingBurst, SocketSlot } from './bursts.ts'
import { createWorld } from './cast.ts'
import type { Door } from './fuzz-socket.ts'
import type { HonestPair } from './honest-pair.ts'
import { type PieceWorld, somePerson } from './piece-world.ts'
import type { ServerProcess } from './server-process.ts'
import { storedState } from './stored-state.ts'

/** The longest time from the end of a server's connections to the `exit` event of its process. */
const exitMs = 1_000

/** The sockets that are open at once, and the other bursts of a round. */
const doors: Door[] = [...Array<Door>(10).fill('native'), 'rooms', 'rooms', 'rooms', 'io', 'io', 'stranger']
const others = [httpBurst, httpBurst, pollingBurst, garbageBurst]

/**
 * Sends at least `packets` packets through all doors; resolves with what went wrong, in sentences. Never rejects, also
 * if the server ends.
 */
export async function runPiece(server: ServerProcess, honest: HonestPair, seed: number, packets: number) {
  const violations: string[] = []
  const work = attackAndCheck(server, honest, seed, packets).then(
    (found) => violations.push(...found),
    async (error: Error) => {
      // If the server ended, that is the violation, and this error only follows from it.
      if (await Promise.race([server.ended, pause(exitMs)])) return
      violations.push(error.message)
    },
  )
  await Promise.race([work, server.ended.then((reason) => violations.push(reason))])
  return [...violations, ...server.takeFailures()]
}

async function attackAndCheck({ port }: ServerProcess, honest: HonestPair, seed: number, packets: number) {
  await honest.connect()
  const world = await createWorld(port, seed, honest.roomId)
  const slots = doors.map((door) => new SocketSlot(door, somePerson(world)))
  try {
    for (let left = packets; left > 0; ) left -= await sendRound(port, world, slots, honest, left)
  } finally {
    for (const slot of slots) slot.close()
  }
  await honest.sendMessage()
  const { violations } = await storedState(port, world.people)
  return [...violations, ...(await honest.findViolations())]
}

/**
 * Sends bursts at once, while the honest pair sends a message; returns the number of packets. All packets are made
 * before any is sent, so that a seed gives the same ones in every run.
 */
async function sendRound(port: number, world: PieceWorld, slots: SocketSlot[], honest: HonestPair, most: number) {
  const bursts: Burst[] = []
  let packets = 0
  const makers = [...slots.map((slot) => () => slot.burst(world)), ...others.map((make) => () => make(world))]
  for (const make of makers) {
    if (packets >= most) break
    const burst = make()
    bursts.push(burst)
    packets += burst.packets
  }
  await Promise.all([honest.sendMessage(), ...bursts.map((burst) => burst.send(port))])
  return packets
}
