import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import type { Reply, SignedIn } from '@parley/protocol'
import { createParley } from '@parley/server'
import { newId } from '@parley/server/testing/people'
import pino from 'pino'
import { dialRaw, type RawSocket } from '../../packages/server/src/testing/raw-socket.ts'
import { watchExecutedFiles } from './executed-files.ts'

/*
 * A server as the command starts it, with two members who are connected to it, in a process of its own: prints, as JSON, the
 * files of ours that one message executes on its way from the one to the other.
 */

const root = join(import.meta.dirname, '../..')
/** What happens by itself meanwhile, such as a timer, is in some of the measured sends only. */
const sends = { before: 20, measured: 5 }

const isOurs = (path: string) => /^packages\/(server|protocol)\/src\/(?!testing\/)/.test(path)

interface Member {
  raw: RawSocket
  user: SignedIn['user']
}

async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-way-'))
  const log = pino({ level: 'info' }, pino.destination('/dev/null'))
  const parley = await createParley({ dataDir, log })
  const url = await parley.listen(0)
  const [ana, bo] = [await enter(url, 'ana'), await enter(url, 'bo')]
  const send = await openConversation(ana, bo)
  for (let sent = 0; sent < sends.before; sent++) await send()
  await parley.settled()
  process.stdout.write(JSON.stringify(await executedBy(send)))
  for (const { raw } of [ana, bo]) raw.socket.close()
  await parley.close()
  await rm(dataDir, { recursive: true, force: true })
}

async function executedBy(send: () => Promise<void>): Promise<string[]> {
  const watch = await watchExecutedFiles(root)
  let always: string[] | undefined
  for (let sent = 0; sent < sends.measured; sent++) {
    await watch.take()
    await send()
    const executed = await watch.take()
    always = (always ?? [...executed]).filter((path) => executed.has(path))
  }
  watch.stop()
  return (always ?? []).filter(isOurs).sort()
}

async function enter(url: string, username: string): Promise<Member> {
  const response = await fetch(`${url}/api/v1/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: `password of ${username}` }),
  })
  const reply = (await response.json()) as Reply<SignedIn>
  if (!reply.ok) throw new Error(reply.error.message)
  const raw = dialRaw(url)
  await raw.next('0')
  raw.socket.send(`40/v1,${JSON.stringify({ token: reply.data.accessToken, protocol: 1 })}`)
  await raw.next('40/v1,')
  return { raw, user: reply.data.user }
}

let asked = 0

/** The data of the answer. */
async function ask({ raw }: Member, name: string, input: unknown) {
  const id = ++asked
  raw.socket.send(`42/v1,${id}${JSON.stringify([name, input])}`)
  const frame = await raw.next(`43/v1,${id}[`)
  const [reply] = JSON.parse(frame.slice(frame.indexOf('[')))
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.data
}

/** What sends a message, and resolves when it is answered and with the other one. */
async function openConversation(sender: Member, reader: Member): Promise<() => Promise<void>> {
  const { summary } = await ask(sender, 'conversation.openDirect', { userId: reader.user.id })
  const conversationId = summary.conversation.id
  return async () => {
    const id = newId()
    const arrived = heard(reader, id)
    await ask(sender, 'message.send', { conversationId, id, body: { kind: 'plain', text: 'Hello' } })
    await arrived
    // What the server does behind the answer.
    await turn()
    await turn()
  }
}

const heard = ({ raw }: Member, id: string) =>
  new Promise<void>((resolve) => {
    const look = (frame: Buffer) => {
      if (!frame.includes(id)) return
      raw.socket.off('message', look)
      resolve()
    }
    raw.socket.on('message', look)
  })

await main()
