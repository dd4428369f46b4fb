import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { embeddingPages } from './content-policy.ts'

const script = 'app()\n'.repeat(500)
const [hashed, named] = ['/assets/app-1a2b3c.js', '/embed.js']
let webRoot: string
let server: TestServer

beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), 'parley-web-'))
  await mkdir(join(webRoot, 'assets'))
  await writeFile(join(webRoot, 'index.html'), '<script src="./assets/app-1a2b3c.js"></script>')
  await writeFile(join(webRoot, 'embed.html'), '<script src="./assets/embed-1a2b3c.js"></script>')
  await writeFile(join(webRoot, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  await symlink(join(webRoot, 'icon.svg'), join(webRoot, 'linked.svg'))
  await symlink(join(webRoot, 'nothing'), join(webRoot, 'broken.svg'))
  for (const path of [hashed, named]) {
    await writeFile(join(webRoot, path), script)
    await writeFile(join(webRoot, `${path}.br`), brotliCompressSync(script))
    await writeFile(join(webRoot, `${path}.gz`), gzipSync(script))
  }
  server = await startTestServer({ webRoot, embedOrigins: ['https://app.example'] })
})
afterAll(async () => {
  await server?.close()
  await rm(webRoot, { recursive: true })
})

interface Got {
  status: number
  headers: Record<string, string | undefined>
  body: Buffer
}

/** What lies on the wire: `fetch` would decompress it. */
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<Got>((resolve, reject) => {
    get(server.url + path, { headers, method }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part) => parts.push(part))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Got['headers'],
          body: Buffer.concat(parts),
        }),
      )
    }).on('error', reject)
  })

describe('a file of the app', () => {
  test.each([
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
  ])('for clients accepting %s is sent as %s', async (accepted, encoding, open) => {
    const { headers, body } = await ask(hashed, { 'accept-encoding': accepted })
    expect(headers).toMatchObject({
      'content-encoding': encoding,
      'content-type': expect.stringContaining('javascript'),
      'content-length': String(body.length),
      vary: 'Accept-Encoding',
    })
    expect(body.length).toBeLessThan(script.length / 10)
    expect(open(body).toString()).toBe(script)
  })

  test.each(['', 'identity', 'br;q=0, gzip;q=0', 'zstd'])(
    'for clients accepting %j is sent uncompressed',
    async (accepted) => {
      const { headers, body } = await ask(hashed, accepted === '' ? {} : { 'accept-encoding': accepted })
      expect(headers['content-encoding']).toBeUndefined()
      // A cache must not give this form to somebody who takes another.
      expect(headers.vary).toBe('Accept-Encoding')
      expect(body.toString()).toBe(script)
    },
  )

  test('has a tag for each encoding, which is answered 304 if it has not changed', async () => {
    const forms = await Promise.all(['br', 'gzip', ''].map((form) => ask(hashed, { 'accept-encoding': form })))
    const tags = forms.map(({ headers }) => headers.etag ?? '')
    expect(new Set(tags).size).toBe(3)
    const again = await ask(hashed, { 'accept-encoding': 'br', 'if-none-match': `"other", ${tags[0]}` })
    expect(again).toMatchObject({ status: 304, body: Buffer.alloc(0), headers: { etag: tags[0] } })
    expect(again.headers['cache-control']).toContain('immutable')
    expect((await ask(hashed, { 'accept-encoding': 'br', 'if-none-match': tags[1] ?? '' })).status).toBe(200)
  })

  test('has the same headers for HEAD, without the bytes', async () => {
    const [head, whole] = [
      await ask(hashed, { 'accept-encoding': 'br' }, 'HEAD'),
      await ask(hashed, { 'accept-encoding': 'br' }),
    ]
    expect(head.body.length).toBe(0)
    for (const name of ['etag', 'content-length', 'content-encoding', 'vary', 'cache-control']) {
      expect(head.headers[name]).toBe(whole.headers[name])
    }
  })

  test('is sent in part on request, in the encoding chosen, and whole if it may have changed', async () => {
    const whole = await ask(hashed)
    const part = await ask(hashed, { range: 'bytes=6-11' })
    expect(part).toMatchObject({
      status: 206,
      headers: { 'content-range': `bytes 6-11/${script.length}`, etag: whole.headers.etag },
    })
    expect(part.body.toString()).toBe('app()\n')
    const ofBrotli = await ask(hashed, { range: 'bytes=0-3', 'accept-encoding': 'br' })
    expect(ofBrotli.body).toEqual(brotliCompressSync(script).subarray(0, 4))
    const doubtful = await ask(hashed, { range: 'bytes=6-11', 'if-range': '"of another day"' })
    expect([doubtful.status, doubtful.body.toString()]).toEqual([200, script])
    expect((await ask(hashed, { range: 'bytes=999999-' })).status).toBe(416)
  })
})

