import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { film, giveFiles, picture, type SampleFile, textFile } from './sample-files.ts'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

let stage: Stage
let ana: Visitor
/** On a phone. */
let bo: Visitor
/** Whatever the server sent to somebody who is in another room. */
const overheard: string[] = []

beforeAll(async () => {
  stage = await startStage({ maxFileSize: 200_000 })
  for (const name of ['ana', 'bo', 'cy']) await stage.server.register(name)
  const cy = await stage.visitor()
  cy.page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => overheard.push(String(payload))))
  await cy.signIn('cy', 'password of cy')
  await cy.createRoom('Garden')
  ana = await stage.signedIn('ana', { permissions: ['microphone'] })
  await ana.createRoom('Harbour')
  bo = await stage.signedIn('bo', { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true })
  await bo.joinRoom('Harbour')
})
afterAll(() => stage?.close())

const tray = (visitor: Visitor) => visitor.page.getByRole('list', { name: 'Files that go with your message' })
const opens = (name: string | RegExp) => bo.button(name)
const gives = (how: 'paste' | 'drop', files: SampleFile[], target?: string) => giveFiles(ana.page, how, files, target)
const focused = (element: Locator) =>
  expect.poll(() => element.evaluate((own) => own === document.activeElement)).toBe(true)

/** Picks files with the browser's own dialog. */
async function picks(visitor: Visitor, files: SampleFile[]) {
  const chooser = visitor.page.waitForEvent('filechooser')
  await visitor.button('Add to your message').click()
  await visitor.page.getByRole('menuitem', { name: 'Photos and files' }).click()
  await (await chooser).setFiles(files)
}

/** Holds back the requests to some addresses until the returned function is called. */
async function holdsBack(visitor: Visitor, addresses: string) {
  let release = () => {}
  let count = 0
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await visitor.page.route(addresses, async (route) => {
    count++
    await released
    await route.continue()
  })
  return { count: () => count, release }
}

const isWhole = (image: Locator) =>
  expect.poll(() => image.evaluate((own) => own instanceof HTMLImageElement && own.naturalWidth > 0)).toBe(true)

test('a chosen photo is shown before it is sent, and arrives with its caption at the other member only', async () => {
  await picks(ana, [picture('Pier at noon.png', 640, 400)])
  await tray(ana).getByText('noon.png').waitFor()
  await ana.say('Light from the window')
  await bo.sees('Light from the window')
  const shown = opens('Open Pier at noon.png')
  await shown.waitFor()
  await isWhole(shown.getByRole('img'))
  expect(await tray(ana).count()).toBe(0)
  expect(overheard.filter((frame) => /Pier|noon|window/.test(frame))).toEqual([])
})

test('a pasted and a dropped photo are sent together; neither makes the page navigate', async () => {
  const address = ana.page.url()
  expect(await gives('paste', [picture('pasted.png', 300, 300, 40)])).toBe(true)
  await tray(ana).getByText('sted.png').waitFor()
  expect(await gives('drop', [picture('dropped.png', 300, 200, 70)])).toBe(true)
  await tray(ana).getByText('pped.png').waitFor()
  expect(ana.page.url()).toBe(address)
  await focused(ana.composer)
  await ana.composer.press('Enter')
  await isWhole(opens('Open pasted.png, 1 of 2').getByRole('img'))
  await isWhole(opens('Open dropped.png, 2 of 2').getByRole('img'))
})

test('while files are dragged over the window, a layer shows where they can be dropped', async () => {
  await ana.page.evaluate(() => {
    const data = new DataTransfer()
    data.items.add(new File(['x'], 'x.txt'))
    document.body.dispatchEvent(new DragEvent('dragenter', { bubbles: true, cancelable: true, dataTransfer: data }))
  })
  const layer = ana.page.getByText('Drop files to send them to Harbour')
  await layer.waitFor()
  await ana.page.evaluate(() => document.body.dispatchEvent(new DragEvent('dragleave', { bubbles: true })))
  await layer.waitFor({ state: 'detached' })
})

test('a text is pasted as a text, even if the clipboard also has a picture of it', async () => {
  const wasTaken = await ana.page.evaluate(() => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', 'cells')
    clipboardData.items.add(new File(['x'], 'cells.png', { type: 'image/png' }))
    const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData })
    return !document.querySelector('.parley-composer textarea')?.dispatchEvent(event)
  })
  expect(wasTaken).toBe(false)
  expect(await tray(ana).count()).toBe(0)
})

