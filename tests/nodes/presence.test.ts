import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { PresenceStatus } from '@parley/protocol'
import { openRoom, type Person, settled } from '@parley/server/testing/people'
import { topology } from '@parley/server/testing/topology'
import { io } from 'socket.io-client'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { startTcpLine } from '../services/tcp-line.ts'
import { fast, threeNodes } from './nodes.ts'

const timing = { presenceGraceMs: 1_000, leaseMs: 4_000, renewMs: 200 }
const nodes = threeNodes({ timing })

const watch = async (watcher: Person, ...people: { id: string }[]) =>
  (await watcher.ask('presence.watch', { userIds: people.map(({ id }) => id) })).presences.map(({ status }) => status)

const heardBy = (watcher: Person, { id }: { id: string }) =>
  watcher
    .all('presence.updated')
    .filter(({ userId }) => userId === id)
    .map(({ status }) => status)

const hears = (watcher: Person, { id }: { id: string }, status: PresenceStatus) =>
  watcher.heard('presence.updated', (told) => told.userId === id && told.status === status)

/** A watcher and two watched users in one room, each on a different node. */
const company = async (): Promise<[Person, Person, Person]> => {
  const people = (await Promise.all([0, 1, 2].map((node) => nodes.arriveAt(node)))) as [Person, Person, Person]
  const [watcher, ...others] = people
  await openRoom(watcher, others)
  // To set the same status again sends no event, but its answer comes after the event of their arrival.
  await Promise.all(people.map((person) => person.ask('presence.set', { status: 'online' })))
  await settled(...people)
  return people
}

