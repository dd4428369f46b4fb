import { expect, onTestFinished, test } from 'vitest'
import { Traffic } from '../generator/traffic.ts'
import type { Job } from '../scenario.ts'
import { listeningPort, startPinned, stop } from './pinned-process.ts'

const people = [0, 1, 2]

const settings = { seconds: 1, warmupSeconds: 1, textLength: 270, numbers: {} }

/** Connects three people to one room of a new server. */
const enter = async (target: 'plain-socket-io' | 'bare-ws', absent?: number) => {
  const child = startPinned({ script: `${import.meta.dirname}/${target}.ts` })
  onTestFinished(() => stop(child))
  const port = await listeningPort(child)
  const crowd = {
    members: people.map((person) => ({ rooms: person === absent ? [] : ['c0'] })),
    conversations: [{ id: 'c0', people }],
  }
  const job: Job = {
    scenario: 'fan-out',
    target,
    ports: [port],
    pids: [child.pid ?? 0],
    servicePids: [],
    crowd,
    settings,
  }
  const traffic = new Traffic(job)
  await traffic.enter()
  onTestFinished(() => traffic.leave())
  return traffic
}

for (const target of ['plain-socket-io', 'bare-ws'] as const) {
  test(`${target} delivers every message to every member, and the traffic counts them`, async () => {
    const traffic = await enter(target)
    let own = 0
    let acknowledged = 0
    traffic.onOwn = () => {
      own += 1
    }
    traffic.onAcknowledged = () => {
      acknowledged += 1
    }
    for (let i = 0; i < 30; i += 1) traffic.send(i % 3, 0)
    await traffic.drain()
    expect({ own, acknowledged }).toEqual({ own: 30, acknowledged: 30 })
  })
}

test('a round fails if the server does not deliver to all members', async () => {
  const traffic = await enter('bare-ws', 2)
  for (let i = 0; i < 5; i += 1) traffic.send(0, 0)
  await expect(traffic.drain(200)).rejects.toThrow('Never arrived: 10 of 15 deliveries, 5 of 5 acknowledgements')
})
