import type { Logger } from 'pino'

interface Bounds {
  /** The most lines of one kind within `everyMs`. */
  most: number
  everyMs: number
}

/**
 * The loggable fields of an error. Others are left out: database drivers attach the values of a row, and so texts of
 * users.
 */
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
 * Makes a child of the log that writes at most `most` lines of each kind (the same message and `code`) within
 * `everyMs`, so that invalid input cannot fill the disk. Further ones are dropped, and a warning tells their number.
 * Only error, warn and info are limited; these and debug take details and a message, no more, and never throw if the
 * log cannot be written. Errors in `err` are reduced to safe fields. Levels are those of the log at this call.
 */
export function boundedLog(log: Logger, { most, everyMs }: Bounds = { most: 100, everyMs: 10_000 }): Logger {
  const bounded = log.child({}, { serializers: { err: describeError } })
  const counts = new Map<string, number>()
  let until = 0

  const reportOmitted = () => {
    for (const [kind, count] of counts) {
      if (count > most) log.warn({ kind, lines: count - most }, 'lines left out')
    }
    counts.clear()
  }

  const allows = (kind: string): boolean => {
    if (performance.now() >= until) {
      reportOmitted()
      until = performance.now() + everyMs
    }
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    // The number is also reported if no further line follows.
    if (count === most + 1) setTimeout(reportOmitted, Math.max(0, until - performance.now())).unref()
    return count <= most
  }

  for (const level of ['error', 'warn', 'info', 'debug'] as const) {
    const write = bounded[level].bind(bounded)
    const isWritten = bounded.isLevelEnabled(level)
    bounded[level] = (details: unknown, message?: string) => {
      if (!isWritten || (level !== 'debug' && !allows(kindOf(details, message)))) return
      try {
        write(details, message)
      } catch {
        // A log that cannot be written, for example on a full disk, must not make the operation fail.
      }
    }
  }
  return bounded
}

/** Lines are of one kind if they have the same text, which is always ours, and the same error code. */
const kindOf = (details: unknown, message = ''): string =>
  typeof details === 'object' && details !== null && 'code' in details ? `${message}: ${details.code}` : message
