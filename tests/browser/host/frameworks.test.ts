import type { Chat } from '@parley/client'
import { patience } from '@parley/server/testing/patience'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import vue from '@vitejs/plugin-vue'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedChromium } from '../chromium.ts'
import { bundlePage } from './bundled-page.ts'
import { type HostFiles, type HostSite, startHostSite } from './host-site.ts'

/* The examples for frameworks other than React, which need no more than the element. */

const plugins = {
  vue: vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === 'parley-chat' } } }),
  svelte: svelte({ configFile: false }),
}
const files: HostFiles = {}
let site: HostSite
let ana: Chat
let bo: Chat
let context: BrowserContext

beforeAll(async () => {
  site = await startHostSite(files)
  ana = await site.chatOf('ana')
  bo = await site.chatOf('bo')
  context = await (await sharedChromium()).newContext({ viewport: { width: 900, height: 800 }, locale: 'en-GB' })
  context.setDefaultTimeout(patience.waitMs)
  await context.addCookies([{ name: 'user', value: 'ana', url: site.url }])
})
afterAll(async () => {
  await context?.close()
  await site?.close()
})

const names = ['vue', 'svelte'] as const

test.each(names)('%s gives the element a conversation, and gets its event for unread messages', async (name) => {
  const { id } = await ana.conversations.create({ name: 'Kitchen', userIds: ['bo'] })
  const { script } = await bundlePage(`../../../examples/${name}/main.js`, { plugins: [plugins[name]] })
  files[`/${name}.js`] = script
  files[`/${name}`] = `<!doctype html><html lang="en"><title>Host</title><body><div id="app"></div>
<script type="module" src="/${name}.js"></script><script type="module" src="/parley/element.js"></script></body></html>`
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && problems.push(message.text()))
  await page.goto(`${site.url}/${name}?conversation=${id}`)
  await page.getByRole('textbox', { name: 'Message Kitchen' }).waitFor()
  // Another page has the focus now, so that nobody reads what comes.
  const other = await context.newPage()
  await other.bringToFront()
  await page.evaluate(() => Object.defineProperty(document, 'visibilityState', { value: 'hidden' }))
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await bo.messages.send(id, `Hello, ${name}`).settled
  await page.getByRole('heading', { name: 'Messages (1 new)' }).waitFor()
  // The list shows the same text behind its sender.
  await page.getByText(`Hello, ${name}`, { exact: true }).waitFor()
  expect(problems).toEqual([])
  await other.close()
  await page.close()
})
