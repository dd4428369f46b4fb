import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { patience } from '@parley/server/testing/patience'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../services/free-port.ts'
import { sharedChromium } from '../chromium.ts'
import { bundlePage } from './bundled-page.ts'
import { snippetsOf } from './guide-snippets.ts'
import { type HostFiles, type HostSite, startHostSite } from './host-site.ts'

/* The snippets of the guides that have a page, as they are written there. */

const files: HostFiles = {}
const others: HostFiles = {}
let site: HostSite
let other: HostSite
let context: BrowserContext
let page: Page
const problems: string[] = []
const otherUrl = () => other.url.replace('127.0.0.1', 'localhost')
const html = (body: string) => `<!doctype html><html lang="en"><title>Host</title><body>${body}</body></html>`

beforeAll(async () => {
  other = await startHostSite(others)
  site = await startHostSite(files, { embedOrigins: [otherUrl()] })
  const ana = await site.chatOf('ana')
  await site.chatOf('bo')
  const { id } = await ana.conversations.create({ name: 'Kitchen', userIds: ['bo'] })
  await ana.messages.send(id, 'The kettle is on').settled
  context = await (await sharedChromium()).newContext({ viewport: { width: 1000, height: 800 }, locale: 'en-GB' })
  context.setDefaultTimeout(patience.waitMs)
  for (const url of [site.url, otherUrl()]) await context.addCookies([{ name: 'user', value: 'ana', url }])
})
afterAll(async () => {
  await context?.close()
  await site?.close()
  await other?.close()
})
afterEach(() => page?.close())

async function open(url: string): Promise<void> {
  page = await context.newPage()
  page.on('pageerror', (error) => problems.push(String(error)))
  await page.goto(url)
}

describe('react.md', () => {
  const opened = [
    async () => page.getByRole('link', { name: 'Kitchen' }).click(),
    async () => {
      await page.getByRole('link', { name: 'Kitchen' }).click()
      await page.getByText('The kettle is on').nth(1).waitFor()
      await page.getByText('Online').first().waitFor()
    },
    async () => {
      await page.getByRole('link', { name: 'Kitchen' }).click()
      await page.getByText('Everything about Kitchen').waitFor()
      await page.locator('[data-mine="true"]').getByText('The kettle is on').waitFor()
      await page.getByText('This conversation is closed.').waitFor()
    },
    async () => page.locator('[lang="de"]').getByText('Wähle ein Gespräch').waitFor(),
  ]
  const snippets = snippetsOf('react.md', 'tsx')

  test('the test knows the number of its snippets', () => expect(snippets).toHaveLength(opened.length))

  test.each(snippets.map((source, at) => [at + 1, source] as const))('snippet %i runs', async (at, source) => {
    const { script, styles } = await bundlePage('pages/guide.tsx', { source })
    Object.assign(files, {
      '/guide.js': script,
      '/guide.css': styles,
      '/guide': html(
        '<link rel="stylesheet" href="/guide.css"><div id="chat"></div><script type="module" src="/guide.js"></script>',
      ),
    })
    await open(`${site.url}/guide`)
    await opened[at - 1]?.()
    expect(problems).toEqual([])
  })

  test('the shortest snippet is eight lines, without the app’s own rendering', () => {
    const lines = snippets[0]?.split('\n').filter((line) => line.trim() !== '' && !/createRoot|^\)$/.test(line))
    expect(lines).toHaveLength(8)
  })

  test.each(snippetsOf('react.md', 'css'))('its stylesheet is valid: %s', async (css) => {
    Object.assign(files, { '/empty': html('') })
    await open(`${site.url}/empty`)
    const read = (text: string) => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(text)
      return [...sheet.cssRules].map((rule) => rule.cssText.length)
    }
    expect(await page.evaluate(read, css)).toEqual([expect.any(Number)])
  })
})

describe.each(['express.md', '../../README.md', '../../packages/react/README.md'])('the page of %s', (guide) => {
  const [source = ''] = snippetsOf(guide, 'tsx')
  const shown = `${source}
import { createRoot } from 'react-dom/client'
createRoot(document.getElementById('chat')!).render(app)`

  beforeAll(async () => {
    const { script, styles } = await bundlePage('pages/guide.tsx', { source: shown })
    Object.assign(files, {
      '/page.js': script,
      '/page.css': styles,
      '/page': html(
        '<link rel="stylesheet" href="/page.css"><div id="chat"></div><script type="module" src="/page.js"></script>',
      ),
    })
  })

  test('shows the chat of a user with a session', async () => {
    await open(`${site.url}/page`)
    await page.getByRole('link', { name: 'Kitchen' }).click()
    await page.getByText('The kettle is on').nth(1).waitFor()
    expect(problems).toEqual([])
  })

  test('M2: is not blank for a visitor without a session, and says that the chat does not connect', async () => {
    const stranger = await (await sharedChromium()).newContext({ locale: 'en-GB' })
    onTestFinished(() => stranger.close())
    stranger.setDefaultTimeout(patience.waitMs)
    page = await stranger.newPage()
    page.on('pageerror', (error) => problems.push(String(error)))
    await page.goto(`${site.url}/page`)
    await page.getByText('The connection has ended.').waitFor()
    expect(problems).toEqual([])
  })
})

describe('script-tag.md', () => {
  const [sameSite = '', otherSite = '', asElement = '', element = ''] = snippetsOf('script-tag.md', 'html')
  const launcher = () => page.locator('parley-launcher').getByRole('button')
  const kitchen = () => page.frameLocator('iframe').getByRole('link', { name: 'Kitchen' })

  test('the tag is one line', () => {
    for (const tag of [sameSite, otherSite, asElement]) expect(tag.trim()).toMatch(/^<script [^>]*><\/script>$/)
  })

  test('the README of the repository has the tag for another site', () => {
    expect(snippetsOf('../../README.md', 'html')).toEqual([otherSite])
  })

  test('the tag on the same site works', async () => {
    files['/tag'] = html(sameSite)
    await open(`${site.url}/tag`)
    await launcher().click()
    await kitchen().waitFor()
  })

  test('the tag on another site works with a token; only the name of the server differs', async () => {
    others['/tag'] = html(otherSite.replace('https://chat.example.com', `${site.url}/parley`))
    await open(`${otherUrl()}/tag`)
    await launcher().click()
    await kitchen().waitFor()
  })

  test.each([
    ['the tag for an element', asElement],
    ['the element', element],
  ])('%s', async (_, tag) => {
    files['/tag'] = html(tag)
    await open(`${site.url}/tag`)
    await page.locator('parley-chat').getByRole('link', { name: 'Kitchen' }).waitFor()
    expect(problems).toEqual([])
  })

  test('the server runs as a program of its own', async () => {
    const [source = ''] = snippetsOf('script-tag.md', 'js')
    const cache = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url))
    await mkdir(cache, { recursive: true })
    const folder = await mkdtemp(join(cache, 'guide-'))
    await writeFile(join(folder, 'server.js'), source)
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    const port = String(await freePort())
    const server: ChildProcess = spawn(process.execPath, ['server.js'], {
      cwd: folder,
      env: { ...process.env, PORT: port },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      for await (const line of createInterface(server.stdout as NodeJS.ReadableStream)) if (/is open/.test(line)) break
      await open(`http://127.0.0.1:${port}/`)
      await launcher().click()
      await page.frameLocator('iframe').getByRole('button', { name: 'New room' }).waitFor()
    } finally {
      server.kill()
      if (server.exitCode === null) await once(server, 'exit')
      await rm(folder, { recursive: true, force: true })
    }
  })
})