test('a file is shown as a card; it is saved with its bytes, and with a name whose extension cannot be disguised', async () => {
  await picks(ana, [textFile('invoice\u202Egpj.exe', 'harmless')])
  await tray(ana).getByText('cegpj.exe').waitFor()
  await ana.composer.press('Enter')
  const download = bo.page.waitForEvent('download')
  await bo.button('Download invoicegpj.exe').click()
  const saved = await download
  expect(saved.suggestedFilename()).toBe('invoicegpj.exe')
  const stream = await saved.createReadStream()
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  expect(Buffer.concat(chunks).toString()).toBe('harmless')
})

test('lists describe messages without text', async () => {
  await ana.conversation('Harbour').getByText('File', { exact: true }).waitFor()
})

test('files that are too large or empty are refused before the upload with a reason; other files are sent', async () => {
  const created: string[] = []
  ana.page.on('request', (request) => request.url().includes('/uploads/') && created.push(request.url()))
  await gives('drop', [
    textFile('nothing.txt', ''),
    textFile('minutes.txt', 'said'),
    textFile('big.txt', 'x'.repeat(200_001)),
  ])
  const refused = (name: string) => tray(ana).getByRole('listitem').filter({ hasText: name })
  await refused('hing.txt').getByText('It is empty, or a folder.').waitFor()
  await refused('big.txt').getByText('It is too large: this server takes files up to 200 kB.').waitFor()
  await ana.say('the minutes')
  await bo.button('Download minutes.txt').waitFor()
  expect(new Set(created).size).toBe(1)
  await ana.button('Remove nothing.txt').click()
  await ana.button('Remove big.txt').click()
  await tray(ana).waitFor({ state: 'detached' })
  await focused(ana.composer)
})

test('a cancelled upload leaves nothing; a refused one shows the reason and can be tried again', async () => {
  let isRefusing = true
  await ana.page.route('**/api/v1/uploads/**', async (route) => {
    if (route.request().method() !== 'PATCH') return route.continue()
    if (!isRefusing) return route.continue()
    const error = { code: 'quota_exceeded', message: 'Full.', requestId: 'test' }
    await route.fulfill({ status: 409, json: { ok: false, error } })
  })
  await picks(ana, [textFile('plan.txt', 'the plan')])
  const failed = tray(ana).getByRole('listitem').filter({ hasText: 'plan.txt' })
  await failed.getByText('Your files take up all the room').waitFor()
  isRefusing = false
  await ana.button('Try plan.txt again').click()
  await failed.getByText('8 bytes', { exact: true }).waitFor()
  await ana.button('Remove plan.txt').click()
  await tray(ana).waitFor({ state: 'detached' })
  await ana.page.unroute('**/api/v1/uploads/**')
  // Nothing is left to send.
  await ana.button('Record a voice message').waitFor()
})

test('a message waits for its upload and shows the file meanwhile; later messages come after it', async () => {
  const uploads = await holdsBack(ana, '**/api/v1/uploads/**')
  await picks(ana, [picture('slow.png', 500, 500, 90)])
  await tray(ana).getByText('slow.png').waitFor()
  await ana.say('first the photo')
  await ana.say('then the words')
  const row = ana.message('first the photo')
  await isWhole(row.getByRole('img', { name: 'slow.png' }))
  await row.getByRole('progressbar', { name: 'Upload of slow.png' }).waitFor()
  expect(await bo.message('then the words').count()).toBe(0)
  uploads.release()
  await bo.sees('then the words')
  await bo.sees('first the photo')
  const texts = await bo.page.getByRole('list', { name: 'Messages' }).getByRole('listitem').allInnerTexts()
  const place = (text: string) => texts.findIndex((row) => row.includes(text))
  expect(place('first the photo')).toBeLessThan(place('then the words'))
})

