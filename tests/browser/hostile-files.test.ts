import type { Attachment } from '@parley/protocol'
import { hostileFiles } from '@parley/server/testing/hostile-files'
import { arrive, newId, type Person } from '@parley/server/testing/people'
import { fileOf, tokenOf, upload } from '@parley/server/testing/uploads'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  everyWay,
  type Opened,
  openBarePage,
  openDirectly,
  openInWorker,
  openOnPage,
  type Way,
} from './opened-files.ts'
import { type Stage, startStage } from './stage.ts'

interface Served {
  what: string
  attachment: Attachment
  /** Addresses of the file by signature and by session, and that of its thumbnail by signature. */
  signed: string
  bySession: string
  thumbnail: string | null
  headers: Record<string, string>
  body: Buffer
}

let stage: Stage
let page: Page
const served: Served[] = []
/** The files that asked for something when they were opened, which one without the app's origin can do, too. */
const asked = new Set<string>()

beforeAll(async () => {
  stage = await startStage()
  const ana = await arrive(stage.server)
  const left = hostileFiles.keys()
  const serveSome = async () => {
    for (const at of left) served[at] = await serve(ana, at)
  }
  await Promise.all([serveSome(), serveSome(), serveSome()])
  const extraHTTPHeaders = { authorization: `Bearer ${tokenOf(ana)}` }
  page = (await stage.visitor({ extraHTTPHeaders, acceptDownloads: false })).page
  page.context().on('request', (request) => {
    const { pathname, search } = new URL(request.url())
    if (pathname === '/executed') asked.add(whatOf(search.slice(1)))
  })
  await openBarePage(page, stage.server.url)
})
afterAll(() => stage?.close())

const whatOf = (at: string | number) => hostileFiles[Number(at)]?.[0] ?? 'another'

async function serve(ana: Person, at: number): Promise<Served> {
  const [what, name, make, kind = 'image'] = hostileFiles[at] as (typeof hostileFiles)[number]
  const address = `/executed?${at}`
  // What runs in the app's origin leaves a mark in its storage.
  const program = `try{localStorage.setItem('executed ${at}',1)}catch{}fetch('${address}')`
  const id = newId()
  const attachment = await upload(stage.server, ana, await make({ program, address }), { id, kind, name })
  const [urls] = (await ana.ask('attachment.sign', { attachmentIds: [id] })).urls
  const answer = await fileOf(stage.server, id, ana)
  return {
    what,
    attachment,
    signed: `${stage.server.url}${urls?.original}`,
    bySession: answer.url,
    thumbnail: urls?.thumbnail ? stage.server.url + urls.thumbnail : null,
    headers: Object.fromEntries(answer.headers),
    body: Buffer.from(await answer.arrayBuffer()),
  }
}

/** What was executed since the last look: in the app's origin, and in any. */
async function executed(): Promise<{ inOrigin: string[]; anywhere: string[] }> {
  const keys = await page.evaluate(() => {
    const marks = Object.keys(localStorage).filter((key) => key.startsWith('executed '))
    for (const key of marks) localStorage.removeItem(key)
    return marks
  })
  const anywhere = [...asked]
  asked.clear()
  return { inOrigin: keys.map((key) => whatOf(key.slice('executed '.length))), anywhere }
}
const nothing = { inOrigin: [], anywhere: [] }

const isSaved = ({ headers }: Served) => headers['content-disposition']?.startsWith('attachment')

test('no hostile file executes, however a page of the app’s origin opens it', async () => {
  expect(served.length).toBeGreaterThanOrEqual(60)
  const signed = served.map((one) => one.signed)
  const origins = await openOnPage(page, signed, everyWay)
  // What is shown in a frame is shown in an origin of its own.
  expect(new Set(origins)).toEqual(new Set(['null']))
  const others = served.flatMap(({ bySession, thumbnail }) => [bySession, thumbnail ?? []].flat())
  await openOnPage(page, others, ['style', 'program'])
  await openInWorker(page, others)
  expect(await executed()).toEqual(nothing)
})

test('no hostile file executes when its address is opened: it is saved, or shown in an origin of its own', async () => {
  const left = served.values()
  const openSome = async () => {
    const tab = await page.context().newPage()
    for (const one of left) {
      const opened: Opened = isSaved(one) ? { savedAs: one.attachment.name } : { origin: 'null' }
      expect([one.what, await openDirectly(tab, one.bySession)]).toEqual([one.what, opened])
    }
    await tab.close()
  }
  await Promise.all([openSome(), openSome(), openSome()])
  expect(await executed()).toEqual(nothing)
})

const typeByName: Record<string, string> = {
  svg: 'image/svg+xml',
  xhtml: 'application/xhtml+xml',
  rss: 'application/xml',
  xml: 'application/xml',
}

/** Opens files as if of the headers of their answers these alone were left; without a type they have that of a page. */
async function openWith(kept: readonly string[], ways: readonly Way[], files: readonly Served[] = served) {
  const pattern = '**/with-fewer-headers/*'
  await page.route(pattern, (route) => {
    const { attachment, body, headers } = files[Number(route.request().url().split('/').at(-1))] as Served
    const left = Object.fromEntries(Object.entries(headers).filter(([name]) => kept.includes(name)))
    const asNamed = typeByName[attachment.name.split('.').at(-1) ?? ''] ?? 'text/html'
    return route.fulfill({ body, headers: { 'content-type': asNamed, ...left } })
  })
  const addresses = files.map((_, at) => `${stage.server.url}/with-fewer-headers/${at}`)
  await openOnPage(page, addresses, ways)
  await page.unroute(pattern)
  return executed()
}

test('the policy alone, and the disposition alone, prevent pages from executing, which execute without both', async () => {
  const { inOrigin } = await openWith([], ['frame'])
  expect(inOrigin).toEqual(
    expect.arrayContaining([
      'a page',
      'a page of XHTML',
      'a drawing with a program',
      'a film with a page in it',
      'a feed',
    ]),
  )
  const dangerous = served.filter(({ what }) => inOrigin.includes(what))
  expect(await openWith(['content-security-policy'], ['frame'], dangerous)).toEqual(nothing)
  const saved = dangerous.filter(isSaved)
  expect(saved.length).toBeGreaterThan(dangerous.length / 2)
  expect(await openWith(['content-disposition'], ['frame'], saved)).toEqual(nothing)
})

test('the header nosniff prevents programs from executing, which execute without it', async () => {
  const ways = ['program', 'style'] as const
  const { inOrigin, anywhere } = await openWith(['content-type'], ways)
  expect(inOrigin).toEqual(
    expect.arrayContaining(['a program', 'a GIF that is a program', 'a page that is its own program']),
  )
  expect(anywhere).toContain('a style sheet')
  const dangerous = served.filter(({ what }) => anywhere.includes(what))
  expect(await openWith(['content-type', 'x-content-type-options'], ways, dangerous)).toEqual(nothing)
})
