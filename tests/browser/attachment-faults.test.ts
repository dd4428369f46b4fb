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

test('in the lightbox the keys that go back in the browser are left to it', async () => {
  await giveFiles(
    ana.page,
    'drop',
    [1, 2].map((count) => picture(`view ${count}.png`, 300, 200, count * 40)),
  )
  await ana.say('two views')
  await ana.sees('two views', 'Sent')
  await ana.button('Open view 2.png, 2 of 2').click()
  await ana.dialog.getByText('2 of 2').waitFor()
  expect(await isPrevented('Alt+ArrowLeft')).toBe(false)
  await ana.dialog.getByText('2 of 2').waitFor()
  expect(await isPrevented('ArrowLeft')).toBe(true)
  await ana.dialog.getByText('1 of 2').waitFor()
})

test('in a toolbar the keys that go back in the browser are left to it', async () => {
  await ana
    .message('a walk')
    .locator('[data-anchor]')
    .hover({ position: { x: 5, y: 5 } })
  await ana.message('a walk').getByRole('button', { name: 'React', exact: true }).click()
  await ana.page.getByRole('toolbar', { name: 'React' }).getByRole('button').first().focus()
  expect(await isPrevented('Alt+ArrowRight')).toBe(false)
  expect(await isPrevented('ArrowRight')).toBe(true)
})

test('a photo that could not be saved says so only while it is shown', async () => {
  const allow = wire.refuse((packet) => packet.includes('"attachment.sign"'))
  await ana.page.reload()
  await ana.button('Open view 1.png, 1 of 2').click()
  await ana.dialog.getByRole('button', { name: 'Download view 1.png' }).click()
  const note = ana.dialog.locator('small').getByText('Not loaded.', { exact: false })
  await note.waitFor()
  allow()
  await ana.page.keyboard.press('ArrowRight')
  await ana.dialog.getByText('2 of 2').waitFor()
  expect(await note.count()).toBe(0)
})

test('an edit ends a recording, and no other one begins when the edit is over', async () => {
  await ana.say('Some words')
  await ana.sees('Some words', 'Sent')
  await ana.button('Record a voice message').click()
  await ana.button('Stop recording').waitFor()
  await ana.message('Some words').locator('[data-anchor]').hover()
  await ana.message('Some words').getByRole('button', { name: 'Edit', exact: true }).click()
  await expect.poll(() => ana.composer.inputValue()).toBe('Some words')
  await ana.page.keyboard.press('Escape')
  await ana.button('Record a voice message').waitFor()
  expect(await ana.page.getByRole('group', { name: 'Voice message' }).count()).toBe(0)
})

test('why nothing could be recorded is forgotten with the next message', async () => {
  await ana.page.evaluate(() => Reflect.deleteProperty(window, 'MediaRecorder'))
  await ana.button('Record a voice message').click()
  const reason = ana.page.getByText('This browser cannot record here.', { exact: false })
  await reason.waitFor()
  await ana.say('In writing, then')
  await ana.sees('In writing, then', 'Sent')
  expect(await reason.count()).toBe(0)
})

test('a recording that cannot begin leaves no sound context open', async () => {
  await ana.page.evaluate(() => {
    const opened: AudioContext[] = []
    const { AudioContext: Real, MediaRecorder: Recorder } = window
    window.AudioContext = class extends Real {
      constructor(options?: AudioContextOptions) {
        super(options)
        opened.push(this)
      }
    }
    Recorder.prototype.start = () => {
      throw new DOMException('The recorder is broken.', 'NotSupportedError')
    }
    Object.assign(globalThis, { opened })
  })
  await ana.button('Record a voice message').click()
  await ana.page.getByText('This browser cannot record here.', { exact: false }).waitFor()
  const states = () => ana.page.evaluate(() => Reflect.get(globalThis, 'opened').map((one: AudioContext) => one.state))
  await expect.poll(states).toEqual(['closed'])
})

test('a recording that is asked to play and to pause before its address is there does not play', async () => {
  await ana.button('Record a voice message').click()
  await ana.page.getByRole('timer').getByText('0:01').waitFor()
  await ana.button('Stop recording').click()
  await ana.button('Send the voice message').click()
  const row = ana.page.getByRole('listitem').filter({ has: ana.page.locator('.parley-voice') })
  await row.filter({ hasText: 'Sent' }).waitFor()
  const held = wire.hold('attachment.sign')
  await ana.page.reload()
  await row.getByRole('button', { name: 'Play' }).click()
  await row.getByRole('button', { name: 'Pause' }).click()
  await expect.poll(held.held).toBeGreaterThan(0)
  held.release()
  const audio = row.locator('audio')
  await expect.poll(() => audio.getAttribute('src')).not.toBeNull()
  expect(await audio.evaluate((own: HTMLAudioElement) => own.paused)).toBe(true)
  await row.getByRole('button', { name: 'Play' }).click()
  await expect.poll(() => audio.evaluate((own: HTMLAudioElement) => own.currentTime)).toBeGreaterThan(0)
  await row.getByRole('slider').focus()
  expect(await isPrevented('Alt+ArrowLeft')).toBe(false)
  expect(await isPrevented('ArrowLeft')).toBe(true)
})

test('the button that uploads a picture again is no part of the one that opens it', async () => {
  let refuse = () => {}
  const refusal = new Promise<void>((resolve) => {
    refuse = resolve
  })
  await ana.page.route('**/api/v1/uploads/**', async (route) => {
    if (route.request().method() !== 'PATCH') return route.continue()
    await refusal
    const error = { code: 'quota_exceeded', message: 'Full.', requestId: 'test' }
    await route.fulfill({ status: 409, json: { ok: false, error } })
  })
  await giveFiles(ana.page, 'drop', [picture('pier.png', 300, 300)])
  await ana.button('Cancel the upload of pier.png').waitFor()
  await ana.say('the pier')
  refuse()
  const row = ana.message('the pier')
  const again = row.locator('.parley-upload').getByRole('button', { name: 'Retry' })
  await again.waitFor()
  expect(await row.locator('button button').count()).toBe(0)
  await ana.page.unroute('**/api/v1/uploads/**')
  await again.click()
  await again.waitFor({ state: 'detached' })
  expect(await ana.dialog.count()).toBe(0)
})

test('pages reported no errors except the refusals in this test', () => {
  expect(stage.problems.filter((problem) => !/Failed to load resource/.test(problem))).toEqual([])
})
