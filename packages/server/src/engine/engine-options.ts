import { FrugalWebSocketServer } from './receive-limit.ts'

/** What every engine of ours is made with: the `ws` whose version we pin, and not the one that Engine.IO finds. */
export const engineOptions = { wsEngine: FrugalWebSocketServer, perMessageDeflate: false }
