import { Decoder, Encoder } from 'socket.io-parser'

/** In the form of Socket.IO's `parser` option. */
export const plainParser = { Encoder, Decoder }
