import type { TestSocket } from '@parley/server/testing'
import { newId } from '@parley/server/testing/people'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'
import { tapWire, type Wire } from './wire.ts'

/* What must neither move a reader of the history, nor leave them without an answer. */

const count = 200
let stage: Stage
let ana: Visitor
let wire: Wire
let bo: TestSocket
let conversationId: string

const boSays = (text: string) => bo.ask('message.send', { id: newId(), conversationId, body: { kind: 'plain', text } })
const entry = (place: number) => new RegExp(`^Entry ${place}:`)
const scroller = () => ana.page.locator('.parley-messages__scroller')
const distance = () => scroller().evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)
const pill = () => ana.button(/^Jump to the latest message/)

beforeAll(async () => {
  stage = await startStage()
  const signedIn = await stage.server.register('ana')
  bo = await stage.server.connect(await stage.server.register('bo'))
  conversationId = (await bo.ask('conversation.create', { name: 'Archive' })).summary.conversation.id
  const other = await stage.server.connect(signedIn)
  for (let place = 1; place <= count / 2; place++) await boSays(`Entry ${place}: ${'word '.repeat(30)}`)
  await other.ask('membership.join', { conversationId })
  for (let place = count / 2 + 1; place <= count; place++) await boSays(`Entry ${place}: ${'word '.repeat(30)}`)
  ana = await stage.signedIn('ana')
  wire = await tapWire(ana.page)
  await ana.page.reload()
  await ana.open('Archive')
  await ana.sees(entry(count / 2 + 1))
})
afterAll(() => stage?.close())

test('a message that is stored while an earlier one has failed does not move the reader', async () => {
  const allow = wire.refuse((packet) => packet.includes('Iceberg'))
  await ana.say('Iceberg')
  await ana.message('Iceberg').getByText('Not sent.').waitFor()
  allow()
  const { held, release } = wire.hold('message.send')
  await ana.say('Land ho')
  await expect.poll(held).toBe(1)
  await expect.poll(distance).toBeLessThanOrEqual(1)
  await scroller().evaluate((element) => element.scrollBy(0, -2_000))
  await pill().waitFor()
  release()
  await ana.sees('Land ho', 'Sent')
  expect(await distance()).toBeGreaterThan(1_000)
})

test('no page reported an error', () => {
  expect(stage.problems).toEqual([])
})
