import { eventNames, operationNames, operations } from '@parley/protocol'
import { expect, test } from 'vitest'
import { docsPages } from './docs.ts'

const app = docsPages()
const fetchText = async (path: string) => (await app.request(path)).text()

test('the page has an anchor for every operation and event, with its forms for REST and sockets', async () => {
  const page = await fetchText('/docs/api')
  for (const name of [...operationNames, ...eventNames]) expect(page).toContain(`id="${name}"`)
  for (const name of operationNames) {
    expect(page).toContain(`/api/v1${operations[name].http.path}</code>`)
    if (!operations[name].httpOnly) expect(page).toContain(`emit('${name}'`)
  }
})

test('every link inside the page has a target', async () => {
  const page = await fetchText('/docs/api')
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
  const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
  expect(links.length).toBeGreaterThan(100)
  expect(links.filter((id) => !ids.has(id))).toEqual([])
})

test('the page needs no script, no inline style and no other server', async () => {
  const page = await fetchText('/docs/api')
  expect(page).not.toMatch(/<script|\sstyle=|<style|\son\w+=|src=/)
  expect([...page.matchAll(/(?:href)="(?!#|api\/)([^"]+)"/g)]).toEqual([])
  expect(await fetchText('/docs/api/style.css')).not.toMatch(/url\(|@import/)
})

test('text from the catalogue is escaped', async () => {
  expect(await fetchText('/docs/api')).not.toMatch(/<(?!\/?[a-z!])/)
})

test.each([
  ['/docs/api', 'text/html; charset=utf-8'],
  ['/docs/api/style.css', 'text/css; charset=utf-8'],
  ['/docs/api/openapi.json', 'application/json'],
  ['/docs/api/asyncapi.json', 'application/json'],
])('%s is answered 304 if the client has the current tag', async (path, type) => {
  const first = await app.request(path)
  expect(first.status).toBe(200)
  expect(first.headers.get('Content-Type')).toBe(type)
  expect(first.headers.get('Content-Security-Policy')).toContain("default-src 'none'; style-src 'self'")
  const etag = first.headers.get('ETag') ?? ''
  const known = await app.request(path, { headers: { 'If-None-Match': `"other", W/${etag}` } })
  expect([known.status, await known.text()]).toEqual([304, ''])
  const changed = await app.request(path, { headers: { 'If-None-Match': '"other"' } })
  expect(changed.status).toBe(200)
})

test('the OpenAPI and AsyncAPI documents are complete', async () => {
  const openapi = JSON.parse(await fetchText('/docs/api/openapi.json'))
  const asyncapi = JSON.parse(await fetchText('/docs/api/asyncapi.json'))
  expect(openapi.paths).toHaveProperty(['/conversations/{conversationId}/messages', 'post'])
  expect(asyncapi.operations).toHaveProperty(['message.created', 'action'], 'send')
})

test('no other file is served below it', async () => {
  for (const path of ['/docs/api/../../package.json', '/docs/api/docs.ts', '/docs/apix']) {
    expect((await app.request(path)).status).toBe(404)
  }
})
