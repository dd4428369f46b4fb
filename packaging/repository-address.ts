import { execFileSync } from 'node:child_process'

/**
 * The public address of a repository, in the form of package.json, from that of a git remote. Leaves credentials out.
 * Returns undefined for what others cannot open: a folder, an address by number, a name without a dot.
 *
 * @example publicAddress('git@git.example:chat/parley.git') // 'git+https://git.example/chat/parley.git'
 */
export function publicAddress(remote: string): string | undefined {
  const [, server, path] = remote.match(/^(?:[^@/\s]+@)?([^@:/\s]+):([^/\s]\S*)$/) ?? []
  const address = server === undefined ? remote : `ssh://${server}/${path}`
  if (!URL.canParse(address)) return undefined
  const { protocol, hostname, host, pathname } = new URL(address)
  if (!['https:', 'ssh:', 'git:'].includes(protocol) || !/\.[a-z][\w-]*$/i.test(hostname)) return undefined
  return `git+https://${protocol === 'https:' ? host : hostname}${pathname.replace(/(\.git)?\/*$/, '')}.git`
}

/** The public address of the git remote `origin` of a folder, in the form of package.json; undefined without one. */
export function repositoryAddress(folder: string): string | undefined {
  try {
    const options = { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] } as const
    return publicAddress(execFileSync('git', ['remote', 'get-url', 'origin'], options).trim())
  } catch {
    return undefined
  }
}
