import { existsSync } from 'node:fs'
import { patience } from '@parley/server/testing/patience'
import { type Browser, chromium } from 'playwright-core'

const timeout = patience.waitMs

/** Nothing that talks to anybody but the page's server, and nothing that a small machine lacks. */
const quiet = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-gpu',
  // A microphone that beeps, for pages that are allowed to use one.
  '--use-fake-device-for-media-stream',
]

/** Debian's Chromium, or the one that is named. */
const installed = () => [process.env.CHROMIUM_PATH, '/usr/bin/chromium'].find((path) => path && existsSync(path))

let launched: Promise<Browser> | undefined

/**
 * The browser that all test files of a process share; launches it if none runs. Each stage uses contexts of its own,
 * which share nothing. It ends with the process.
 */
export async function sharedChromium(): Promise<Browser> {
  const known = launched
  if (known && !(await known).isConnected() && launched === known) launched = undefined
  launched ??= launchChromium()
  return launched
}

/** `CHROMIUM_PATH`, else `/usr/bin/chromium`, else the one that comes as a development dependency. */
async function launchChromium(): Promise<Browser> {
  const executablePath = installed()
  if (executablePath) return chromium.launch({ executablePath, args: quiet, timeout })
  const { default: bundled } = await import('@sparticuz/chromium')
  // Not with its own arguments: they make one process of it and switch web security off, which is tested here.
  return chromium.launch({ executablePath: await bundled.executablePath(), args: quiet, timeout })
}
