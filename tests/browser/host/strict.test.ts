import { type Chat, createChat } from '@parley/client'
import type { SignedIn } from '@parley/protocol'
import { patience } from '@parley/server/testing/patience'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sharedChromium } from '../chromium.ts'
import { bundlePage } from './bundled-page.ts'
import { type HostSite, startHostSite } from './host-site.ts'

/* Hooks and components in the build for developers and in a `StrictMode`, which runs every effect twice. */

const html = `<!doctype html><html lang="en"><head><title>Strict</title></head>
<body><main></main><script type="module" src="/strict.js"></script></body></html>`

let site: HostSite
let bo: Chat
let address: string
let conversationId: string
let context: BrowserContext
let page: Page
const problems: string[] = []

beforeAll(async () => {
  const { script } = await bundlePage('pages/strict.tsx', { isDevelopment: true })
  // With accounts of its own, because sessions belong to these.
  site = await startHostSite({ '/strict': html, '/strict.js': script }, { authenticate: undefined })
  const [ana, signedIn] = [await register('ana'), await register('bo')]
  bo = createChat({ url: `${site.url}/parley`, auth: signedIn.accessToken })
  await bo.connect()
  conversationId = (await bo.conversations.create({ name: 'Kitchen', userIds: [ana.user.id] })).id
  const { id } = await say('The kettle is on')
  address = `${site.url}/strict?conversation=${conversationId}&message=${id}&token=${ana.accessToken}`
  context = await (await sharedChromium()).newContext({ locale: 'en-GB', reducedMotion: 'reduce' })
  context.setDefaultTimeout(patience.waitMs)
})
afterAll(async () => {
  await context?.close()
  await bo?.close()
  await site?.close()
})

beforeEach(async () => {
  await page?.close()
  page = await context.newPage()
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (line) => line.type() === 'error' && problems.push(line.text()))
  await page.clock.install()
  await page.goto(address)
  await page.getByRole('listitem').getByText('The kettle is on').waitFor()
})

async function register(username: string): Promise<SignedIn> {
  const answer = await fetch(`${site.url}/parley/api/v1/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: `password of ${username}` }),
  })
  return (await answer.json()).data
}

const say = (text: string) => bo.messages.send(conversationId, text).settled

const stopClock = async () => page.clock.pauseAt(await page.evaluate(() => Date.now() + 10_000))
const announced = () => page.locator('[aria-live="polite"][aria-atomic="true"]')

test('the sessions of the user are loaded although an effect that was ended had asked for them first', async () => {
  await page.getByText(/^Sessions: \d/).waitFor()
})

test('a heart without the variation selector is added by the first press and removed by the second', async () => {
  await page.getByText('Hearts: 0').click()
  await page.getByText('Hearts: 1').click()
  await page.getByText('Hearts: 0').waitFor()
  expect(await page.getAttribute('body', 'data-problem')).toBeNull()
})

test('a message that came before the texts changed is announced all the same', async () => {
  await stopClock()
  await say('Two cups, please')
  await page.getByRole('listitem').getByText('Two cups, please').waitFor()
  await page.getByText('Other texts').click()
  await page.getByRole('button', { name: 'Add to your message' }).waitFor()
  await page.clock.runFor(1_500)
  await expect.poll(() => announced().textContent()).toBe('bo: Two cups, please')
})

test('the same words are announced again when they are said again', async () => {
  await stopClock()
  await say('Tea')
  await page.getByRole('listitem').getByText('Tea', { exact: true }).waitFor()
  await page.clock.runFor(1_500)
  await expect.poll(() => announced().textContent()).toBe('bo: Tea')
  await announced().evaluate((region) => {
    new MutationObserver(() => region.setAttribute('data-changed', '')).observe(region, {
      subtree: true,
      childList: true,
      characterData: true,
    })
  })
  await say('Tea')
  await expect.poll(() => page.getByRole('listitem').getByText('Tea', { exact: true }).count()).toBe(2)
  await page.clock.runFor(1_500)
  await expect.poll(() => announced().getAttribute('data-changed')).toBe('')
  expect(await announced().textContent()).toBe('bo: Tea')
})

test('no page reported an error', () => {
  expect(problems).toEqual([])
})
