import type { ParleyOptions } from '@parley/server'
import { startTestServer, type TestServer } from '@parley/server/testing'
import { patience } from '@parley/server/testing/patience'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { webRoot } from './built-web-app.ts'
import { launchChromium } from './chromium.ts'
import { Visitor } from './visitor.ts'

export interface Stage {
  server: TestServer
  /** Somebody with a browser of their own, on the first page. */
  visitor(options?: BrowserContextOptions): Promise<Visitor>
  /** An account that exists (`register` makes one), signed in through the page. */
  signedIn(username: string, options?: BrowserContextOptions): Promise<Visitor>
  /** What any page complained about: errors in the console, uncaught errors, breaches of the security policy. */
  problems: string[]
  close(): Promise<void>
}

/**
 * A real server with the web app as it is built for everybody, and a browser.
 *
 * @example
 * const stage = await startStage()
 * const ana = await stage.visitor()
 */
export async function startStage(options: Pick<ParleyOptions, 'maxFileSize'> = {}): Promise<Stage> {
  const server = await startTestServer({ ...options, webRoot })
  const browser = await launchChromium()
  const problems: string[] = []
  const visitor = async (options?: BrowserContextOptions) => {
    const page = await openPage(browser, problems, options)
    await page.goto(server.url)
    return new Visitor(page)
  }
  return {
    server,
    problems,
    visitor,
    async signedIn(username, options) {
      const guest = await visitor(options)
      await guest.signIn(username, `password of ${username}`)
      return guest
    },
    async close() {
      await browser.close()
      await server.close()
    },
  }
}

async function openPage(browser: Browser, problems: string[], options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, locale: 'en-GB', ...options })
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