test('a video has its size and duration before its bytes are loaded, and plays when it is pressed', async () => {
  const files = await holdsBack(bo, '**/api/v1/files/**')
  await picks(ana, [film('Walk along the pier.webm')])
  await ana.say('a short walk')
  const tile = bo.message('a short walk').locator('.parley-video')
  const begin = bo.button('Play Walk along the pier.webm')
  await begin.getByText('0:01').waitFor()
  const sizeOf = async () => tile.evaluate((own) => [own.clientWidth, own.clientHeight])
  const [width = 0, height = 0] = await sizeOf()
  expect(width / height).toBeCloseTo(48 / 64, 1)
  await expect.poll(files.count).toBeGreaterThan(0)
  files.release()
  const video = tile.locator('video')
  // The first picture is there without a press, and takes no other place.
  await expect.poll(() => video.evaluate((own) => own instanceof HTMLVideoElement && own.readyState)).toBeGreaterThan(1)
  expect(await sizeOf()).toEqual([width, height])
  expect(await video.getAttribute('controls')).toBe(null)
  await begin.tap()
  await expect
    .poll(() => video.evaluate((own) => own instanceof HTMLVideoElement && own.currentTime))
    .toBeGreaterThan(0.1)
  expect(await video.getAttribute('controls')).not.toBe(null)
  await begin.waitFor({ state: 'detached' })
})

test('nothing on the page moves when pictures load', async () => {
  await picks(
    ana,
    [1, 2, 3].map((count) => picture(`later ${count}.png`, 400 + count * 100, 300, count * 30)),
  )
  await ana.say('three of them')
  await bo.sees('three of them')
  const files = await holdsBack(bo, '**/api/v1/files/**')
  await bo.page.reload()
  await bo.sees('three of them')
  const heights = () =>
    bo.page
      .getByRole('list', { name: 'Messages' })
      .getByRole('listitem')
      .evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height))
  await expect.poll(files.count).toBeGreaterThan(0)
  const before = await heights()
  files.release()
  await isWhole(opens('Open later 3.png, 3 of 3').getByRole('img'))
  expect(await heights()).toEqual(before)
})

test('a picture whose request is refused is requested once more', async () => {
  let refused = 0
  await bo.page.route('**/api/v1/files/**', async (route) => {
    if (refused++ > 0) return route.continue()
    await route.fulfill({ status: 403, body: '' })
  })
  await picks(ana, [picture('again.png', 300, 300, 55)])
  await ana.composer.press('Enter')
  await isWhole(opens('Open again.png').getByRole('img'))
  expect(refused).toBe(2)
  await bo.page.unroute('**/api/v1/files/**')
})

