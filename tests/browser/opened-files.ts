import type { Page } from 'playwright-core'

/** A page of the app's origin without a policy and in quirks mode: nowhere does a file have more power. */
const barePath = '/page-without-policy'

/** The ways in which a page opens a file. */
const ways = {
  frame: (address: string) => `<iframe src="${address}"></iframe>`,
  object: (address: string) => `<object data="${address}"></object>`,
  plugin: (address: string) => `<embed src="${address}">`,
  picture: (address: string) => `<img src="${address}">`,
  style: (address: string) => `<link rel="stylesheet" href="${address}">`,
  program: (address: string) => `<script src="${address}"></script>`,
  module: (address: string) => `<script type="module" src="${address}"></script>`,
} as const
export type Way = keyof typeof ways
/** All ways in which a page opens a file. */
export const everyWay = Object.keys(ways) as Way[]

/** Goes to an empty page at this origin, without a security policy and in quirks mode. */
export async function openBarePage(page: Page, origin: string): Promise<void> {
  const bare = new URL(barePath, origin).href
  await page.route(bare, (route) => route.fulfill({ contentType: 'text/html', body: '' }))
  await page.goto(bare)
  await page.unroute(bare)
}

/** So many files stand on the page at once. */
const atOnce = 25

/**
 * Opens each of these addresses in each of these ways on the present page, 25 at a time; resolves with the origins of
 * what its frames show.
 */
export async function openOnPage(page: Page, addresses: readonly string[], wanted: readonly Way[]): Promise<string[]> {
  const origins: string[] = []
  for (let from = 0; from < addresses.length; from += atOnce) {
    const quoted = addresses.slice(from, from + atOnce).map((address) => address.replaceAll('&', '&amp;'))
    await page.setContent(`<html><body>${wanted.flatMap((way) => quoted.map(ways[way])).join('\n')}`)
    const shown = page.frames().filter((frame) => frame !== page.mainFrame() && frame.url().startsWith('http'))
    origins.push(...(await Promise.all(shown.map((frame) => frame.evaluate(() => self.origin)))))
  }
  return origins
}

/**
 * Loads each of these addresses into a worker of the page's origin, as a program; resolves when all are loaded or
 * refused.
 */
export const openInWorker = (page: Page, addresses: readonly string[]) =>
  page.evaluate(
    (programs) =>
      new Promise<void>((resolve) => {
        const load = 'for (const one of data) try { importScripts(one) } catch {}'
        const source = new Blob([`onmessage = ({ data }) => { ${load} postMessage('done') }`])
        const worker = new Worker(URL.createObjectURL(source))
        worker.onmessage = () => resolve()
        worker.postMessage(programs)
      }),
    addresses,
  )

/** What a browser does with an address that somebody opens: it saves the file, or shows it in an origin. */
export type Opened = { savedAs: string } | { origin: string }

/**
 * Opens an address as if it had been typed; resolves with the name under which the browser saves the file, or with the
 * origin in which it shows it.
 */
export async function openDirectly(page: Page, address: string): Promise<Opened> {
  const saved = new Promise<string>((resolve) => page.once('download', (file) => resolve(file.suggestedFilename())))
  try {
    await page.goto(address)
  } catch (error) {
    if (!String(error).includes('Download is starting')) throw error
    return { savedAs: await saved }
  }
  page.removeAllListeners('download')
  return { origin: await page.evaluate(() => self.origin) }
}