const running = new Set<ChildProcess>()
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts one more node, in its own process. */
async function startProcess(redisUrl = nodes.redis().url): Promise<{ url: string; child: ChildProcess }> {
  const { dataDir } = nodes.server()
  const options = {
    ...(await topology().optionsFor(dataDir)),
    dataDir,
    redisUrl,
    timing: { ...fast, ...timing },
  }
  const script = fileURLToPath(new URL('node-process.ts', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] })
  running.add(child)
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the node ended (${code})`)))
    createInterface(child.stdout).once('line', resolve)
  })
  return { url, child }
}

const connectTo = async (url: string, { signedIn }: Person) => {
  const socket = io(`${url}/v1`, {
    auth: { token: signedIn.accessToken, protocol: 1 },
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject))
  await socket.emitWithAck('user.me', {})
  return socket
}

/** Resolves once that node has noticed that Redis is unreachable. */
const degraded = async (url: string, person: Person) => {
  const status = async () => ((await (await fetch(`${url}/readyz`)).json()) as { status: string }).status
  while ((await status()) !== 'degraded') await settled(person)
}

/** Connects another device of the person there, which watches; returns the statuses in the answer, and later events. */
const startWatching = async (url: string, person: Person, ...people: Person[]) => {
  const socket = await connectTo(url, person)
  const heard: string[] = []
  socket.on('presence.updated', ({ userId, status }) => heard.push(`${userId} ${status}`))
  const reply = await socket.emitWithAck('presence.watch', { userIds: people.map(({ id }) => id) })
  const answered = reply.data.presences.map(({ status }: { status: PresenceStatus }) => status)
  return { answered, heard }
}

test('users see on other nodes when a user comes, goes or chooses a status', async () => {
  const [watcher, bo, cleo] = await company()
  expect(await watch(watcher, bo, cleo)).toEqual(['online', 'online'])
  await bo.ask('presence.set', { status: 'busy' })
  await hears(watcher, bo, 'busy')
  expect(await watch(watcher, bo, cleo)).toEqual(['busy', 'online'])
  expect(await watch(cleo, bo)).toEqual(['busy'])
  bo.close()
  const gone = await hears(watcher, bo, 'offline')
  expect(gone.lastSeenAt).toEqual(expect.any(Number))
  await nodes.server().at(2).connect(bo.signedIn)
  await hears(watcher, bo, 'online')
  expect(heardBy(watcher, bo)).toEqual(['busy', 'offline', 'online'])
  expect(heardBy(watcher, cleo)).toEqual([])
})

test('a user with devices on two nodes is online until both are gone, with one status for both', async () => {
  const [watcher, bo, cleo] = await company()
  const phone = await nodes.server().at(2).connect(bo.signedIn)
  await watch(watcher, bo, cleo)
  await phone.ask('presence.set', { status: 'away' })
  await hears(watcher, bo, 'away')
  phone.close()
  cleo.close()
  await hears(watcher, cleo, 'offline')
  expect(await watch(watcher, bo)).toEqual(['away'])
  bo.close()
  await hears(watcher, bo, 'offline')
  expect(heardBy(watcher, bo)).toEqual(['away', 'offline'])
})

test('the users of a killed node go offline, except those who are on another node too', async () => {
  const [watcher, bo, cleo] = await company()
  const { url, child } = await startProcess()
  bo.close()
  await connectTo(url, bo)
  await connectTo(url, cleo)
  await settled(watcher)
  expect(await watch(watcher, bo, cleo)).toEqual(['online', 'online'])
  child.kill('SIGKILL')
  const gone = await hears(watcher, bo, 'offline')
  expect(gone.lastSeenAt).toEqual(expect.any(Number))
  await settled(watcher)
  expect(heardBy(watcher, cleo)).toEqual([])
  expect(await watch(watcher, bo, cleo)).toEqual(['offline', 'online'])
})

test('nodes write everything again to a Redis that lost it, and no user appears to have left', async () => {
  const [watcher, bo, cleo] = await company()
  await watch(watcher, bo, cleo)
  await nodes.redis().command('FLUSHALL')
  while ((await watch(watcher, bo, cleo)).includes('offline')) await settled(watcher)
  await bo.ask('presence.set', { status: 'busy' })
  await hears(watcher, bo, 'busy')
  expect(heardBy(watcher, cleo)).toEqual([])
  expect(heardBy(watcher, bo)).toEqual(['busy'])
})

test('nodes correct a Redis that comes back with old data, and no user appears to have left', async () => {
  const [watcher, bo, cleo] = await company()
  await watch(watcher, bo, cleo)
  nodes.line().cut(true)
  for (const node of [0, 1, 2]) await degraded(nodes.server().at(node).url, watcher)
  const asManyOthers = `for _, people in ipairs(redis.call('KEYS', '*:people:*')) do
    for at, id in ipairs(redis.call('HKEYS', people)) do
      redis.call('HDEL', people, id) redis.call('HSET', people, 'old' .. at, 'online 0') end end`
  await nodes.redis().command('EVAL', `"${asManyOthers.replaceAll('\n', ' ')}"`, '0')
  nodes.line().cut(false)
  while ((await watch(watcher, bo, cleo)).includes('offline')) await settled(watcher)
  expect(heardBy(watcher, bo)).toEqual([])
  expect(heardBy(watcher, cleo)).toEqual([])
})

test('users who came or went while Redis was unreachable are reported when it is back', async () => {
  const [watcher, bo, cleo] = await company()
  await watch(watcher, bo, cleo)
  cleo.close()
  await hears(watcher, cleo, 'offline')
  nodes.line().cut(true)
  await degraded(nodes.server().at(1).url, watcher)
  bo.close()
  await nodes.server().at(2).connect(cleo.signedIn)
  nodes.line().cut(false)
  await hears(watcher, cleo, 'online')
  await hears(watcher, bo, 'offline')
  expect(heardBy(watcher, cleo)).toEqual(['offline', 'online'])
})

test('a node that was cut off from Redis reports who came and went in the meantime, once it is connected again', async () => {
  const [ana, bo, cleo] = await company()
  await watch(ana, bo, cleo)
  const line = await startTcpLine(nodes.redis().port)
  onTestFinished(() => line.close())
  const { url } = await startProcess(`redis://127.0.0.1:${line.port}`)
  const before = await startWatching(url, ana, bo, cleo)
  expect(before.answered).toEqual(['online', 'online'])
  line.cut(true)
  await degraded(url, ana)
  // Without Redis, the node does not know who is on other nodes.
  const meanwhile = await startWatching(url, ana, cleo)
  expect(meanwhile.answered).toEqual(['offline'])
  bo.close()
  await hears(ana, bo, 'offline')
  line.cut(false)
  while (before.heard.length < 2 || meanwhile.heard.length < 1) await settled(ana)
  expect(before.heard).toHaveLength(2)
  expect(before.heard).toEqual(expect.arrayContaining([`${bo.id} offline`, `${cleo.id} online`]))
  expect(meanwhile.heard).toEqual([`${cleo.id} online`])
  expect(heardBy(ana, bo)).toEqual(['offline'])
  expect(heardBy(ana, cleo)).toEqual([])
})
