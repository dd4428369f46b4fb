import type { Chat } from '@parley/client'
import { patience } from '@parley/server/testing/patience'
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sharedChromium } from '../chromium.ts'
import { type HostFiles, type HostSite, startHostSite } from './host-site.ts'

/* The script tag, on the site of a host (`localhost`) that is another than that of Parley (`127.0.0.1`), and on the same. */

const policy = (parley: string) =>
  [
    "default-src 'none'",
    "script-src 'nonce-abc'",
    "connect-src 'self' ws:",
    `frame-src ${parley}`,
    "style-src 'none'",
    "img-src 'self'",
  ].join('; ')

let chat: HostSite
let host: HostSite
let stranger: HostSite
let ana: Chat
let bo: Chat
let room: string
let browser: Browser
let context: BrowserContext
let page: Page
let problems: string[] = []

/** By the name of another site, to which a browser shows no cookie of this one. */
const asOtherSite = (url: string) => url.replace('127.0.0.1', 'localhost')

const pageWith = (tag: string, body = '') => `<!doctype html><html lang="en"><head><title>The host</title></head>
<body><h1>The host’s page</h1><input aria-label="Search" />${body}${tag}</body></html>`

/** With the script before everything else of the page. */
const headed = (tag: string, body = '') => pageWith('', body).replace('<title>', `${tag}<title>`)

