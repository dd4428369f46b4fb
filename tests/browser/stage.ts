import { createSessions } from '@parley/client'
import type { ParleyOptions } from '@parley/server'
import { startTestServer, type TestServer } from '@parley/server/testing'
import { patience } from '@parley/server/testing/patience'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { webRoot } from './built-web-app.ts'
import { sharedChromium } from './chromium.ts'
import { Visitor } from './visitor.ts'

export interface Stage {
  server: TestServer
  /** Somebody with a browser of their own, on the first page. */
  visitor(options?: BrowserContextOptions): Promise<Visitor>
  /** An account that exists (`register` makes one), signed in already. */
  signedIn(username: string, options?: BrowserContextOptions): Promise<Visitor>
  /** What any page complained about: errors in the console, uncaught errors, breaches of the security policy. */
  problems: string[]
  close(): Promise<void>
}

/**
 * Starts a real server with the built web app, and the shared browser. `close` ends the pages and the server.
 *
 * @example
 * const stage = await startStage()
 * const ana = await stage.visitor()
 */
export async function startStage(options: Pick<ParleyOptions, 'maxFileSize'> = {}): Promise<Stage> {
  const server = await startTestServer({ ...options, webRoot })
  const browser = await sharedChromium()
  const contexts: BrowserContext[] = []
  const problems: string[] = []
  const visitor = async (options?: BrowserContextOptions) => {
    const page = await openPage(browser, problems, options)
    contexts.push(page.context())
    await page.goto(server.url)
    return new Visitor(page)
  }
  return {
    server,
    problems,
    visitor,
    async signedIn(username, options) {
      const session = await sessionOf(server.url, username)
      const guest = await visitor({ ...options, storageState: session })
      await guest.isIn()
      return guest
    },
    async close() {
      for (const context of contexts) await context.close()
      await server.close()
    },
  }
}

/** What the browser of somebody keeps who has signed in there, so that only tests of it go through the form. */
async function sessionOf(url: string, username: string): Promise<BrowserContextOptions['storageState']> {
  const kept = new Map<string, string>()
  const sessions = createSessions({
    url,
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
  })
  await sessions.signIn({ username, password: `password of ${username}` })
  sessions.close()
  return { cookies: [], origins: [{ origin: url, localStorage: [...kept].map(([name, value]) => ({ name, value })) }] }
}

async function openPage(browser: Browser, problems: string[], options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1200, height: 800 },
    locale: 'en-GB',
    // Playwright waits for the end of an animation before it clicks.
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(patience.waitMs)
  const page = await context.newPage()
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  await page.exposeFunction('reportBreach', (breach: string) => problems.push(breach))
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      const report = Reflect.get(globalThis, 'reportBreach')
      report(`${violatedDirective}: ${blockedURI}`)
    })
  })
  return page
}
