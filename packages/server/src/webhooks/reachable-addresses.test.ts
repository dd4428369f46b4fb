import type { LookupAddress } from 'node:dns'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostJson, type PostJson } from './post-json.ts'
import { createMayReach, guardedLookup, UnreachableAddress } from './reachable-addresses.ts'

const mayReach = createMayReach([])

test.each([
  ['8.8.8.8', 'the internet'],
  ['2606:4700:4700::1111', 'the internet'],
  ['::ffff:8.8.8.8', 'the internet, as IPv4 mapped to IPv6'],
])('%s is allowed: %s', (address) => {
  expect(mayReach(address)).toBe(true)
})

test.each([
  ['127.0.0.1', 'this machine'],
  ['127.8.8.8', 'this machine'],
  ['::1', 'this machine'],
  ['0.0.0.0', 'this machine, on Linux'],
  ['0.1.2.3', 'no network'],
  ['::', 'this machine, on Linux'],
  ['10.0.0.1', 'a private network'],
  ['172.16.0.1', 'a private network'],
  ['172.31.255.255', 'a private network'],
  ['192.168.1.1', 'a private network'],
  ['fd00::1', 'a private network'],
  ['fc00::1', 'a private network'],
  ['169.254.169.254', 'one link, and the keys of a cloud'],
  ['fe80::1', 'one link'],
  ['fe80::1%eth0', 'one link'],
  ['fec0::1', 'one site'],
  ['100.64.0.1', 'a provider'],
  ['100.100.100.200', 'a provider, and the keys of a cloud'],
  ['224.0.0.1', 'many'],
  ['ff02::1', 'many'],
  ['255.255.255.255', 'all'],
  ['192.0.0.192', 'nobody'],
  ['192.0.2.1', 'documents'],
  ['198.51.100.1', 'documents'],
  ['203.0.113.1', 'documents'],
  ['2001:db8::1', 'documents'],
  ['198.18.0.1', 'measurements'],
  ['240.0.0.1', 'nobody yet'],
  ['::ffff:127.0.0.1', 'this machine, in the clothes of IPv6'],
  ['::ffff:7f00:1', 'this machine, in the clothes of IPv6'],
  ['::ffff:10.0.0.1', 'a private network, in the clothes of IPv6'],
  ['::127.0.0.1', 'this machine, in old clothes of IPv6'],
  ['::ffff:0:7f00:1', 'this machine, translated'],
  ['64:ff9b::7f00:1', 'this machine, translated'],
  ['64:ff9b:1::a00:1', 'a private network, translated'],
  ['2002:7f00:1::', 'this machine, through a tunnel'],
  ['2001:0:7f00:1::', 'somewhere, through a tunnel'],
  ['', 'no address'],
  ['localhost', 'no address'],
  ['127.0.0.1 ', 'no address'],
])('%s is refused: %s', (address) => {
  expect(mayReach(address)).toBe(false)
})

test('addresses in the networks named by the operator are allowed, and no other private ones', () => {
  const reach = createMayReach(['loopback', '10.1.0.0/16', 'fd00:1::/32', '192.168.7.7'])
  const named = ['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.1.2.3', '::ffff:10.1.2.3', 'fd00:1::7', '192.168.7.7']
  for (const address of named) expect(reach(address), address).toBe(true)
  for (const address of ['10.2.0.1', 'fd00:2::7', '192.168.7.8', '169.254.169.254', '']) {
    expect(reach(address), address).toBe(false)
  }
  expect(() => createMayReach(['nginx'])).toThrow()
})

describe('a request', () => {
  let server: Server
  let port: number
  const asked: string[] = []
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '')
      const target = `http://127.0.0.1:${port}/secret`
      if (request.url === '/moved') response.writeHead(307, { location: target }).end()
      else if (request.url === '/endless') response.writeHead(200).write('x'.repeat(100_000))
      else if (request.url === '/slow') response.writeHead(202).write('x')
      else if (request.url === '/upgrade') response.writeHead(101, { connection: 'upgrade', upgrade: 'x' }).end()
      else if (request.url !== '/silent') response.writeHead(204).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  const never = new AbortController().signal
  const reachThis = createMayReach(['loopback'])
  /** Resolves names by these answers, one after the other. */
  const names = (...answers: string[][]) => {
    const asked: string[] = []
    return {
      asked,
      resolve: (host: string, _: unknown, answer: (error: null, addresses: LookupAddress[]) => void) => {
        const addresses = answers[asked.length] ?? answers.at(-1) ?? []
        asked.push(host)
        answer(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        )
      },
    }
  }
  const poster = (reach = mayReach, resolve?: ReturnType<typeof names>['resolve'], timeoutMs = 60_000) =>
    createPostJson({ mayReach: reach, lookup: guardedLookup(reach, resolve), timeoutMs })
  const at = (path: string, host = '127.0.0.1') => new URL(`http://${host}:${port}${path}`)
  const send = (post: PostJson, url: URL) => post(url, '{}', {}, never)

  test.each([
    '127.0.0.1',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '0',
  ])('to this machine written as %s is refused before anything is sent', async (host) => {
    asked.length = 0
    await expect(send(poster(), at('/', host))).rejects.toThrow(UnreachableAddress)
    expect(asked).toEqual([])
  })

  test('to a name is sent only to addresses that are allowed', async () => {
    const hidden = names(['10.0.0.1', '::ffff:127.0.0.1', 'fe80::1'])
    await expect(send(poster(mayReach, hidden.resolve), at('/', 'endpoint.example'))).rejects.toThrow(
      'endpoint.example is in a network that webhooks may not reach',
    )
    const mixed = names(['10.0.0.1', '127.0.0.1'])
    expect(await send(poster(reachThis, mixed.resolve), at('/', 'endpoint.example'))).toMatchObject({ status: 204 })
  })

  test('is sent to the address that was checked, even if the name resolves to another one a moment later', async () => {
    asked.length = 0
    const rebound = names(['8.8.8.8'], ['127.0.0.1'])
    // As somebody sees it who checks a name, and connects by it afterwards.
    rebound.resolve('endpoint.example', {}, () => {})
    await expect(send(poster(mayReach, rebound.resolve), at('/', 'endpoint.example'))).rejects.toThrow(
      UnreachableAddress,
    )
    expect(asked).toEqual([])
    // The name is asked for once, and what it answers the next time is not asked for.
    const once = names(['127.0.0.1'], ['10.0.0.1'])
    expect(await send(poster(reachThis, once.resolve), at('/', 'endpoint.example'))).toMatchObject({ status: 204 })
    expect(once.asked).toHaveLength(1)
  })

  test('does not follow redirects', async () => {
    asked.length = 0
    expect(await send(poster(reachThis), at('/moved'))).toMatchObject({ status: 307 })
    expect(asked).toEqual(['/moved'])
  })

  test('does not wait for the end of a long answer', async () => {
    expect(await send(poster(reachThis), at('/endless'))).toMatchObject({ status: 200 })
    expect(await send(poster(reachThis, undefined, 300), at('/slow'))).toMatchObject({ status: 202 })
  })

  test('without an answer ends at the time limit, or when the server closes', async () => {
    await expect(send(poster(reachThis, undefined, 100), at('/silent'))).rejects.toThrow('no answer in time')
    const closing = new AbortController()
    const sending = poster(reachThis)(at('/silent'), '{}', {}, closing.signal)
    closing.abort()
    await expect(sending).rejects.toThrow('no answer in time')
    await expect(send(poster(reachThis), at('/upgrade'))).rejects.toThrow()
  })
})
