import { type Input, type OperationName, type Output, operations, type Reply, type WireError } from '@parley/protocol'

/** Thrown by `call` when the server refuses. */
export class Refusal extends Error {
  readonly error: WireError

  constructor(name: OperationName, error: WireError) {
    super(`${name}: ${error.code}: ${error.message}`)
    this.error = error
  }
}

/**
 * Runs an operation over REST on this machine, once, with the method and path of the catalogue. Resolves with its
 * output; rejects with a Refusal if the server refuses.
 *
 * @example const { user } = await call(3000, 'user.me', {}, accessToken)
 */
export const call = async <N extends OperationName>(
  port: number,
  name: N,
  input: Input<N>,
  token?: string,
): Promise<Output<N>> => {
  const { method, path } = operations[name].http
  const fields = new Map<string, unknown>(Object.entries(input))
  const filled = path.replace(/:(\w+)/g, (_, field: string) => {
    const value = String(fields.get(field))
    fields.delete(field)
    return encodeURIComponent(value)
  })
  const rest = Object.fromEntries(fields)
  const query = method === 'GET' ? `?${new URLSearchParams(Object.entries(rest).map(([k, v]) => [k, String(v)]))}` : ''
  const response = await fetch(`http://127.0.0.1:${port}/api/v1${filled}${query}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    ...(method === 'GET' ? {} : { body: JSON.stringify(rest) }),
  })
  const reply = (await response.json()) as Reply<Output<N>>
  if (!reply.ok) throw new Refusal(name, reply.error)
  return reply.data
}

/**
 * Runs `act` for each item, at most `atOnce` at the same time; resolves when all are done. Rejects with the first
 * error, while the others go on.
 */
export const eachOf = async <T>(
  items: readonly T[],
  atOnce: number,
  act: (item: T, i: number) => Promise<void>,
): Promise<void> => {
  const queue = items.entries()
  const work = async () => {
    for (const [i, item] of queue) await act(item, i)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work))
}
