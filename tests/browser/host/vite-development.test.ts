import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { patience } from '@parley/server/testing/patience'
import { createServer } from 'vite'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../services/free-port.ts'
import { sharedChromium } from '../chromium.ts'
import { snippetsOf } from './guide-snippets.ts'
import { startHostSite } from './host-site.ts'

/* The configuration of Vite in react.md, as it is written there. */

const cache = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url))

test('the development server of Vite passes requests of a signed-in user on, and websockets', async () => {
  const [config = ''] = snippetsOf('react.md', 'ts')
  const site = await startHostSite({})
  onTestFinished(() => site.close())
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'vite-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const configFile = join(folder, 'vite.config.ts')
  expect(config).toContain('http://localhost:3000')
  await writeFile(configFile, config.replace('http://localhost:3000', site.url))
  await writeFile(join(folder, 'index.html'), '<!doctype html><html lang="en"><title>Host</title>')
  const port = await freePort()
  const vite = await createServer({ root: folder, configFile, logLevel: 'error', server: { host: '127.0.0.1', port } })
  onTestFinished(() => vite.close())
  await vite.listen()

  const url = `http://127.0.0.1:${port}`
  const context = await (await sharedChromium()).newContext()
  onTestFinished(() => context.close())
  context.setDefaultTimeout(patience.waitMs)
  await context.addCookies([{ name: 'user', value: 'ana', url }])
  const page = await context.newPage()
  await page.goto(url)
  const me = await page.evaluate(async () => (await fetch('/parley/api/v1/users/me')).json())
  expect(me).toMatchObject({ data: { user: { id: 'ana' } } })
  const packet = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://${location.host}/parley/socket.io/?EIO=4&transport=websocket`)
        socket.onmessage = ({ data }) => resolve(data)
        socket.onclose = () => resolve('closed')
      }),
  )
  expect(packet).toMatch(/^0\{"sid":/)
})
