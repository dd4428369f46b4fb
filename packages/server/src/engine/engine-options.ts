import { WebSocketServer } from 'ws'

/** What every engine of ours is made with: the `ws` whose version we pin, and not the one that Engine.IO finds. */
export const engineOptions = { wsEngine: WebSocketServer, perMessageDeflate: false }
