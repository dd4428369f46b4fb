import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** `execFile` as a promise: resolves with both outputs, rejects if the program fails. */
export const run = promisify(execFile)
/** The folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))
/** The packages whose tarballs are installed, as folders below `packages` and as names below `@parley`. */
export const names = ['protocol', 'client', 'react', 'server'] as const

interface Manifest {
  version: string
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
}

const manifestOf = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))

/** In the order in which Node would look. */
const placesOf = (workspace: string) => [join(root, workspace, 'node_modules'), join(root, 'node_modules')]

/** A link to what the repository has installed: no registry is asked, and what a package does not name is not there. */
async function link(dependency: string, app: string, workspace: string): Promise<void> {
  const place = join(app, 'node_modules', dependency)
  await mkdir(dirname(place), { recursive: true })
  for (const folder of placesOf(workspace)) {
    const target = join(folder, dependency)
    const isThere = await manifestOf(target).then(
      () => true,
      () => false,
    )
    if (isThere)
      return symlink(target, place).catch((error) => (error.code === 'EEXIST' ? undefined : Promise.reject(error)))
  }
  throw new Error(`${dependency} of ${workspace} is not installed`)
}

async function install(name: string, app: string): Promise<void> {
  const workspace = join('packages', name)
  const place = join(app, 'node_modules', '@parley', name)
  await mkdir(place, { recursive: true })
  const { version } = await manifestOf(join(root, workspace))
  const tarball = join(root, 'dist', `parley-${name}-${version}.tgz`)
  await run('tar', ['-xzf', tarball, '-C', place, '--strip-components=1'])
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = await manifestOf(place)
  for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) {
    const isOptional = peerDependenciesMeta[dependency]?.optional
    if (!dependency.startsWith('@parley/') && !isOptional) await link(dependency, app, workspace)
  }
}

/**
 * Packs the packages, and installs the tarballs in a new temporary folder, which it returns. Nothing else is there but
 * what they need and the types of Node and React. The caller removes the folder.
 */
export async function installTarballs(): Promise<string> {
  await run(process.execPath, [join(root, 'packaging', 'pack.ts')], { cwd: root })
  const app = await mkdtemp(join(tmpdir(), 'parley-app-'))
  for (const name of names) await install(name, app)
  for (const types of ['@types/node', '@types/react', '@types/react-dom']) await link(types, app, '')
  return app
}

async function copyExample(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `parley-${name}-`))
  const isOurs = (path: string) => !/[\\/](node_modules|dist|chat|\.next)$/.test(path)
  await cp(join(root, 'examples', name), folder, { recursive: true, filter: isOurs })
  return folder
}

/** Links what the repository has installed, at its root, into an app; throws if one is missing there. */
export async function linkInto(app: string, dependencies: readonly string[]): Promise<void> {
  for (const dependency of dependencies) await link(dependency, app, '')
}

/**
 * Copies an example to a new temporary folder, which it returns, and installs there the tarball of the server, which
 * must have been packed, and links to all that the example names. Versions come from `workspace`, by default from the
 * example itself. The caller removes the folder.
 */
export async function installExample(name: string, workspace = join('examples', name)): Promise<string> {
  const folder = await copyExample(name)
  await install('server', folder)
  const { dependencies, devDependencies } = await manifestOf(folder)
  for (const dependency of Object.keys({ ...dependencies, ...devDependencies })) {
    if (!dependency.startsWith('@parley/')) await link(dependency, folder, workspace)
  }
  return folder
}

/** Like `installExample`, but as a reader does it: by `npm install`, which asks the registry. */
export async function installByNpm(name: string): Promise<string> {
  const folder = await copyExample(name)
  const { version } = await manifestOf(join(root, 'packages', 'server'))
  await run('npm', ['install', join(root, 'dist', `parley-server-${version}.tgz`)], { cwd: folder })
  return folder
}
