import type { Dialect } from './dialect.ts'
import { rooms } from './rooms/rooms.ts'

/** Every foreign vocabulary that Parley brings. */
export const dialects: readonly Dialect[] = [rooms]
