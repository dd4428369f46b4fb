import { Webhook } from 'standardwebhooks'
import { describe, expect, onTestFinished, test } from 'vitest'
import { stopClock } from '../testing/stopped-clock.ts'
import { keyOf, newWebhookSecret, signatureBy } from './signature.ts'
import { verifyWebhook, WebhookRefused } from './verify-webhook.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const body = '{"type":"message.created","timestamp":"2026-11-30T12:00:00.000Z","data":{"conversationId":"c","rev":7}}'
const now = Date.parse('2026-11-30T12:00:01Z')
const id = '01900000-0000-7000-8000-000000000001'
const timestamp = String(now / 1_000)

const headersBy = (...secrets: string[]) => ({
  'webhook-id': id,
  'webhook-timestamp': timestamp,
  'webhook-signature': secrets.map((one) => signatureBy(keyOf(one) as Buffer, { id, timestamp, body })).join(' '),
})

test('a signed body is returned, given as text or bytes, with headers of Node or of fetch', () => {
  const told = {
    id,
    type: 'message.created',
    timestamp: '2026-11-30T12:00:00.000Z',
    data: { conversationId: 'c', rev: 7 },
  }
  const headers = headersBy(secret)
  expect(verifyWebhook(body, headers, secret, { now })).toEqual(told)
  expect(verifyWebhook(Buffer.from(body), new Headers(headers), secret, { now })).toEqual(told)
  const capitals = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]))
  expect(verifyWebhook(body, capitals, secret.slice('whsec_'.length), { now })).toEqual(told)
})

test('while secrets are being exchanged, one valid signature of several is enough', () => {
  const next = newWebhookSecret()
  const both = headersBy(secret, next)
  for (const one of [secret, next, [newWebhookSecret(), next]]) {
    expect(verifyWebhook(body, both, one, { now })).toMatchObject({ id })
  }
  expect(() => verifyWebhook(body, both, newWebhookSecret(), { now })).toThrow(WebhookRefused)
})

describe('refused', () => {
  const good = headersBy(secret)
  test.each([
    ['another body', body.replace('7', '8'), good, now],
    ['another id', body, { ...good, 'webhook-id': `${id}0` }, now],
    ['another time', body, { ...good, 'webhook-timestamp': String(now / 1_000 + 1) }, now],
    [
      'a signature of another version',
      body,
      { ...good, 'webhook-signature': good['webhook-signature'].replace('v1,', 'v2,') },
      now,
    ],
    ['a part of a signature', body, { ...good, 'webhook-signature': good['webhook-signature'].slice(0, -4) }, now],
    ['no signature', body, { ...good, 'webhook-signature': '' }, now],
    ['a missing header', body, { 'webhook-id': id, 'webhook-timestamp': timestamp }, now],
    ['a time that is no number', body, { ...good, 'webhook-timestamp': 'now' }, now],
    ['a body that is too old', body, good, now + 301_000],
    ['a body from the future', body, good, now - 301_000],
  ])('%s', (_, text, headers, at) => {
    expect(() => verifyWebhook(text, headers, secret, { now: at })).toThrow(WebhookRefused)
  })

  test.each([[''], ['whsec_'], ['whsec_c2hvcnQ='], ['no base64 at all, but long enough'], [[]]])(
    'the secret %j, with a TypeError',
    (wrong) => {
      expect(() => verifyWebhook(body, good, wrong, { now })).toThrow(TypeError)
    },
  )
})

test('the receiver can set its own tolerance', () => {
  const headers = headersBy(secret)
  expect(verifyWebhook(body, headers, secret, { now: now + 299_000 })).toMatchObject({ id })
  expect(verifyWebhook(body, headers, secret, { now: now + 3_000_000, toleranceSeconds: 3_600 })).toMatchObject({ id })
  expect(() => verifyWebhook(body, headers, secret, { now: now + 11_000, toleranceSeconds: 10 })).toThrow(
    WebhookRefused,
  )
})

test('signatures are compatible with the reference library of Standard Webhooks', () => {
  const theirs = new Webhook(secret)
  expect(theirs.sign(id, new Date(now), body)).toBe(headersBy(secret)['webhook-signature'])
  const fresh = newWebhookSecret()
  onTestFinished(stopClock().release)
  const seconds = String(Math.floor(Date.now() / 1_000))
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': signatureBy(keyOf(fresh) as Buffer, { id, timestamp: seconds, body }),
  }
  expect(new Webhook(fresh).verify(body, headers)).toEqual(JSON.parse(body))
})
