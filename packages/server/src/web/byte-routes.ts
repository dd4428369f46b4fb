import type { Output, Reply } from '@parley/protocol'
import type { Hono } from 'hono'
import type { Logger } from 'pino'
import type { ByteRoutes, ByteWeb } from '../core/feature.ts'
import { OperationError, toWireError } from '../core/operation-error.ts'
import type { RunOperation } from '../core/run-operation.ts'
import { BlobsUnavailable } from '../storage/blobs/blob-store.ts'
import { answer, answerFailure, answerRefusal, type RequestCallerOptions, requestCaller } from './rest.ts'

interface ByteRouteOptions extends RequestCallerOptions {
  runOperation: RunOperation
  routes: readonly ByteRoutes[]
  allowedOrigins: readonly string[]
  log: Logger
}

/**
 * Makes the routes of features that send and receive bytes, with the callers and answers of REST. Returns one
 * application for each entry of `routes`, in their order, with paths relative to that of the API.
 */
export function byteRoutes(options: ByteRouteOptions): Hono[] {
  const { runOperation, routes, allowedOrigins, log } = options
  const refuse: ByteWeb['refuse'] = (c, error) => answerRefusal(c, error, log)
  const fail = answerFailure(log)
  const web: ByteWeb = {
    callerOf: (c) => requestCaller(c, options),
    run: async (c, name, input, caller) =>
      (await runOperation(name, input, caller, c.get('requestId'))) as Reply<Output<typeof name>>,
    answer,
    refuse,
    failed: (c, error) => {
      if (error instanceof OperationError) return refuse(c, error)
      if (!(error instanceof BlobsUnavailable)) return fail(error, c) as Response
      log.warn({ err: error, requestId: c.get('requestId') }, 'the store of files cannot be reached')
      return answer(c, {
        ok: false,
        error: toWireError(new OperationError('unavailable', undefined, 5_000), c.get('requestId')),
      })
    },
    isForOtherSites: allowedOrigins.length > 0,
  }
  return routes.map((make) => make(web))
}
