import type { ParleyOptions } from '@parley/server'
import { startTestServer, type TestServer } from '@parley/server/testing'
import type { BrowserContext, Page } from 'playwright-core'
import { afterEach, expect, test } from 'vitest'
import { webRoot } from './built-web-app.ts'
import { sharedChromium } from './chromium.ts'

let server: TestServer
let context: BrowserContext
afterEach(async () => {
  await context.close()
  await server.close()
})

/** The web app of a server whose users are those of a host application. */
async function open(options: Partial<ParleyOptions>, cookie?: string): Promise<Page> {
  server = await startTestServer({ ...options, webRoot })
  context = await (await sharedChromium()).newContext()
  const { url } = server
  if (cookie !== undefined) await context.addCookies([{ name: 'who', value: cookie, url }])
  const page = await context.newPage()
  await page.goto(`${url}/c/somewhere`)
  return page
}

const elsewhere = (page: Page) => page.getByRole('heading', { name: 'You are not signed in' })

test('if a host application signs the tokens, the page says where to sign in, and has no form for it', async () => {
  const page = await open({ hostJwt: { secret: 'a secret that the host application shares with nobody else' } })
  await elsewhere(page).waitFor()
  await page.getByText('Open the chat from that site.').waitFor()
  expect(await page.title()).toBe('Sign in · Parley')
  expect(await page.getByRole('button').count()).toBe(0)
  expect(await page.getByLabel('Password').count()).toBe(0)
})

const authenticate: ParleyOptions['authenticate'] = ({ headers }) =>
  headers.cookie === 'who=ana' ? { id: 'ana', username: 'Ana' } : null

test('with the cookie of a host application the page shows the chat, without signing out or changing the name', async () => {
  const page = await open({ authenticate }, 'ana')
  await page.getByRole('navigation', { name: 'Conversations' }).waitFor()
  await page.getByRole('button', { name: 'Your account, Ana' }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).waitFor()
  for (const name of ['Sign out', 'Your profile']) expect(await page.getByRole('menuitem', { name }).count()).toBe(0)
  expect(await elsewhere(page).count()).toBe(0)
})

test('without a valid cookie of the host application, the page says where to sign in', async () => {
  await elsewhere(await open({ authenticate }, 'eve')).waitFor()
})