test('files with a hash in their name are cached for ever, and all others are revalidated each time', async () => {
  const lifetimes = await Promise.all([hashed, named, '/icon.svg', '/', '/c/1'].map((path) => ask(path)))
  expect(lifetimes.map(({ headers }) => headers['cache-control'])).toEqual([
    'public, max-age=31536000, immutable',
    ...Array(4).fill('no-cache'),
  ])
  const page = await ask('/')
  expect((await ask('/', { 'if-none-match': page.headers.etag ?? '' })).status).toBe(304)
  expect(page.headers['content-security-policy']).toContain("script-src 'self'")
})

test('a linked file has the tag of its target, and a file changed later gets a new tag', async () => {
  const tagOf = async (path: string) => (await ask(path)).headers.etag
  expect(await tagOf('/linked.svg')).toBe(await tagOf('/icon.svg'))
  expect((await ask('/broken.svg')).status).toBe(404)
  await writeFile(join(webRoot, 'later.svg'), '<svg/>')
  const { headers } = await ask('/later.svg')
  expect(headers.etag).toMatch(/^"[\w-]{20,}"$/)
  expect((await ask('/later.svg', { 'if-none-match': headers.etag ?? '' })).status).toBe(304)
  await writeFile(join(webRoot, 'later.svg'), '<svg><g/></svg>')
  const again = await ask('/later.svg', { 'if-none-match': headers.etag ?? '' })
  expect([again.status, again.body.toString()]).toEqual([200, '<svg><g/></svg>'])
})

test('/index.html and /embed.html are answered exactly like / and /embed', async () => {
  for (const [named, place] of [
    ['/index.html', '/'],
    ['/embed.html', '/embed'],
  ] as const) {
    const [file, page] = [await ask(named), await ask(place)]
    expect(file.body.toString()).toBe(page.body.toString())
    for (const name of ['etag', 'cache-control', 'content-security-policy']) {
      expect(file.headers[name], `${name} of ${named}`).toBe(page.headers[name])
    }
  }
})

test('missing files are not found, and files outside of the folder cannot be read', async () => {
  const missing = await ask('/assets/other.js')
  expect([missing.status, missing.headers['cache-control']]).toEqual([404, undefined])
  for (const path of ['/../package.json', '/%2e%2e/package.json', '/assets/..%2f..%2fpackage.json', '/assets/%00.js']) {
    expect((await ask(path)).body.toString()).not.toContain('"name"')
  }
})

describe('the embedded chat', () => {
  const loosened = async (path: string, sent: Record<string, string> = {}) => {
    const { status, headers } = await ask(path, sent)
    return {
      status,
      ancestors: /frame-ancestors ([^;]+)/.exec(headers['content-security-policy'] ?? '')?.[1],
      resources: headers['cross-origin-resource-policy'],
    }
  }

  test('may be framed by the same origin and the configured ones, and its script may be loaded by any page', async () => {
    expect(await loosened('/embed')).toEqual({
      status: 200,
      ancestors: "'self' https://app.example",
      resources: 'same-origin',
    })
    expect(await loosened('/embed.js')).toEqual({ status: 200, ancestors: "'none'", resources: 'cross-origin' })
    expect((await ask('/embed')).body.toString()).toContain('./assets/embed-1a2b3c.js')
  })

  test.each(['/embed', '/embed.js'])('%s has the same relaxed headers when it is answered 304', async (path) => {
    const { etag = '' } = (await ask(path)).headers
    expect(await loosened(path, { 'if-none-match': etag })).toEqual({ ...(await loosened(path)), status: 304 })
  })

  test.each(['/', '/c/1', '/embedded', '/embed/', '/api/v1/users/me', hashed])(
    '%s has the usual strict headers',
    async (path) => {
      expect(await loosened(path)).toMatchObject({ ancestors: "'none'", resources: 'same-origin' })
    },
  )

  test.each([
    'app.example',
    'https://app.example/',
    'https://app.example; script-src *',
    'https://app.example *',
    'javascript:alert(1)',
    'null',
    '',
  ])('%j as an allowed embedding origin fails the start', (origin) => {
    expect(() => embeddingPages([origin])).toThrow('is no origin')
  })
})
