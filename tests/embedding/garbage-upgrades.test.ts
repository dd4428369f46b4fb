import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createParley } from '@parley/server'
import { connectToHost, createHostApplication, rightAnswers } from '@parley/server/testing/host-application'
import { io } from 'socket.io-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { sendGarbageUpgrades } from './garbage-upgrades.ts'

/** The long form: GARBAGE_UPGRADES=10000, and SEED for another ten thousand. */
const upgrades = Number(process.env.GARBAGE_UPGRADES ?? 400)
const seed = Number(process.env.SEED ?? 1)

let dataDir: string
let host: ReturnType<typeof createHostApplication>
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  host = createHostApplication()
})
afterEach(async () => {
  host.close()
  await rm(dataDir, { recursive: true, force: true })
})

test.each(['before', 'after'])(
  'C1: Parley attached %s the host’s own sockets: malformed upgrades do not end the server',
  async (order) => {
    const parley = await createParley({
      dataDir,
      rateLimits: 'off',
      authenticate: ({ headers }) => (headers.cookie === 'sid=1' ? { id: '1', username: 'ana' } : null),
    })
    if (order === 'after') {
      host.addSockets()
      const url = await host.listen()
      expect(await host.answers()).toEqual(rightAnswers)
      parley.attach(host.httpServer)
      await stands(url)
    } else {
      parley.attach(host.httpServer)
      host.addSockets()
      await stands(await host.listen())
    }
    await parley.close()
    expect(await host.answers()).toEqual(rightAnswers)
  },
)

/** Sockets that were there before are there afterwards, and what is asked meanwhile is answered. */
async function stands(url: string): Promise<void> {
  const enter = async () => {
    const socket = io(`${url}/v1`, {
      ...{ path: '/parley/socket.io', transports: ['websocket'], forceNew: true, reconnection: false },
      ...{ auth: { protocol: 1 }, extraHeaders: { cookie: 'sid=1' } },
    })
    await new Promise((resolve, reject) => socket.once('connect', () => resolve(0)).once('connect_error', reject))
    return socket
  }
  const works = async () => {
    expect(await host.answers()).toEqual(rightAnswers)
    const socket = await enter()
    expect(await socket.emitWithAck('user.me', {})).toMatchObject({ data: { user: { id: '1' } } })
    socket.close()
  }
  await works()
  const [ours, theirs] = [await enter(), await connectToHost(url)]
  const live = new WebSocket(`${url.replace('http', 'ws')}/live`)
  await new Promise((resolve) => live.once('open', resolve))

  const garbage = sendGarbageUpgrades(Number(new URL(url).port), upgrades, seed)
  await works()
  await works()
  await garbage
  await works()

  expect(await ours.emitWithAck('user.me', {})).toMatchObject({ ok: true })
  expect(await theirs.emitWithAck('echo', 'still here')).toBe('still here')
  live.send('still here')
  expect(String(await new Promise((resolve) => live.once('message', resolve)))).toBe('still here')
  ours.close()
  theirs.close()
  live.close()
}
