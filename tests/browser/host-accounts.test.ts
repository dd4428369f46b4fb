import type { ParleyOptions } from '@parley/server'
import { startTestServer, type TestServer } from '@parley/server/testing'
import type { BrowserContext, Page } from 'playwright-core'
import { afterEach, expect, test } from 'vitest'
import { webRoot } from './built-web-app.ts'
import { sharedChromium } from './chromium.ts'
import { textFile } from './sample-files.ts'
import { Visitor } from './visitor.ts'

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

const authenticate: ParleyOptions['authenticate'] = ({ headers }) => {
  const id = headers.cookie?.match(/^who=(ana|bo)$/)?.[1]
  return id ? { id, username: id.charAt(0).toUpperCase() + id.slice(1) } : null
}

test('with the cookie of a host application the page shows the chat, without signing out or changing the name', async () => {
  const page = await open({ authenticate }, 'ana')
  await page.getByRole('navigation', { name: 'Conversations' }).waitFor()
  await page.getByRole('button', { name: 'Your account, Ana' }).click()
  await page.getByRole('menuitem', { name: 'Settings' }).waitFor()
  expect(await page.getByRole('menuitem', { name: 'Sign out' }).count()).toBe(0)
  await page.getByRole('menuitem', { name: 'Settings' }).click()
  await page.getByRole('radio', { name: 'Dark' }).waitFor()
  expect(await page.getByRole('tab').allTextContents()).toEqual([' Appearance', ' Privacy'])
  expect(await elsewhere(page).count()).toBe(0)
})

test('without a valid cookie of the host application, the page says where to sign in', async () => {
  await elsewhere(await open({ authenticate }, 'eve')).waitFor()
})

/** Reloads the page, and returns what closes its connection, so that the page makes a new one. */
async function makeConnectionCuttable(page: Page): Promise<() => Promise<void>> {
  let cut = async () => {}
  await page.routeWebSocket(/socket\.io/, (line) => {
    const upstream = line.connectToServer()
    cut = async () => {
      await line.close()
      await upstream.close()
    }
  })
  await page.reload()
  return () => cut()
}

test('when another user signs in on the same page, nothing is left of what the former one typed, chose or opened', async () => {
  const page = await open({ authenticate }, 'ana')
  const members = ['ana', { userId: 'bo', role: 'owner' as const }]
  await server.parley.users.upsert(['ana', 'bo'].map((id) => ({ id, username: id })))
  for (const name of ['Harbour', 'Garden']) await server.parley.conversations.ensure({ context: name, name, members })
  const cut = await makeConnectionCuttable(page)
  const visitor = new Visitor(page)
  await visitor.open('Garden')
  await visitor.say('About Bo')
  await visitor.sees('About Bo', 'Sent')
  await visitor.composer.press('ArrowUp')
  await page.getByText('Editing your message').waitFor()
  await visitor.composer.fill('About Bo and his boss')
  await visitor.open('Harbour')
  const chooser = page.waitForEvent('filechooser')
  await visitor.button('Add to your message').click()
  await page.getByRole('menuitem', { name: 'Photos and files' }).click()
  await (await chooser).setFiles([textFile('notice.txt', 'I quit'), textFile('secret.txt', '')])
  const tray = page.getByRole('list', { name: 'Files that go with your message' })
  await tray.getByText('cret.txt').waitFor()
  await visitor.composer.fill('Do not tell Bo')
  await visitor.begins('New room')
  await visitor.dialog.getByLabel('Name').fill('Without Bo')

  await context.addCookies([{ name: 'who', value: 'bo', url: server.url }])
  await cut()
  await visitor.button('Your account, Bo').waitFor()
  await visitor.heading('Harbour').waitFor()
  await visitor.composer.waitFor()
  expect(await visitor.composer.inputValue()).toBe('')
  expect(await tray.count()).toBe(0)
  expect(await visitor.dialog.count()).toBe(0)
  await visitor.open('Garden')
  await visitor.sees('About Bo')
  expect(await visitor.composer.inputValue()).toBe('')
  expect(await page.getByText('Editing your message').count()).toBe(0)

  await context.addCookies([{ name: 'who', value: 'ana', url: server.url }])
  await cut()
  await visitor.button('Your account, Ana').waitFor()
  await visitor.open('Harbour')
  await expect.poll(() => visitor.composer.inputValue()).toBe('Do not tell Bo')
})