beforeAll(async () => {
  browser = await sharedChromium()
  const files: HostFiles = {}
  const otherFiles: HostFiles = {}
  host = await startHostSite(otherFiles, {}, {})
  const hostOrigin = asOtherSite(host.url)
  chat = await startHostSite(files, { embedOrigins: [hostOrigin] })
  await chat.chatOf('bo')
  ana = await chat.chatOf('ana')
  room = (await ana.conversations.create({ name: 'Kitchen', userIds: ['bo'] })).id
  // Who comes now has the room from the start.
  bo = await chat.chatOf('bo')
  await bo.messages.send(room, 'Is anybody there?').settled
  const tag = (attributes: string) => `<script src="${chat.url}/parley/embed.js" ${attributes} async></script>`
  const tokens = 'data-token-url="/chat-token"'
  const sent = `<meta http-equiv="content-security-policy" content="${policy(chat.url)}" />`
  Object.assign(otherFiles, {
    '/': pageWith(tag(`${tokens} data-title="Ask us"`)),
    '/strict': pageWith(tag(`${tokens} data-conversation="${room}" nonce="abc"`)).replace('<title>', `${sent}<title>`),
    '/inline': pageWith(
      tag(`${tokens} data-conversation="${room}" data-target="#chat"`),
      '<div id="chat" style="height: 400px"></div>',
    ),
    '/early': headed(tag(`${tokens} data-target="#chat"`).replace(' async', ''), '<div id="chat"></div>'),
    '/missing': headed(tag(`${tokens} data-target="#chat"`).replace(' async', '')),
    '/two': pageWith(
      `${tag(tokens)}${tag(`${tokens} data-target="#chat"`)}`.replaceAll(' async', ''),
      '<div id="chat"></div>',
    ),
    '/silent': pageWith(
      '',
      `<script>
        addEventListener('message', ({ data, source, origin }) => {
          const settings = { parley: 'settings', hasTokens: true, title: 'Chat' }
          if (data.parley === 'ready') source.postMessage(settings, origin)
          if (data.parley === 'token') document.body.dataset.asked = (document.body.dataset.asked ?? '') + 'x'
        })
      </script><iframe src="${chat.url}/parley/embed#origin=${encodeURIComponent(hostOrigin)}"></iframe>`,
    ),
    '/no-token': pageWith(tag('data-target="#chat"'), '<div id="chat" style="height: 400px"></div>'),
  })
  Object.assign(files, {
    '/element-in-head': headed(
      tag('data-mode="element" data-title="Ask us" data-token-url="/chat-token"').replace(' async', ''),
    ),
    '/upgraded': pageWith(
      `<parley-chat conversation="${room}" token-url="/chat-token" chat-title="Ask us"></parley-chat>
       <script type="module" src="/parley/element.js"></script>`,
    ),
    '/cookie': pageWith(tag(`data-conversation="${room}"`)),
    '/element': pageWith(
      tag(`data-mode="element" data-conversation="${room}" data-target="#chat" nonce="abc"`),
      '<div id="chat"></div>',
    ).replace(
      '<title>',
      `<meta http-equiv="content-security-policy" content="${policy(chat.url).replace("script-src 'nonce-abc'", "script-src 'nonce-abc' 'strict-dynamic'")}" /><title>`,
    ),
  })
  stranger = await startHostSite({ '/': pageWith(`<iframe src="${chat.url}/parley/embed"></iframe>`) })
  context = await browser.newContext({
    viewport: { width: 1000, height: 800 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(patience.waitMs)
  for (const url of [chat.url, asOtherSite(host.url)])
    await context.addCookies([{ name: 'user', value: 'ana', url, sameSite: 'Lax' }])
})
afterAll(async () => {
  await context?.close()
  for (const site of [chat, host, stranger]) await site?.close()
})
afterEach(() => page?.close())

async function open(url: string): Promise<Page> {
  page = await context.newPage()
  problems = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  await page.goto(url)
  return page
}

const frame = () => page.frameLocator('iframe')
const said = (text: string) => frame().getByRole('list', { name: 'Messages' }).getByText(text)
const launcher = () => page.locator('parley-launcher').getByRole('button')
const hasFocus = (selector: string) => page.locator(selector).evaluate((element) => element === document.activeElement)

describe('on a page of another site', () => {
  test('a button shows the unread count, and opens and closes the chat of the user in the host’s token', async () => {
    await open(asOtherSite(host.url))
    await expect.poll(() => launcher().getAttribute('aria-label')).toBe('Ask us (1)')
    expect(await page.locator('iframe').isVisible()).toBe(false)
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true)
    await launcher().click()
    await frame().getByRole('link', { name: 'Kitchen' }).click()
    const field = frame().getByRole('textbox', { name: 'Message Kitchen' })
    await said('Is anybody there?').waitFor()
    await expect.poll(() => launcher().getAttribute('aria-label')).toBe('Ask us')
    await field.fill('We are here')
    await field.press('Enter')
    await expect
      .poll(() => bo.store.getState().conversations[room]?.lastMessage?.body)
      .toMatchObject({ text: 'We are here' })
    await field.press('Escape')
    expect(await page.locator('iframe').isVisible()).toBe(false)
    expect(await hasFocus('parley-launcher')).toBe(true)
    const counts = page.evaluate(
      () =>
        new Promise((resolve) => addEventListener('parley:unread', (event) => resolve((event as CustomEvent).detail))),
    )
    await bo.messages.send(room, 'One more').settled
    expect(await counts).toBe(1)
    await page.evaluate(() => Reflect.get(globalThis, 'parley').open())
    await said('One more').waitFor()
    expect(problems).toEqual([])
  })

  test('under a strict policy the chat works without violations, and keeps its token in memory', async () => {
    await open(`${asOtherSite(host.url)}/strict`)
    await launcher().click()
    await said('Is anybody there?').waitFor()
    const field = frame().getByRole('textbox', { name: 'Message Kitchen' })
    // Who opens the chat wants to write.
    await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true)
    const inFrame = page.frames().find((one) => one.url().includes('/embed')) as Frame
    const kept = await inFrame.evaluate(() => {
      try {
        return JSON.stringify({ ...localStorage })
      } catch {
        // Chromium lets a frame of another site keep nothing at all.
        return ''
      }
    })
    expect(kept).not.toContain('token-of')
    expect(problems).toEqual([])
    expect(host.tokensAsked.at(-1)).toBe('ana')
  })

  test('in an element of the page the chat follows its theme, and does not take the focus', async () => {
    await open(`${asOtherSite(host.url)}/inline`)
    await said('Is anybody there?').waitFor()
    expect(await page.locator('iframe').boundingBox()).toMatchObject({ height: 400 })
    expect(await frame().locator('.parley-page').boundingBox()).toEqual(await page.locator('iframe').boundingBox())
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true)
    const colour = () =>
      frame()
        .locator('body')
        .evaluate((body) => getComputedStyle(body).backgroundColor)
    const light = await colour()
    await page.evaluate(() => document.documentElement.setAttribute('data-theme', 'dark'))
    await expect.poll(colour).not.toBe(light)
  })

  test('the script waits for an element that is not loaded yet, and shows nothing if there is none', async () => {
    await open(`${asOtherSite(host.url)}/early`)
    await page.locator('#chat iframe').waitFor()
    expect(await page.locator('parley-launcher').count()).toBe(0)
    await open(`${asOtherSite(host.url)}/missing`)
    expect(problems).toEqual([expect.stringContaining('there is no #chat')])
    expect(await page.locator('parley-launcher, iframe').count()).toBe(0)
  })

  test('a second script without a button does not break opening and closing by the first', async () => {
    await open(`${asOtherSite(host.url)}/two`)
    await page.evaluate(() => Reflect.get(globalThis, 'parley').open())
    expect(await page.locator('parley-launcher iframe').isVisible()).toBe(true)
  })

  test('with one conversation, the button counts its unread messages only', async () => {
    const garden = (await bo.conversations.create({ name: 'Garden', userIds: ['ana'] })).id
    for (const id of [garden, room]) await bo.messages.send(id, 'Look at this').settled
    const waiting = (id: string) => ana.store.getState().conversations[id]?.unread ?? 0
    await expect.poll(() => [waiting(garden), waiting(room) > 0]).toEqual([1, true])
    await open(`${asOtherSite(host.url)}/strict`)
    await expect.poll(() => launcher().getAttribute('aria-label')).toBe(`Chat (${waiting(room)})`)
    await ana.receipts.markRead(garden, 1)
  })

  test('Escape that ends the composition of a word does not close the chat', async () => {
    await open(`${asOtherSite(host.url)}/strict`)
    await launcher().click()
    const field = frame().getByRole('textbox', { name: 'Message Kitchen' })
    await field.waitFor()
    await page.evaluate(() => {
      addEventListener('message', ({ data }) => {
        if (data.parley === 'close') document.body.dataset.closed = `${document.body.dataset.closed ?? ''}x`
      })
    })
    await field.evaluate((element) => {
      for (const sign of [{ isComposing: true }, { keyCode: 229 }]) {
        element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, ...sign }))
      }
    })
    expect(await page.locator('iframe').isVisible()).toBe(true)
    await field.press('Escape')
    await expect.poll(() => page.getAttribute('body', 'data-closed')).toBe('x')
    expect(await page.locator('iframe').isVisible()).toBe(false)
  })

  test('without a token the chat is not opened, although the chat’s own site has a cookie', async () => {
    await open(`${asOtherSite(host.url)}/no-token`)
    await frame()
      .getByText(/The connection has ended/)
      .waitFor()
    expect(await frame().getByRole('link').count()).toBe(0)
  })

  test('a page that does not answer for a token is asked again', async () => {
    await open('about:blank')
    await page.clock.install()
    await page.goto(`${asOtherSite(host.url)}/silent`)
    const asked = () => page.getAttribute('body', 'data-asked')
    await expect.poll(asked).toBe('x')
    await expect
      .poll(async () => {
        await page.clock.fastForward(60_000)
        return (await asked())?.length
      })
      .toBeGreaterThan(1)
  })

  test('messages from other windows are ignored, on both sides', async () => {
    await open(`${asOtherSite(host.url)}/inline`)
    await said('Is anybody there?').waitFor()
    const asked = host.tokensAsked.length
    /** Says it to its own window, where it is heard before this is over. */
    const pretend = (message: object) =>
      new Promise<void>((resolve) => {
        addEventListener('message', () => setTimeout(resolve), { once: true })
        postMessage(message, '*')
      })
    await page.evaluate(() => {
      addEventListener('parley:unread', () => document.body.setAttribute('data-fooled', ''))
      document.documentElement.setAttribute('data-theme', 'light')
    })
    await page.evaluate(pretend, { parley: 'unread', count: 77 })
    await page.evaluate(pretend, { parley: 'token' })
    expect(await page.getAttribute('body', 'data-fooled')).toBeNull()
    expect(host.tokensAsked.length).toBe(asked)

    const theme = () => frame().locator('html').getAttribute('data-theme')
    await expect.poll(theme).toBe('light')
    const inFrame = page.frames().find((one) => one.url().includes('/embed')) as Frame
    await inFrame.evaluate(pretend, { parley: 'theme', theme: 'dark' })
    expect(await theme()).toBe('light')
  })
})

