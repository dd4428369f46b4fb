import type { TestSocket } from '@parley/server/testing'
import { newId } from '@parley/server/testing/people'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

const count = 420
let stage: Stage
let ana: Visitor
let bo: TestSocket
let conversationId: string
let anaId: string

/** Rows of very different heights. */
const lengthOf = (place: number) => ((place * 7919) % 60) + 1

const entry = (place: number) => new RegExp(`^Entry ${place}:`)

const boSays = (text: string) => bo.ask('message.send', { id: newId(), conversationId, body: { kind: 'plain', text } })

/** How far ana has read, as bo learns it. */
const anaHasRead = async () => {
  const { memberships } = await bo.ask('membership.list', { conversationId })
  return memberships.find(({ userId }) => userId === anaId)?.readSeq
}

const scroller = () => ana.page.locator('.parley-messages__scroller')

beforeAll(async () => {
  stage = await startStage()
  anaId = (await stage.server.register('ana')).user.id
  bo = await stage.server.connect(await stage.server.register('bo'))
  const { summary } = await bo.ask('conversation.create', { name: 'Archive' })
  conversationId = summary.conversation.id
  for (let place = 1; place <= count; place++) await boSays(`Entry ${place}: ${'word '.repeat(lengthOf(place))}`)
  ana = await stage.signedIn('ana')
  await ana.joinRoom('Archive')
  await ana.sees(entry(count))
})
afterAll(() => stage?.close())

/** The first message in sight, and how far from the top of the page it stands. */
const inSight = () =>
  scroller().evaluate((element) => {
    const edge = element.getBoundingClientRect().top
    const bubbles = [...element.querySelectorAll('[data-anchor]')]
    const bubble = bubbles.find((other) => other.getBoundingClientRect().top > edge)
    return { text: bubble?.textContent, top: bubble?.getBoundingClientRect().top ?? Number.NaN }
  })

/** The place of the first row that is rendered. */
const firstPlace = () =>
  ana.page
    .locator('[data-row]')
    .first()
    .evaluate((row) => Number(row.textContent?.match(/Entry (\d+)/)?.[1]))

/** Scrolls, remembers the message in sight, and says how far it has moved once the rows before it have changed. */
async function driftAfterScroll(scrollTop: number): Promise<number> {
  const held = await scroller().evaluateHandle((scroller, top) => {
    scroller.scrollTop = top
    const edge = scroller.getBoundingClientRect().top
    const bubbles = [...scroller.querySelectorAll('[data-anchor]')]
    const bubble = bubbles.find((element) => element.getBoundingClientRect().bottom > edge)
    if (!bubble) throw new Error('no message in sight')
    return { bubble, offset: bubble.getBoundingClientRect().top, first: scroller.querySelector('[data-row]') }
  }, scrollTop)
  return held.evaluate(async ({ bubble, offset, first }) => {
    const isBeginning = () => document.querySelector('.parley-beginning') !== null
    while (document.querySelector('[data-row]') === first && !isBeginning()) {
      await new Promise((painted) => requestAnimationFrame(painted))
    }
    // Two more frames: a late correction would be a jump, too.
    for (let frame = 0; frame < 2; frame++) await new Promise((painted) => requestAnimationFrame(painted))
    if (!bubble.isConnected) throw new Error('the message in sight was taken away')
    return Math.abs(bubble.getBoundingClientRect().top - offset)
  })
}

test('history loads backwards without a jump, in the middle and at the top', async () => {
  const drifts: number[] = []
  for (let step = 0; (await firstPlace()) > 1; step++) drifts.push(await driftAfterScroll(step % 2 === 0 ? 0 : 150))
  expect(drifts.length).toBeGreaterThanOrEqual(5)
  expect(Math.max(...drifts)).toBeLessThanOrEqual(1)
  await ana.sees(entry(1))
  await ana.page.getByText('The room starts here.').waitFor()
})

test('the document contains only a window of the rows', async () => {
  expect(await ana.page.locator('[data-row]').count()).toBeLessThanOrEqual(200)
})

test('new messages do not move a user who reads history, and a pill leads to them', async () => {
  await scroller().evaluate((scroller) => {
    scroller.scrollTop = 0
  })
  await ana.sees(entry(1))
  const { message } = await boSays('Anybody here?')
  const pill = ana.button(/^Jump to the latest message/)
  await pill.filter({ hasText: '1 new' }).waitFor()
  expect(await scroller().evaluate((scroller) => scroller.scrollTop)).toBe(0)

  await pill.click()
  await ana.sees('Anybody here?')
  await expect.poll(anaHasRead).toBe(message.seq)
  await pill.waitFor({ state: 'detached' })
})

test('at the end, the list follows new messages; an own message leads to the end from anywhere', async () => {
  const distance = () =>
    ana.page
      .locator('.parley-messages__scroller')
      .evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)
  await ana.say('Me, at the end')
  await expect.poll(distance).toBeLessThanOrEqual(1)
  // A row that grows is followed, too, also where the event of our own scrolling comes right after.
  await ana.message('Me, at the end').evaluate((row) => {
    row.style.paddingBlockEnd = '60px'
    row.closest('.parley-messages__scroller')?.dispatchEvent(new Event('scroll'))
  })
  await expect.poll(distance).toBeLessThanOrEqual(1)
  await scroller().evaluate((scroller) => {
    scroller.scrollTop -= 2_000
  })
  await ana.button(/^Jump to the latest message/).waitFor()
  await ana.say('Me, from above')
  await expect.poll(distance).toBeLessThanOrEqual(1)
  await ana.sees('Me, from above')
})

test('a conversation opens at the first unread message, even far back', async () => {
  const { message } = await boSays('The last one that ana reads')
  await expect.poll(anaHasRead).toBe(message.seq)
  await ana.createRoom('Elsewhere')
  for (let place = 1; place <= 90; place++) await boSays(`Later ${place}: ${'word '.repeat(lengthOf(place))}`)
  await ana.conversation('Archive').filter({ hasText: '90 unread' }).waitFor()
  await ana.open('Archive')
  const first = ana.message(/^Later 1:/).filter({ hasText: 'New' })
  await first.waitFor()
  const [row, view] = await Promise.all([first.boundingBox(), scroller().boundingBox()])
  const share = ((row?.y ?? 0) - (view?.y ?? 0)) / (view?.height ?? 1)
  expect(share).toBeGreaterThan(0.2)
  expect(share).toBeLessThan(0.5)
  // Not at the end, so not read.
  expect(await anaHasRead()).toBe(message.seq)
})

test('a conversation opens again at the position where the user left it', async () => {
  // Everything read: what is unread would come first.
  await ana.button(/^Jump to the latest message/).click()
  await ana.conversation('Archive').filter({ hasText: 'unread' }).waitFor({ state: 'detached' })
  await scroller().evaluate((element) => {
    element.scrollTop -= 1_500
  })
  await ana.button(/^Jump to the latest message/).waitFor()
  const before = await inSight()
  await ana.open('Elsewhere')
  await ana.open('Archive')
  const after = await inSight()
  expect(after.text).toBe(before.text)
  expect(Math.abs(after.top - before.top)).toBeLessThanOrEqual(1)
})

test('no page reported an error', () => {
  expect(stage.problems).toEqual([])
})
