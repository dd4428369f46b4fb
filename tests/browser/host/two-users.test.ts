import { patience } from '@parley/server/testing/patience'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { sharedChromium } from '../chromium.ts'
import { textFile } from '../sample-files.ts'
import { bundlePage } from './bundled-page.ts'
import { type HostSite, startHostSite } from './host-site.ts'
import { pageOfParts } from './page-of-parts.ts'

let site: HostSite
let room: string
let context: BrowserContext
let page: Page

beforeAll(async () => {
  const { script, styles } = await bundlePage('pages/two-users.tsx')
  site = await startHostSite({
    '/page.js': script,
    '/page.css': styles,
    '/': pageOfParts([], ['/page.css', '/page.js']),
  })
  const ana = await site.chatOf('ana')
  await site.chatOf('bo')
  room = (await ana.conversations.create({ name: 'Kitchen', userIds: ['bo'] })).id
})
afterAll(() => site?.close())
afterEach(() => context?.close())

/** Opens the page in a new browser. `connects` lets its connections reach the server, which wait until then. */
async function open(): Promise<{ connects(): void }> {
  context = await (await sharedChromium()).newContext({ locale: 'en-GB', reducedMotion: 'reduce' })
  context.setDefaultTimeout(patience.waitMs)
  page = await context.newPage()
  let connects = () => {}
  const released = new Promise<void>((resolve) => {
    connects = resolve
  })
  await page.routeWebSocket(/socket\.io/, async (line) => {
    await released
    line.connectToServer()
  })
  return { connects }
}

const visit = (...people: string[]) =>
  page.goto(`${site.url}/?conversation=${room}&${people.map((name) => `person=${name}`).join('&')}`)
const place = (person: string) => page.locator(`[data-person="${person}"]`)
const field = (person: string) => place(person).getByRole('textbox')
const named = (person: string) => place(person).getByRole('textbox', { name: 'Message Kitchen' })

test('of two people on one page, each gets their own files', async () => {
  const { connects } = await open()
  connects()
  await visit('ana', 'bo')
  await named('ana').waitFor()
  await named('bo').waitFor()
  const chooser = page.waitForEvent('filechooser')
  await place('ana').getByRole('button', { name: 'Add to your message' }).click()
  await page.getByRole('menuitem', { name: 'Photos and files' }).click()
  await (await chooser).setFiles([textFile('notice.txt', 'I quit')])
  await page.getByRole('list', { name: 'Files that go with your message' }).getByText('tice.txt').waitFor()
  expect(await place('ana').getByText('tice.txt').count()).toBe(1)
  expect(await place('bo').getByText('tice.txt').count()).toBe(0)
})

test('a text that was typed before the first connection is not shown to another user at the next visit', async () => {
  await open()
  await visit('ana')
  await field('ana').fill('Do not tell Bo')
  await visit('bo')
  await field('bo').waitFor()
  expect(await field('bo').inputValue()).toBe('')
})

test('a text that was typed before the first connection becomes the draft of its user', async () => {
  const { connects } = await open()
  await visit('ana')
  await field('ana').fill('Do not tell Bo')
  connects()
  await named('ana').waitFor()
  expect(await named('ana').inputValue()).toBe('Do not tell Bo')
  await visit('bo')
  await named('bo').waitFor()
  expect(await named('bo').inputValue()).toBe('')
  await visit('ana')
  await named('ana').waitFor()
  expect(await named('ana').inputValue()).toBe('Do not tell Bo')
})
