import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import type { Browser, Page } from 'playwright-core'
import { sharedChromium } from '../../tests/browser/chromium.ts'
import { call } from '../targets/rest-caller.ts'

/** How long it took until the app showed a list of conversations, and until it held all of them, in milliseconds. */
export interface Opening {
  shown: number
  whole: number
}

export interface Visit {
  port: number
  token: string
  /** How many times slower than here the page computes. */
  throttle: number
  /** So many are in the list once all of them are there. */
  conversations: number
}

const dayMs = 24 * 60 * 60 * 1_000

/**
 * Opens the app so many times, one after the other, each time in a new browser profile that is signed in; resolves with
 * the times of each. The process may use all cores from then on, because the browser shares its cores.
 */
export async function measureOpenings(visit: Visit, times: number): Promise<Opening[]> {
  useAllCores()
  const browser = await sharedChromium()
  const session = await sessionOf(visit)
  const openings: Opening[] = []
  try {
    for (let i = 0; i < times; i += 1) openings.push(await open(browser, visit, session))
  } finally {
    await browser.close()
  }
  return openings
}

/** The generator has one core, and a browser that it starts would have the same one for all of its processes. */
const useAllCores = () =>
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', `0-${cpus().length - 1}`, String(process.pid)])

/** What a browser keeps of somebody who is signed in; the token outlives the run, and is never refreshed. */
async function sessionOf({ port, token }: Visit): Promise<{ name: string; value: string }> {
  const { user } = await call(port, 'user.me', {}, token)
  const expiresAt = Date.now() + dayMs / 2
  const signedIn = { user, sessionId: user.id, accessToken: token, expiresAt, refreshToken: 'none' }
  return { name: `parley-session http://127.0.0.1:${port}`, value: JSON.stringify(signedIn) }
}

async function open(browser: Browser, visit: Visit, session: { name: string; value: string }): Promise<Opening> {
  const origin = `http://127.0.0.1:${visit.port}`
  const context = await browser.newContext({
    viewport: { width: 1200, height: 800 },
    storageState: { cookies: [], origins: [{ origin, localStorage: [session] }] },
  })
  try {
    const page = await context.newPage()
    const devtools = await context.newCDPSession(page)
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: visit.throttle })
    await watchList(page)
    await page.goto(origin, { waitUntil: 'commit' })
    return { shown: await shownAt(page), whole: await wholeAt(page, visit.conversations) }
  } finally {
    await context.close()
  }
}

/** Notes when a row of the list has been painted first, counted from the beginning of the navigation. */
const watchList = (page: Page) =>
  page.addInitScript(() => {
    const shown = new Promise<number>((resolve) => {
      const observer = new MutationObserver(() => {
        if (!document.querySelector('.parley-conversation')) return
        observer.disconnect()
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
      })
      observer.observe(document, { childList: true, subtree: true })
    })
    Object.assign(globalThis, { listShown: shown })
  })

const shownAt = (page: Page): Promise<number> => page.evaluate(() => Reflect.get(globalThis, 'listShown'))

/** When the rows say that they are so many; of a list that is short enough to be there whole, the rows are counted. */
const wholeAt = (page: Page, count: number): Promise<number> =>
  page.evaluate(async (wanted) => {
    const sizes = () =>
      [...document.querySelectorAll('.parley-conversations')].map((list) =>
        Number(list.lastElementChild?.getAttribute('aria-setsize') ?? list.childElementCount),
      )
    while (sizes().reduce((sum, size) => sum + size, 0) < wanted) await new Promise((next) => setTimeout(next, 50))
    return performance.now()
  }, count)