test('a page whose origin is not listed shows no chat', async () => {
  await open(asOtherSite(stranger.url))
  await expect.poll(() => problems.join()).toContain('frame-ancestors')
  expect(
    await page
      .frames()[1]
      ?.evaluate(() => document.querySelector('#root'))
      .catch(() => null),
  ).toBeNull()
})

describe('on a page of the same site', () => {
  test('the frame recognises the user by the cookie', async () => {
    await open(`${chat.url}/cookie`)
    await launcher().click()
    await said('Is anybody there?').waitFor()
    expect(problems).toEqual([])
  })

  test('an element of a script in the head is put into the body, with its title', async () => {
    await open(`${chat.url}/element-in-head`)
    await page.locator('body > parley-chat').getByText('Ask us').first().waitFor()
  })

  test('an element with several attributes creates one chat when it is connected', async () => {
    const before = chat.tokensAsked.length
    await open(`${chat.url}/upgraded`)
    await page.locator('parley-chat').getByText('Is anybody there?').waitFor()
    expect(chat.tokensAsked.slice(before)).toEqual(['ana'])
  })

  test('an element whose address of tokens does not answer asks again', async () => {
    await open('about:blank')
    await page.clock.install()
    let asked = 0
    await page.route('**/chat-token', () => void asked++)
    await page.goto(`${chat.url}/upgraded`)
    await expect.poll(() => asked).toBe(1)
    await expect
      .poll(async () => {
        await page.clock.fastForward(60_000)
        return asked
      })
      .toBeGreaterThan(1)
  })

  test('an element works in a shadow root, with all that it opens, under a strict policy', async () => {
    await open(`${chat.url}/element`)
    const element = page.locator('parley-chat')
    await element.getByText('Is anybody there?').waitFor()
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true)
    const field = element.getByRole('textbox', { name: 'Message Kitchen' })
    await field.fill('From the shadow')
    await field.press('Enter')
    await expect
      .poll(() => bo.store.getState().conversations[room]?.lastMessage?.body)
      .toMatchObject({ text: 'From the shadow' })
    const focused = () =>
      element.evaluate(
        (one) =>
          one.shadowRoot?.activeElement?.getAttribute('aria-label') ?? one.shadowRoot?.activeElement?.textContent,
      )

    // A menu: opened by key, walked, closed, with the focus back on its button.
    await element.getByRole('button', { name: 'Add to your message' }).press('Enter')
    await element.getByRole('menuitem').first().waitFor()
    await expect.poll(focused).toBe('Photos and files')
    await page.keyboard.press('ArrowDown')
    await expect.poll(focused).toBe('Make an offer')
    await page.keyboard.press('Escape')
    await expect.poll(focused).toBe('Add to your message')

    // A dialog, and the focus back.
    await element.getByRole('button', { name: 'Members and settings' }).click()
    await element.getByRole('button', { name: 'Add people' }).press('Enter')
    await element.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await element.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(focused).toBe('Add people')

    // The variables and the theme of the page reach it, its styles do not.
    const colours = () =>
      element
        .locator('.parley-conversation-pane')
        .evaluate((pane) => [
          getComputedStyle(pane).backgroundColor,
          getComputedStyle(pane).getPropertyValue('--parley--accent'),
        ])
    const [light] = await colours()
    await page.evaluate(() => {
      document.documentElement.dataset.theme = 'dark'
      document.documentElement.style.setProperty('--parley-accent', 'rgb(1, 2, 3)')
    })
    const [dark, accent] = await colours()
    expect([dark === light, accent]).toEqual([false, 'rgb(1, 2, 3)'])
    expect(problems).toEqual([])
  })
})
