import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { patience } from '@parley/server/testing/patience'
import { expect, onTestFinished, test } from 'vitest'
import { sharedChromium } from '../browser/chromium.ts'
import { bundlePage } from '../browser/host/bundled-page.ts'
import { snippetsOf } from '../browser/host/guide-snippets.ts'
import { startHostSite } from '../browser/host/host-site.ts'
import { root } from './installed.ts'

const react18 = (name: string) => join(root, 'tests', 'browser', 'host', 'react-18', 'node_modules', name)

const html = `<!doctype html><html lang="en"><title>Shop</title><link rel="stylesheet" href="/page.css">
<div id="chat"></div><script type="module" src="/page.js"></script>`

/**
 * Declares two tests, for React 19 and 18: the first page of the React guide is bundled by Vite with the packages in
 * the folder `appOf()`, has its styles, and its user talks in it.
 */
export function testReactApps(appOf: () => string): void {
  test.each([
    ['19', {}],
    ['18', { react: react18('react'), 'react-dom': react18('react-dom') }],
  ])(
    'an app with React %s has the components of the tarballs with their styles, and its user talks',
    async (_, replaced) => {
      const app = appOf()
      const [source = ''] = snippetsOf('react.md', 'tsx')
      await writeFile(join(app, 'page.tsx'), source)
      const { script, styles } = await bundlePage(join(app, 'page.tsx'), { replaced })
      expect(styles).toContain('@layer parley.guard')
      expect(script).not.toContain('packages/react/src')

      const site = await startHostSite({ '/': html, '/page.js': script, '/page.css': styles })
      onTestFinished(() => site.close())
      const [ana, bo] = [await site.chatOf('ana'), await site.chatOf('bo')]
      const { id } = await bo.conversations.create({ name: 'Kitchen', userIds: ['ana'] })
      await ana.messages.send(id, 'The kettle is on').settled
      const context = await (await sharedChromium()).newContext({ locale: 'en-GB', reducedMotion: 'reduce' })
      onTestFinished(() => context.close())
      context.setDefaultTimeout(patience.waitMs)
      await context.addCookies([{ name: 'user', value: 'ana', url: site.url }])
      const page = await context.newPage()
      const problems: string[] = []
      page.on('pageerror', (error) => problems.push(String(error)))
      await page.goto(site.url)
      await page.getByRole('link', { name: 'Kitchen' }).click()
      await page.getByRole('list', { name: 'Messages' }).getByText('The kettle is on').waitFor()
      const field = page.getByRole('textbox', { name: 'Message Kitchen' })
      await field.fill('Tea?')
      await field.press('Enter')
      await expect.poll(() => bo.store.getState().conversations[id]?.lastMessage?.body).toMatchObject({ text: 'Tea?' })
      expect(problems).toEqual([])
    },
  )
}
