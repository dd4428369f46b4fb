export type { Credentials, HostUser } from './auth/authenticate.ts'
export type { Dialect } from './dialects/dialect.ts'
export { createParley, type Parley, type ParleyOptions } from './server.ts'
