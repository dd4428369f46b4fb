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
const toEnd = () => scroller().evaluate((element) => element.scrollTo(0, element.scrollHeight))
const distance = () => scroller().evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)
const refusal = () => scroller().getByText('Your role does not allow this.')
const again = () => scroller().getByRole('button', { name: 'Try again' })
const pill = () => ana.button(/^Jump to the latest message/)

/** From the top of the page to a row, in px. */
const topOf = async (place: number) => (await ana.message(entry(place)).boundingBox())?.y ?? Number.NaN

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

test('a later page that cannot be loaded says so where the reader is, and is loaded there by a button', async () => {
  const allow = wire.refuse((packet) => packet.includes('"message.page"'))
  await expect
    .poll(async () => {
      await toEnd()
      return refusal().count()
    })
    .toBe(1)
  await toEnd()
  const rows = ana.page.locator('[data-row]')
  const last = Number((await rows.last().textContent())?.match(/Entry (\d+)/)?.[1])
  expect(last).toBeLessThan(count)
  const [row, button] = await Promise.all([rows.last().boundingBox(), again().boundingBox()])
  expect(button?.y).toBeGreaterThan(row?.y ?? Number.NaN)
  const before = await topOf(last)
  allow()
  await again().click()
  await ana.sees(entry(last + 1))
  await refusal().waitFor({ state: 'detached' })
  expect(Math.abs((await topOf(last)) - before)).toBeLessThanOrEqual(1)
})

test('an earlier page that cannot be loaded says so above the first message', async () => {
  const allow = wire.refuse((packet) => packet.includes('"message.page"'))
  await expect
    .poll(async () => {
      await scroller().evaluate((element) => element.scrollTo(0, 0))
      return refusal().count()
    })
    .toBe(1)
  const first = ana.page.locator('[data-row]').first()
  const [row, button] = await Promise.all([first.boundingBox(), again().boundingBox()])
  expect(button?.y).toBeLessThan(row?.y ?? Number.NaN)
  allow()
  await again().click()
  await refusal().waitFor({ state: 'detached' })
})

test('if the latest messages cannot be loaded, the list says why', async () => {
  await boSays('Something new')
  const allow = wire.refuse((packet) => packet.includes('"message.page"'))
  await pill().click()
  const problem = ana.page.locator('.parley-action-problem').getByText('Your role does not allow this.')
  await problem.waitFor()
  allow()
  await pill().click()
  await ana.sees('Something new')
  await problem.waitFor({ state: 'detached' })
})

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
