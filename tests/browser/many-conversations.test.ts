import { newId } from '@parley/server/testing/people'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

const count = 150

let stage: Stage
let ana: Visitor
/** Rooms by their names. */
const rooms = new Map<string, string>()
let bo: Awaited<ReturnType<Stage['server']['connect']>>

beforeAll(async () => {
  stage = await startStage()
  bo = await stage.server.connect(await stage.server.register('bo'))
  const { user } = await stage.server.register('ana')
  for (let i = 0; i < count; i++) {
    const name = `Meadow ${i}`
    const { summary } = await bo.ask('conversation.create', { name, visibility: 'private', userIds: [user.id] })
    rooms.set(name, summary.conversation.id)
  }
  ana = await stage.signedIn('ana')
})
afterAll(() => stage?.close())

const nav = () => ana.page.getByRole('navigation', { name: 'Conversations' })
const list = (name: string) => nav().getByRole('list', { name })
const rows = () => list('Rooms').getByRole('listitem')
const press = async (key: string, times = 1) => {
  for (let i = 0; i < times; i++) await ana.page.keyboard.press(key)
}

interface Shown {
  position: number
  setSize: number
  name: string
}

const shownRows = (): Promise<Shown[]> =>
  rows().evaluateAll((items) =>
    items.map((item) => ({
      position: Number(item.getAttribute('aria-posinset')),
      setSize: Number(item.getAttribute('aria-setsize')),
      name: item.querySelector('bdi')?.textContent ?? '',
    })),
  )

/** The place of the row that has the focus; null if none has it. */
const focusedPosition = () =>
  ana.page.evaluate(() => {
    const row = document.activeElement?.closest('[aria-posinset]')
    return row ? Number(row.getAttribute('aria-posinset')) : null
  })

const isInSight = (row: Locator) =>
  row.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect()
    return top >= 0 && bottom <= innerHeight
  })

test('of a long list the rows in sight are on the page, and each says which of how many it is', async () => {
  await rows().first().waitFor()
  const shown = await shownRows()
  expect(shown.length).toBeLessThan(80)
  expect(new Set(shown.map(({ setSize }) => setSize))).toEqual(new Set([count]))
  expect([shown[0]?.position, shown.at(-1)?.position]).toEqual([1, count])
  expect(
    await nav()
      .getByRole('heading', { name: /^Rooms [\d,]+$/ })
      .count(),
  ).toBe(1)
})

/** The places of the rows that are in sight below the head of the list. */
const positionsInSight = async (): Promise<number[]> =>
  rows().evaluateAll((items) =>
    items
      .filter((item) => {
        const { top, bottom } = item.getBoundingClientRect()
        return bottom > 200 && top < innerHeight
      })
      .map((item) => Number(item.getAttribute('aria-posinset'))),
  )

const isUnbroken = (positions: number[]) => positions.every((position, at) => position === (positions[0] ?? 0) + at)

test('scrolling from the first row to the last shows every conversation once, without a gap', async () => {
  const seen = new Map<number, string>()
  const scroller = nav().locator('.parley-scroller')
  for (let top = 0; seen.size < count; top += 300) {
    const scrolled = await scroller.evaluate((element, to) => {
      element.scrollTop = to
      return element.scrollTop
    }, top)
    await expect
      .poll(async () => {
        const positions = await positionsInSight()
        return positions.length > 8 && isUnbroken(positions)
      })
      .toBe(true)
    for (const { position, name } of await shownRows()) {
      expect(seen.get(position) ?? name).toBe(name)
      seen.set(position, name)
    }
    if (scrolled < top) break
  }
  expect(seen.size).toBe(count)
  expect(new Set(seen.values()).size).toBe(count)
})

test('the arrows, Home and End lead along all rows, and the focus outlasts scrolling', async () => {
  await nav().getByRole('searchbox').focus()
  await press('ArrowDown')
  expect(await focusedPosition()).toBe(1)
  await press('ArrowDown', 40)
  await expect.poll(focusedPosition).toBe(41)
  expect(await isInSight(nav().locator(':focus'))).toBe(true)
  await press('ArrowUp')
  expect(await focusedPosition()).toBe(40)
  await press('End')
  expect(await focusedPosition()).toBe(count)
  await press('Home')
  expect(await focusedPosition()).toBe(1)
  await press('Tab')
  expect(await focusedPosition()).toBe(2)
  await press('ArrowDown', 3)
  await nav()
    .locator('.parley-scroller')
    .evaluate((element) => {
      element.scrollTop = 5_000
    })
  await expect.poll(async () => (await positionsInSight()).includes(100)).toBe(true)
  expect(await focusedPosition()).toBe(5)
  await press('ArrowUp')
  await expect.poll(focusedPosition).toBe(4)
  await expect.poll(() => isInSight(nav().locator(':focus'))).toBe(true)
})

test('a message moves a conversation that is not in sight to the unread ones, under their heading', async () => {
  const id = rooms.get('Meadow 3') ?? ''
  await bo.ask('message.send', { conversationId: id, id: newId(), body: { kind: 'plain', text: 'Hello' } })
  await list('Unread').getByRole('link', { name: 'Meadow 3' }).waitFor()
  await nav().getByRole('heading', { name: 'Unread' }).waitFor()
  await expect.poll(async () => (await shownRows())[0]?.setSize).toBe(count - 1)
  // A short list is there whole, and needs no numbers.
  expect(await list('Unread').getByRole('listitem').first().getAttribute('aria-setsize')).toBeNull()
})

test('a filter finds what is not in sight, and the first that it finds opens', async () => {
  const field = nav().getByRole('searchbox')
  await field.fill('meadow 14')
  await expect.poll(async () => (await shownRows()).length).toBe(11)
  await field.fill('meadow 149')
  await expect.poll(async () => (await shownRows()).map(({ name }) => name)).toEqual(['Meadow 149'])
  await field.press('Enter')
  await ana.heading('Meadow 149').waitFor()
  await ana.open('Meadow 3')
  await expect.poll(async () => (await shownRows())[0]?.setSize).toBe(count)
  expect(stage.problems).toEqual([])
})
