import { startTestServer, type TestServer } from '@parley/server/testing'
import { patience } from '@parley/server/testing/patience'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type StrippingProxy, startStrippingProxy } from '../services/stripping-proxy.ts'
import { webRoot } from './built-web-app.ts'
import { sharedChromium } from './chromium.ts'
import { giveFiles, picture } from './sample-files.ts'
import { Visitor } from './visitor.ts'

/* The server is at the root, and a proxy shows it below /shop/chat, which the server does not know. */

const path = '/shop/chat'
let server: TestServer
let proxy: StrippingProxy
const contexts: BrowserContext[] = []
const problems: string[] = []

/** A host whose user is known by a cookie. */
const userOfCookie = ({ headers }: { headers: { cookie?: string | undefined } }) =>
  headers.cookie?.includes('user=ana') ? { id: 'ana', username: 'ana' } : null

async function openPage(url: string): Promise<Page> {
  const context = await (await sharedChromium()).newContext({ locale: 'en-GB', reducedMotion: 'reduce' })
  contexts.push(context)
  context.setDefaultTimeout(patience.waitMs)
  const page = await context.newPage()
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  await page.goto(url)
  return page
}

beforeAll(async () => {
  server = await startTestServer({ webRoot })
  proxy = await startStrippingProxy(path, server.url)
  await server.register('bo')
})
afterAll(async () => {
  for (const context of contexts) await context.close()
  await proxy?.close()
  await server?.close()
})

test('behind a proxy that removes a path, users of the web app register, talk, send files and follow links', async () => {
  const [ana, bo] = [new Visitor(await openPage(`${proxy.url}/`)), new Visitor(await openPage(`${proxy.url}/`))]
  await ana.button('Create an account').click()
  await ana.register('ana', 'Ana')
  await ana.createRoom('Harbour')
  await bo.signIn('bo', 'password of bo')
  await bo.joinRoom('Harbour')
  await ana.say('The pier at noon')
  await bo.sees('The pier at noon')
  await giveFiles(ana.page, 'paste', [picture('pier.png', 300, 200)])
  await ana.page.getByRole('list', { name: 'Files that go with your message' }).getByText('pier.png').waitFor()
  await ana.composer.press('Enter')
  const image = bo.button('Open pier.png').getByRole('img')
  await image.waitFor()
  await expect.poll(() => image.evaluate((own) => own instanceof HTMLImageElement && own.naturalWidth > 0)).toBe(true)

  const link = bo.page.url()
  expect(link.startsWith(`${proxy.url}/c/`)).toBe(true)
  await bo.page.goto(link)
  await bo.heading('Harbour').waitFor()
  await bo.sees('The pier at noon')
  expect([...problems, ...proxy.strays]).toEqual([])
})

test('behind such a proxy, the pages of the documentation find their files', async () => {
  for (const page of ['/docs/api', '/docs/api/']) {
    const { status, url, text } = await fetch(proxy.url + page).then(async (answer) => ({
      status: answer.status,
      url: answer.url,
      text: await answer.text(),
    }))
    expect([status, url]).toEqual([200, `${proxy.url}/docs/api`])
    const [, styles = ''] = text.match(/<link rel="stylesheet" href="([^"]+)"/) ?? []
    expect((await fetch(new URL(styles, url))).headers.get('content-type')).toMatch('text/css')
  }
})

test.each([
  ['a frame', '<script src="/shop/chat/embed.js" data-target="#chat" async></script>', 'iframe'],
  ['an element', '<script src="/shop/chat/embed.js" data-target="#chat" data-mode="element" async></script>', 'body'],
])(
  'behind such a proxy, the script tag shows the chat in %s, to the user of the host’s cookie',
  async (_, tag, where) => {
    const hosted = await startTestServer({ webRoot, authenticate: userOfCookie })
    onTestFinished(() => hosted.close())
    const front = await startStrippingProxy(path, hosted.url, `<!doctype html><div id="chat"></div>${tag}`)
    onTestFinished(() => front.close())
    const { origin } = new URL(front.url)
    const page = await openPage('about:blank')
    onTestFinished(() => page.close())
    await page.context().addCookies([{ name: 'user', value: 'ana', url: origin }])
    await page.goto(origin)
    const chat = where === 'body' ? page.locator('parley-chat') : page.frameLocator(where).locator('body')
    await chat.getByRole('button', { name: 'New room' }).waitFor()
    expect(front.strays.filter((stray) => stray !== '/favicon.ico')).toEqual([])
  },
)

test('behind such a proxy, the chat of an application opens at its path without a slash too', async () => {
  const hosted = await startTestServer({ webRoot, authenticate: userOfCookie, basePath: '/parley' })
  onTestFinished(() => hosted.close())
  const front = await startStrippingProxy(path, new URL(hosted.url).origin)
  onTestFinished(() => front.close())
  const page = await openPage('about:blank')
  onTestFinished(() => page.close())
  await page.context().addCookies([{ name: 'user', value: 'ana', url: front.url }])
  await page.goto(`${front.url}/parley?from=mail`)
  await page.getByRole('button', { name: 'New room' }).waitFor()
  expect(new URL(page.url()).pathname).toBe(`${path}/parley/`)
  expect(front.strays).toEqual([])
})
