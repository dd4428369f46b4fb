import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

let webRoot: string
let server: TestServer
beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), 'parley-web-'))
  await writeFile(join(webRoot, 'index.html'), '<title>The app</title>')
  await writeFile(join(webRoot, 'robots.txt'), 'User-agent: *\nDisallow: /\n')
  server = await startTestServer({ webRoot })
})
afterAll(async () => {
  await server.close()
  await rm(webRoot, { recursive: true })
})

describe('E8: the page of the app', () => {
  test.each(['/', '/c/01970000-0000-7000-8000-000000000001', '/c/1/', '/somewhere'])(
    'is served at %s',
    async (path) => {
      const response = await fetch(server.url + path)
      expect([response.status, await response.text()]).toEqual([200, '<title>The app</title>'])
    },
  )

  test.each([
    '/.env',
    '/.git/config',
    '/c/.env',
    '/favicon.ico',
    '/wp-login.php',
    '/sitemap.xml',
    '/assets',
    '/assets/x.js',
    '/api',
  ])('is not served at %s', async (path) => {
    const response = await fetch(server.url + path)
    expect(response.status).toBe(404)
    expect(await response.text()).not.toContain('The app')
  })

  test.each([
    ['GET', '/api/v2/users/me'],
    ['GET', '/api/v1'],
    ['POST', '/api/anything'],
    ['DELETE', '/api/v10/users/me'],
  ])('is not served for %s %s, which is answered as an unknown operation', async (method, path) => {
    const response = await fetch(server.url + path, { method })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ ok: false, error: { code: 'unknown_operation' } })
  })

  test('is not served as robots.txt, which disallows everything', async () => {
    const response = await fetch(`${server.url}/robots.txt`)
    expect(response.headers.get('content-type')).toContain('text/plain')
    expect(await response.text()).toContain('Disallow: /')
  })
})