test('attachments can be used by keyboard alone: into the row, the lightbox, along its pictures and back', async () => {
  await ana.composer.focus()
  await ana.page.keyboard.press('Shift+F6')
  const row = ana.message('three of them')
  for (let count = 0; count < 9; count++) {
    if (await row.evaluate((own) => own === document.activeElement)) break
    await ana.page.keyboard.press('ArrowUp')
  }
  await focused(row)
  const first = row.getByRole('button', { name: 'Open later 1.png, 1 of 3' })
  await ana.page.keyboard.press('Enter')
  await focused(first)
  await ana.page.keyboard.press('Enter')
  const large = (name: string) => ana.dialog.getByRole('img', { name, exact: true })
  await isWhole(large('later 1.png'))
  await ana.page.keyboard.press('ArrowRight')
  await isWhole(large('later 2.png'))
  await ana.page.keyboard.press('End')
  await ana.dialog.getByText('3 of 3').waitFor()
  await ana.page.keyboard.press('ArrowRight')
  await ana.dialog.getByText('3 of 3').waitFor()

  // Plus makes it larger; the arrows then move it, and lead on to others once it is whole again.
  const scaleOf = (name: string) => large(name).evaluate((own) => new DOMMatrix(getComputedStyle(own).transform))
  const isAt = (part: 'a' | 'e', value: number) =>
    expect.poll(async () => (await scaleOf('later 3.png'))[part]).toBeCloseTo(value, 2)
  for (const key of ['+', '+']) await ana.page.keyboard.press(key)
  await isAt('a', 2.25)
  await ana.page.keyboard.press('ArrowRight')
  await isAt('e', -80)
  await ana.dialog.getByText('3 of 3').waitFor()
  await ana.page.keyboard.press('0')
  await isAt('a', 1)
  await isAt('e', 0)
  // Two presses, and the wheel, zoom at the mouse; a drag moves it, and does not close it.
  const box = (await large('later 3.png').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  await ana.page.mouse.dblclick(box.x + box.width / 4, box.y + box.height / 2)
  await isAt('a', 2.5)
  await ana.page.mouse.wheel(0, 3_000)
  await isAt('a', 1)
  await ana.page.mouse.wheel(0, -300)
  await isAt('a', 2.72)
  await ana.page.mouse.move(20, 400)
  await ana.page.mouse.down()
  await ana.page.mouse.move(-3_000, 400)
  await ana.page.mouse.up()
  await ana.dialog.getByRole('button', { name: 'Show the whole photo' }).click()
  await isAt('a', 1)
  await ana.page.keyboard.press('ArrowLeft')
  await ana.dialog.getByText('2 of 3').waitFor()
  await ana.page.keyboard.press('Escape')
  await ana.dialog.waitFor({ state: 'detached' })
  await focused(first)
})

test('a voice message is recorded, played before it is sent, and played by the receiver at another speed', async () => {
  await ana.button('Record a voice message').click()
  // A busy machine records less than goes by.
  await ana.page.getByRole('timer').getByText('0:02').waitFor()
  await ana.button('Stop recording').click()
  const recorder = ana.page.getByRole('group', { name: 'Voice message' })
  await recorder.getByRole('slider', { name: 'Position in the voice message' }).waitFor()
  await focused(ana.button('Send the voice message'))
  await ana.page.keyboard.press('Enter')
  await focused(ana.composer)
  await ana.conversation('Harbour').getByText('Voice message', { exact: true }).waitFor()

  const slider = bo.page.getByRole('slider', { name: 'Position in the voice message' })
  await slider.waitFor()
  expect(Number(await slider.getAttribute('aria-valuemax'))).toBeGreaterThan(0)
  // The beeps have a shape: not every bar is as tall as the next.
  const path = (await bo.page.locator('.parley-waveform__rest').getAttribute('d')) ?? ''
  expect(new Set(path.match(/v[\d.]+/g)).size).toBeGreaterThan(2)
  await bo.button('Speed: 1 times').tap()
  await bo.button(/^Play$/).tap()
  await bo.button('Pause').waitFor()
  const audio = bo.page.locator('audio')
  expect(await audio.evaluate((own) => own instanceof HTMLAudioElement && own.playbackRate)).toBe(1.5)
  await bo.button(/^Play$/).waitFor()
  await slider.focus()
  await slider.press('End')
  const value = (name: string) => slider.getAttribute(`aria-value${name}`)
  await expect.poll(async () => (await value('now')) === (await value('max'))).toBe(true)
})

test('a discarded recording is not sent, and Escape releases the microphone', async () => {
  await ana.button('Record a voice message').click()
  await ana.button('Stop recording').waitFor()
  await ana.page.keyboard.press('Escape')
  await focused(ana.composer)
  expect(await ana.page.getByRole('timer').count()).toBe(0)
  await ana.say('no recording')
  await bo.sees('no recording')
  expect(await bo.button(/^Play$/).count()).toBe(1)
})

test('without permission for the microphone a sentence says what to do', async () => {
  await bo.button('Record a voice message').tap()
  await bo.page.getByText('This page may not use the microphone.').waitFor()
  await bo.button('Delete the recording').tap()
  await bo.composer.waitFor()
})

test('a deleted message shows no attachment', async () => {
  await opens('Open Pier at noon.png').waitFor({ state: 'attached' })
  await ana.chooses('Light from the window', 'Delete')
  await ana.dialog.getByText('Photo · Light from the window').waitFor()
  await ana.dialog.getByRole('button', { name: 'Delete' }).click()
  await opens('Open Pier at noon.png').waitFor({ state: 'detached' })
})

test('the caption of photos can be emptied, and the photos stay', async () => {
  await ana
    .message('three of them')
    .locator('[data-anchor]')
    .hover({ position: { x: 5, y: 5 } })
  await ana.message('three of them').getByRole('button', { name: 'Edit', exact: true }).click()
  await ana.composer.fill('')
  await ana.button('Save').click()
  await bo.page.getByText('three of them').waitFor({ state: 'detached' })
  await opens('Open later 3.png, 3 of 3').waitFor()
})

test('on a phone nothing scrolls sideways, and no attachment is cut off', async () => {
  const edges = await bo.page
    .locator('.parley-images, .parley-file, .parley-voice')
    .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().right))
  expect(edges.length).toBeGreaterThan(3)
  expect(Math.max(...edges)).toBeLessThan(390)
  expect(await bo.page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false)
})

test('pages reported no errors except the refusals in this test', () => {
  expect(stage.problems.filter((problem) => !/Failed to load resource/.test(problem))).toEqual([])
})
