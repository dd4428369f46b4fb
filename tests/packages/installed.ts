import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const run = promisify(execFile)
export const root = fileURLToPath(new URL('../..', import.meta.url))
export const names = ['protocol', 'client', 'react', 'server'] as const

/** In the order in which Node would look. */
const placesOf = (workspace: string) => [join(root, 'packages', workspace, 'node_modules'), join(root, 'node_modules')]

/** A link to what the repository has installed: no registry is asked, and what a package does not name is not there. */
async function link(dependency: string, app: string, workspace: string): Promise<void> {
  const place = join(app, 'node_modules', dependency)
  await mkdir(dirname(place), { recursive: true })
  for (const folder of placesOf(workspace)) {
    const target = join(folder, dependency)
    const isThere = await readFile(join(target, 'package.json')).then(
      () => true,
      () => false,
    )
    if (isThere)
      return symlink(target, place).catch((error) => (error.code === 'EEXIST' ? undefined : Promise.reject(error)))
  }
  throw new Error(`${dependency} of ${workspace} is not installed`)
}

async function install(workspace: string, app: string): Promise<void> {
  const place = join(app, 'node_modules', '@parley', workspace)
  await mkdir(place, { recursive: true })
  const { version } = JSON.parse(await readFile(join(root, 'packages', workspace, 'package.json'), 'utf8'))
  const tarball = join(root, 'dist', `parley-${workspace}-${version}.tgz`)
  await run('tar', ['-xzf', tarball, '-C', place, '--strip-components=1'])
  const { dependencies = {}, peerDependencies = {} } = JSON.parse(await readFile(join(place, 'package.json'), 'utf8'))
  for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) {
    if (!dependency.startsWith('@parley/')) await link(dependency, app, workspace)
  }
}

/** An empty folder, in which the tarballs are installed and nothing else but what they name. */
export async function installTarballs(): Promise<string> {
  await run(process.execPath, [join(root, 'packaging', 'pack.ts')], { cwd: root })
  const app = await mkdtemp(join(tmpdir(), 'parley-app-'))
  for (const name of names) await install(name, app)
  for (const types of ['@types/node', '@types/react', '@types/react-dom']) await link(types, app, '')
  return app
}
