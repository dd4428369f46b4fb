import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { film, giveFiles, picture } from './sample-files.ts'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'
import { tapWire, type Wire } from './wire.ts'

/* Pictures, videos and recordings when something fails or is late. */

let stage: Stage
let ana: Visitor
let wire: Wire

beforeAll(async () => {
  stage = await startStage()
  await stage.server.register('ana')
  ana = await stage.signedIn('ana', { permissions: ['microphone'] })
  await ana.createRoom('Harbour')
  wire = await tapWire(ana.page)
})
afterAll(() => stage?.close())
beforeEach(async () => {
  await ana.page.reload()
  await ana.heading('Harbour').waitFor()
})

/** Presses a key. Does something on the page keep it from the browser? */
async function isPrevented(key: string): Promise<boolean> {
  await ana.page.evaluate(() => {
    addEventListener('keydown', (event) => Reflect.set(globalThis, 'pressed', event), { capture: true })
  })
  await ana.page.keyboard.press(key)
  return ana.page.evaluate(() => Reflect.get(globalThis, 'pressed').defaultPrevented)
}

test('a video shows its first picture, also if its address had to be asked for twice', async () => {
  await giveFiles(ana.page, 'drop', [film('walk.webm')])
  await ana.say('a walk')
  await ana.sees('a walk', 'Sent')
  let asked = 0
  await ana.page.route('**/api/v1/files/**', (route) =>
    asked++ === 0 ? route.fulfill({ status: 403, body: '' }) : route.continue(),
  )
  await ana.page.reload()
  const video = ana.message('a walk').locator('video')
  await expect.poll(() => video.evaluate((own: HTMLVideoElement) => own.readyState)).toBeGreaterThan(0)
  expect(asked).toBeGreaterThan(1)
  await expect.poll(() => video.evaluate((own: HTMLVideoElement) => own.currentTime)).toBeGreaterThan(0)
  await ana.page.unroute('**/api/v1/files/**')
})

test('pages reported no errors except the refusals in this test', () => {
  expect(stage.problems.filter((problem) => !/Failed to load resource/.test(problem))).toEqual([])
})
