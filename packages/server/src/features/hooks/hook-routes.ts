import { createHash } from 'node:crypto'
import { Id } from '@parley/protocol'
import { Hono, type Context as HttpContext } from 'hono'
import { v7 as uuidv7 } from 'uuid'
import type { Caller } from '../../core/context.ts'
import type { ByteRoutes } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { OperationError } from '../../core/operation-error.ts'
import { matchesHash } from '../../keys/key-text.ts'
import { limitBody, textOf } from '../../web/rest.ts'
import type { HookRow } from './hook-store.ts'

/**
 * Makes the route to which other systems post messages. Each is sent as its bot, with the same rules and rate limits as
 * any message, and gets the answer of `message.send`. The body is JSON with a string `text`; other fields are ignored.
 * Anything else gets `invalid_input`, as do a body that is too large and a malformed `Idempotency-Key`. The same
 * `Idempotency-Key` again makes no second message, and gets `message_id_conflict` with another text. All wrong
 * addresses get `not_found`, and so do those whose bot or maker is deactivated or suspended.
 */
export const hookRoutes =
  (kernel: Pick<Kernel, 'store'>): ByteRoutes =>
  (web) => {
    const app = new Hono()
    app.onError((error, c) => web.failed(c, error))
    const path = '/hooks/:hookId/:secret'
    app.use(
      path,
      limitBody((c) => web.refuse(c, new OperationError('invalid_input', 'The body is too large.'))),
    )
    app.post(path, async (c) => {
      const row = await hookOf(kernel, c.req.param('hookId'), c.req.param('secret'))
      const caller = row && (await botOf(kernel, row))
      if (!caller) throw new OperationError('not_found')
      const text = readText(await textOf(c.req.raw).catch(refuseBody))
      const id = messageIdOf(c, row)
      const input = { conversationId: row.conversation_id, id, body: { kind: 'plain', text } }
      return web.answer(c, await web.run(c, 'message.send', input, caller))
    })
    return app
  }

async function hookOf({ store }: Pick<Kernel, 'store'>, id: string, secret: string): Promise<HookRow | undefined> {
  const row = Id.safeParse(id).success ? await store.hooks.byId(id) : undefined
  return row && matchesHash(secret, row.secret_hash) ? row : undefined
}

/** Undefined if the user who made the address, and so knows its secret, cannot come in any more. */
async function botOf({ store }: Pick<Kernel, 'store'>, { user_id, created_by }: HookRow): Promise<Caller | undefined> {
  if (!(await store.users.entrant(created_by))) return undefined
  const entrant = await store.users.entrant(user_id)
  return entrant && { user: entrant.user, sessionId: null, socket: null }
}

const refuseBody = (): never => {
  throw new OperationError('invalid_input', 'The body must be a JSON object with a text, such as { "text": "Hello" }.')
}

/** The field `text`. Other fields, which systems made for Slack send, are ignored. */
function readText(body: string): unknown {
  const value = parsed(body)
  const { text } = Object(value) as { text?: unknown }
  return typeof text === 'string' ? text : refuseBody()
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return refuseBody()
  }
}

const longestKey = 255

/**
 * A new id, or one derived from the Idempotency-Key, so that a repeated request is one message. It also depends on the
 * secret, so that others cannot guess it.
 */
function messageIdOf(c: HttpContext, { id, secret_hash }: HookRow): string {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return uuidv7()
  if (!/^[\x21-\x7e]+$/.test(key) || key.length > longestKey) {
    throw new OperationError('invalid_input', `Idempotency-Key: 1 to ${longestKey} characters of ASCII without spaces`)
  }
  return uuidv7({ random: createHash('sha256').update(`${id} ${secret_hash} ${key}`).digest(), msecs: 0 })
}
