import { afterAll, beforeAll, expect, test } from 'vitest'
import { giveFiles, textFile } from './sample-files.ts'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

/* What is written, edited and copied. */

let stage: Stage
let ana: Visitor

beforeAll(async () => {
  stage = await startStage()
  ana = await stage.visitor()
  await ana.register('ana', 'Ana Moreau')
  await ana.createRoom('Kitchen')
  await ana.createRoom('Garden')
  await ana.open('Kitchen')
})
afterAll(() => stage?.close())

const lastText = () => ana.page.locator('.parley-bubble__text').last()

test('E2: spaces at the start of a line are kept, blank lines around the text are removed', async () => {
  await ana.say('\n\n    indented\n  less \n\n')
  await expect.poll(() => lastText().evaluate((own) => own.textContent)).toBe('    indented\n  less')
  await ana.say('   ')
  expect(await ana.page.locator('.parley-bubble__text').count()).toBe(1)
})

test('E3: an unsaved edit is kept while another room is open, and can be saved or discarded', async () => {
  await ana.say('Soup')
  await ana.sees('Soup', 'Sent')
  await ana.composer.press('ArrowUp')
  await ana.composer.fill('Soup of the day')
  await ana.open('Garden')
  expect(await ana.composer.inputValue()).toBe('')
  await ana.open('Kitchen')
  expect(await ana.composer.inputValue()).toBe('Soup of the day')
  await ana.composer.press('Enter')
  await ana.sees('Soup of the day')

  await ana.composer.press('ArrowUp')
  await ana.composer.fill('Salad')
  await ana.open('Garden')
  await ana.open('Kitchen')
  await ana.composer.press('Escape')
  expect(await ana.composer.inputValue()).toBe('')
  await ana.open('Garden')
  await ana.open('Kitchen')
  expect(await ana.composer.inputValue()).toBe('')
})

/** As over plain http: no clipboard, only what is selected can be copied. */
const withoutClipboard = () => Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined })

test('E5: over plain http a text is copied too, and the page says whether it was', async () => {
  const bo = await stage.visitor({ permissions: ['clipboard-read'] })
  const clipboard = await bo.page.evaluateHandle(() => navigator.clipboard)
  const copied = () => clipboard.evaluate((own) => own.readText())
  await bo.register('bo', 'Bo Lind')
  await bo.createRoom('Attic')
  await bo.page.evaluate(withoutClipboard)
  await bo.button('Copy link').click()
  await bo.button('Link copied').waitFor()
  expect(await copied()).toBe(bo.page.url())
  await bo.say('copy me')
  await bo.sees('copy me', 'Sent')
  const copy = async () => {
    await bo.message('copy me').locator('[data-anchor]').hover()
    await bo.message('copy me').getByRole('button', { name: 'Copy text' }).click()
  }
  await copy()
  await bo.page.getByText('Text copied').waitFor()
  expect(await copied()).toBe('copy me')
  await bo.page.evaluate(() => {
    document.execCommand = () => false
  })
  await copy()
  await bo.page.getByText('did not let the page copy').waitFor()
})

test('E1: links in a message lead to their addresses', async () => {
  await ana.say('See www.example.org, and https://gооgle.com')
  await ana.page.getByRole('link', { name: 'www.example.org', exact: true }).waitFor()
  await ana.page.getByText('→ xn--ggle-55da.com').waitFor()
})

test('E10: a file that is dropped where no conversation is open does not lead away from the page', async () => {
  for (const [path, heading] of [
    ['/', 'Pick a conversation'],
    ['/c/nowhere', 'This conversation is not open to you'],
  ] as const) {
    await ana.page.goto(stage.server.url + path)
    await ana.heading(heading).waitFor()
    await expect.poll(() => giveFiles(ana.page, 'drop', [textFile('notes.txt', 'Notes')])).toBe(true)
  }
})

test('no page reported an error', () => {
  expect(stage.problems).toEqual([])
})
