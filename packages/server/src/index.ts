export type { Credentials, HostUser } from './auth/authenticate.ts'
export type { Dialect } from './dialects/dialect.ts'
export type { ParleyOptions } from './parley-options.ts'
export { createParley, type Parley } from './server.ts'
