import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

let stage: Stage
let ana: Visitor

beforeAll(async () => {
  stage = await startStage()
  // Where the day is another one than in Greenwich: before ten o’clock there, 11 hours behind it, and later 14 hours ahead.
  const timezoneId = new Date().getUTCHours() < 10 ? 'Pacific/Pago_Pago' : 'Pacific/Kiritimati'
  ana = await stage.visitor({ timezoneId })
  await ana.page.clock.install()
  await ana.page.reload()
  await ana.register('ana', 'Ana Moreau')
  await ana.createRoom('Kitchen')
  await ana.say('Good night')
  await ana.sees('Good night')
})
afterAll(() => stage?.close())

const day = () => ana.page.locator('.parley-day time')

test('E10: the heading of a day has a machine-readable date in the user’s time zone', async () => {
  expect(await day().textContent()).toBe('Today')
  const own = await ana.page.evaluate(() => new Intl.DateTimeFormat('sv-SE').format())
  expect(await day().getAttribute('datetime')).toBe(own)
})

test('E4: after a night of sleep, in which timers stood still, “Today” becomes “Yesterday”', async () => {
  const said = await ana.page.locator('.parley-message-time').getAttribute('datetime')
  await ana.stopsClock()
  await ana.page.clock.setSystemTime(Date.parse(said ?? '') + 24 * 60 * 60_000)
  await ana.page.evaluate(() => dispatchEvent(new Event('focus')))
  await expect.poll(() => day().textContent()).toBe('Yesterday')
})
