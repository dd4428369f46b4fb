import type { SignedIn } from '@parley/protocol'
import type { TestSocket } from '@parley/server/testing'
import { newId } from '@parley/server/testing/people'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { picture } from './sample-files.ts'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

let stage: Stage
let ana: SignedIn
let socket: TestSocket
let visitor: Visitor

beforeAll(async () => {
  stage = await startStage()
  ana = await stage.server.register('ana')
  socket = await stage.server.connect(ana)
  visitor = await stage.signedIn('ana')
})
afterAll(() => stage?.close())

/** What a file that executes would do: leave a mark in the storage of the app's origin. */
const mark = "localStorage.setItem('executed', 'yes'); parent.document && (parent.document.title = 'executed')"
const page = `<!doctype html><html><body><script>${mark}</script></body></html>`
const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="${mark}"><script>${mark}</script></svg>`
const png = picture('x.png', 2, 2).buffer
const gif = `GIF89a/*${'\0'.repeat(8)}*/=0;${mark}`

const hostile: readonly [name: string, kind: 'image' | 'file' | 'video', bytes: string | Buffer][] = [
  ['drawing.svg', 'image', svg],
  ['drawing.svg', 'file', svg],
  ['page.png', 'image', page],
  ['page.html', 'file', page],
  ['page.xhtml', 'file', `<html xmlns="http://www.w3.org/1999/xhtml"><script>${mark}</script></html>`],
  ['program.js', 'file', mark],
  ['polyglot.gif', 'image', gif],
  ['polyglot.png', 'image', Buffer.concat([png, Buffer.from(page)])],
  ['photo.png.html', 'file', Buffer.concat([png, Buffer.from(page)])],
  ['film.mp4', 'video', Buffer.concat([Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp42'), Buffer.from(page)])],
  ['feed.xml', 'file', `<?xml version="1.0"?><?xml-stylesheet href="data:text/xsl,x"?><a><script>${mark}</script></a>`],
]

/** Those that the server took and gave back. */
const served: string[] = []

/** Uploads a file; undefined if the server refuses it. */
async function upload(name: string, kind: 'image' | 'file' | 'video', bytes: Buffer): Promise<string | undefined> {
  const id = newId()
  await socket.ask('attachment.create', { id, kind, name, size: bytes.length })
  const response = await fetch(`${stage.server.url}/api/v1/uploads/${id}`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${ana.accessToken}`,
      'tus-resumable': '1.0.0',
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
    },
    body: new Uint8Array(bytes),
  })
  if (!response.ok) return undefined
  const { urls } = await socket.ask('attachment.sign', { attachmentIds: [id] })
  return urls[0]?.original
}

const isExecuted = () =>
  visitor.page.evaluate(() => localStorage.getItem('executed') !== null || document.title === 'executed')

test.each(hostile)(
  '%s as %s executes nowhere: as a picture, as a script, opened directly',
  async (name, kind, content) => {
    const path = await upload(name, kind, Buffer.from(content as string))
    if (path === undefined) return
    served.push(name)
    const address = `${stage.server.url}${path}`
    const head = await fetch(address)
    expect(head.headers.get('x-content-type-options')).toBe('nosniff')
    expect(head.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    expect(head.headers.get('content-type')).not.toMatch(/html|svg|xml|script|text/)

    await visitor.page.evaluate(async (src) => {
      const settled = (element: HTMLElement) =>
        new Promise<void>((resolve) => {
          for (const event of ['load', 'error']) element.addEventListener(event, () => resolve())
          document.body.append(element)
        })
      await settled(Object.assign(document.createElement('img'), { src }))
      await settled(Object.assign(document.createElement('script'), { src }))
    }, address)
    expect(await isExecuted()).toBe(false)

    // A tab of the same browser, with the same origin: what is executed there would leave its mark.
    const tab = await visitor.page.context().newPage()
    await tab.goto(address).catch(() => undefined)
    await tab.close()
    expect(await isExecuted()).toBe(false)
  },
)

test('most of them were given back, so that something was looked at', () => {
  expect(served.length).toBeGreaterThan(hostile.length / 2)
})

test('the mark itself works: the same text as a page of the origin leaves it', async () => {
  await visitor.page.evaluate(() => localStorage.setItem('executed', 'yes'))
  expect(await isExecuted()).toBe(true)
})
