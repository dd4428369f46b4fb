import { type Config, ConfigError, readConfig } from './config.ts'
import { createStore } from './features/index.ts'
import { withDatabase } from './storage/command-database.ts'
import { newWebhookSecret } from './webhooks/signature.ts'
import {
  createWebhookDesk,
  type WebhookDelivery,
  type WebhookDesk,
  type WebhookState,
} from './webhooks/webhook-desk.ts'
import { readEndpoints } from './webhooks/webhook-endpoints.ts'

const usage = `Say what to do:
  parley webhook secret                       a new secret for an endpoint
  parley webhook list                         the endpoints, and how they are
  parley webhook log [ENDPOINT]               the newest deliveries
  parley webhook replay DELIVERY              sends one delivery again
  parley webhook replay failed [SINCE]        sends again what was given up, all or since a time such as 2026-11-30T12:00
  parley webhook enable ENDPOINT              tells an endpoint again that had answered 410
each with the options of the server`

/**
 * Runs `parley webhook secret | list | log | replay | enable`, all but the first on the database of the options, beside
 * a running server or without one. Resolves with false, having done nothing, if the first word is not `webhook`;
 * otherwise with true, when the result is printed to stdout. It sends no request: a server sends what `replay` queues.
 * Rejects with ConfigError for words, options, ids and times that cannot be used, and with DatabaseRefused or another
 * error if the database cannot.
 */
export async function runWebhookCommand(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<boolean> {
  const [command, ...rest] = words
  if (command !== 'webhook') return false
  const flagsFrom = rest.findIndex((word) => word.startsWith('--'))
  const [own, flags] = flagsFrom < 0 ? [rest, []] : [rest.slice(0, flagsFrom), rest.slice(flagsFrom)]
  const config = readConfig(flags, environment)
  process.stdout.write(`${own[0] === 'secret' ? newWebhookSecret() : await atDesk(config, own)}\n`)
  return true
}

async function atDesk(config: Config, [verb, ...given]: readonly string[]): Promise<string> {
  const work = verbs.get(verb ?? '')
  if (!work) throw new ConfigError(usage)
  return withDatabase(config, (db) => {
    const [endpoints, store] = [readEndpoints(config.webhooks), createStore(db)]
    return work(createWebhookDesk({ endpoints, store, write: (change) => change(store), changed: () => {} }), given)
  })
}

type Verb = (desk: WebhookDesk, given: readonly string[]) => Promise<string>

const verbs = new Map<string, Verb>([
  ['list', async (desk) => (await desk.list()).map(lineOfEndpoint).join('\n') || 'There are no webhooks (WEBHOOKS).'],
  [
    'log',
    async (desk, [endpoint]) =>
      (await desk.log(endpoint === undefined ? {} : { endpoint })).map(lineOfDelivery).join('\n') || 'Nothing yet.',
  ],
  ['replay', replay],
  [
    'enable',
    async (desk, [endpoint]) => {
      if (endpoint === undefined) throw new ConfigError('Say which: parley webhook enable ENDPOINT')
      if (!(await desk.enable(endpoint))) throw new ConfigError(`${endpoint} is not off.`)
      return `${endpoint} is on again. A running server notices within a minute.`
    },
  ],
])

async function replay(desk: WebhookDesk, [which, since]: readonly string[]): Promise<string> {
  if (which === undefined) throw new ConfigError('Say which: parley webhook replay DELIVERY, or failed')
  if (which !== 'failed') {
    if ((await desk.replay({ id: which })) === 0) throw new ConfigError(`There is no delivery ${which}.`)
    return `${which} is sent again.`
  }
  const failedSince = since === undefined ? 0 : Date.parse(since)
  if (Number.isNaN(failedSince)) throw new ConfigError(`${since} is no time such as 2026-11-30T12:00.`)
  const count = await desk.replay({ failedSince })
  return `${count} ${count === 1 ? 'delivery is' : 'deliveries are'} sent again.`
}

const timeOf = (milliseconds: number) => new Date(milliseconds).toISOString()

const lineOfEndpoint = ({ id, url, disabledAt, waiting, failed, oldestWaitingAt }: WebhookState) => {
  const since = oldestWaitingAt === null ? '' : ` since ${timeOf(oldestWaitingAt)}`
  const state = disabledAt === null ? 'on' : `off since ${timeOf(disabledAt)} (it answered 410)`
  return `${id}  ${url}  ${state}, ${waiting} waiting${since}, ${failed} failed`
}

const lineOfDelivery = ({ id, endpoint, type, state, tries, note, createdAt }: WebhookDelivery) =>
  [timeOf(createdAt), id, endpoint, type, state, `tries: ${tries}`, note].join('  ')
