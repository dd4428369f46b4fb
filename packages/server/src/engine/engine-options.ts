import { FrugalWebSocketServer } from './receive-limit.ts'

/**
 * Options of every engine: our websocket server, which uses the `ws` that we pin instead of the one that Engine.IO
 * finds.
 */
export const engineOptions = { wsEngine: FrugalWebSocketServer, perMessageDeflate: false }
