import { spawnSync } from 'node:child_process'

/** What the clients import, and Debian's packages that bring it. */
const modules = 'socketio, requests, websocket'
export const packages = 'python3-socketio python3-requests python3-websocket'

/** A Python with these modules. Debian's own comes first: another one on the PATH does not see its packages. */
export const pythonProgram = (): string | undefined =>
  ['/usr/bin/python3', 'python3'].find(
    (program) => spawnSync(program, ['-c', `import ${modules}`], { stdio: 'ignore' }).status === 0,
  )
