import type { Logger } from 'pino'

interface Bounds {
  /** Lines of one kind … */
  most: number
  /** … in this time. */
  everyMs: number
}

/** What a line may tell of an error: a database's driver hangs the values of a row on it, and so what people wrote. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error }
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  const inner = error instanceof AggregateError ? { errors: error.errors.slice(0, 10).map(describeError) } : {}
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(code === undefined ? {} : { code }),
    ...(errcode === undefined ? {} : { errcode }),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
    ...inner,
  }
}

/**
 * The same log, in which nobody can write more lines than a disk or a reader can take, however much invalid input they send.
 * What is left out is counted, and its number told in one line. Level debug is not bounded: who asks for it wants all.
 */
export function boundedLog(log: Logger, { most, everyMs }: Bounds = { most: 100, everyMs: 10_000 }): Logger {
  const bounded = log.child({}, { serializers: { err: describeError } })
  const counts = new Map<string, number>()
  let until = 0

  const tell = () => {
    for (const [kind, count] of counts) {
      if (count > most) log.warn({ kind, lines: count - most }, 'lines left out')
    }
    counts.clear()
  }

  const takes = (kind: string): boolean => {
    if (performance.now() >= until) {
      tell()
      until = performance.now() + everyMs
    }
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    // A flood that ends tells its number too, not only one that goes on.
    if (count === most + 1) setTimeout(tell, Math.max(0, until - performance.now())).unref()
    return count <= most
  }

  for (const level of ['error', 'warn', 'info', 'debug'] as const) {
    const write = bounded[level].bind(bounded)
    const isWritten = bounded.isLevelEnabled(level)
    bounded[level] = (details: unknown, message?: string) => {
      if (!isWritten || (level !== 'debug' && !takes(kindOf(details, message)))) return
      try {
        write(details, message)
      } catch {
        // A log that cannot be written, on a full disk perhaps, costs nobody their answer.
      }
    }
  }
  return bounded
}

/** The text of a line is ours; a code of the catalogue tells one refusal from another. */
const kindOf = (details: unknown, message = ''): string =>
  typeof details === 'object' && details !== null && 'code' in details ? `${message}: ${details.code}` : message
