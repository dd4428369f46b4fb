import { openDirect, say } from '@parley/server/testing/people'
import { expect, test } from 'vitest'
import type { Fields } from '../dialects/inbox.ts'
import { Rest } from '../dialects/rest.ts'
import { threeNodes } from './nodes.ts'

/*
 * Numbered pages of foreign clients, each of which is asked of another node.
 */

const nodes = threeNodes()

test('pages do not move while messages arrive, if each is asked of another node', async () => {
  const [ana, bo] = [await nodes.arriveAt(0, 'ana'), await nodes.arriveAt(1, 'bo')]
  const direct = await openDirect(ana, bo)
  const texts: string[] = []
  const sayMore = async (count: number) => {
    for (let some = 0; some < count; some += 1) {
      texts.unshift(String(texts.length + 1))
      await say(ana, direct, texts[0])
    }
  }
  const ask = async <B>(node: number, path: string) => {
    const { status, body } = await new Rest(nodes.server().at(node).url, bo.signedIn.accessToken).get<B>(path)
    expect(status).toBe(200)
    return body
  }
  await sayMore(25)
  const expected = [texts.slice(0, 10), texts.slice(10, 20), texts.slice(20)]
  const jobMarket: unknown[] = []
  const encrypting: unknown[] = []
  for (const node of [0, 1, 2]) {
    const numbered = `/api/chat/conversations/${direct}/messages?page=${node + 1}&limit=10`
    const { data } = await ask<{ data: { messages: { content: Fields }[] } }>(node, numbered)
    jobMarket.push(data.messages.map(({ content }) => content.text))
    const behind = `/api/messages/${direct}?limit=10&offset=${node * 10}`
    const page = await ask<{ data: Fields[] }>(node, behind)
    encrypting.push(page.data.map(({ content_encrypted: content }) => content))
    await sayMore(3)
  }
  expect(jobMarket).toEqual(expected)
  expect(encrypting).toEqual(expected)
})
