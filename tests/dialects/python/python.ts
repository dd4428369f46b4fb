import { spawnSync } from 'node:child_process'

/** What the clients import, and Debian's packages that bring it. */
const modules = 'socketio, requests, websocket'
/** Debian's packages with what the clients in Python import. */
export const packages = 'python3-socketio python3-requests python3-websocket'

/**
 * A Python that has these modules; undefined if there is none. Tries Debian's own first, because another one on the
 * PATH does not see its packages.
 */
export const pythonProgram = (): string | undefined =>
  ['/usr/bin/python3', 'python3'].find(
    (program) => spawnSync(program, ['-c', `import ${modules}`], { stdio: 'ignore' }).status === 0,
  )
