import { type Import, importsOf, isCode, isTest, type SourceFile } from './source-file.ts'

interface ImportRule {
  /** Which files it binds. */
  of: RegExp
  /** Is this import against it? */
  refuses(target: string, imported: Import, path: string): boolean
  because: string
}

const server = 'packages/server/src/'
const isOurs = (target: string) => target.startsWith('@parley/')
const isFeature = (target: string) => target.startsWith(`${server}features/`)
const isStore = (target: string) => target.endsWith('-store.ts')
const packageFolder = (path: string) => path.split('/').slice(0, 2).join('/')

/** The handlers of a feature: the file that has the name of its folder. */
const handlersOf = (target: string) => target.match(/\/features\/([^/]+)\/\1\.ts$/)?.[1]
const featureOf = (path: string) => path.match(/\/features\/([^/]+)\//)?.[1]

const workspaces = (of: RegExp, allowed: string[]): ImportRule => ({
  of,
  refuses: (target) => isOurs(target) && !allowed.includes(target),
  because: `of our packages it may import ${allowed.join(' and ')} alone`,
})

const react = 'packages/react/src/'
const isHeadless = (target: string) => target.startsWith(`${react}headless/`)
/** What gathers components for other packages: the entry of all, and that of a feature. */
const entryOfComponents = /^packages\/react\/src\/(?!headless\/|hooks\/)(?:[^/]+\/)?index\.ts$/
/** The styled components, and the entries that gather them. */
const isStyled = (target: string) =>
  entryOfComponents.test(target) || (target.startsWith(react) && target.endsWith('.tsx') && !isHeadless(target))

const onlyIn = (packages: RegExp, places: RegExp, because: string): ImportRule => ({
  of: /^packages\/server\/src\//,
  refuses: (target, _, path) => packages.test(target) && !places.test(path),
  because,
})

/** The list of features of the SDK, and every folder that is not one of the layers below them. */
const featuresOfSdk =
  /^packages\/client\/src\/(features\.ts$|(?!cache\/|connection\/|outbox\/|sync\/|testing\/)[^/]+\/)/

/** Who may import whom (DESIGN: layout, imports). Tests are bound by the rules between packages' sources alone. */
const importRules: ImportRule[] = [
  {
    of: /^packages\/protocol\/src\//,
    refuses: (target) => !target.startsWith('packages/') && target !== 'zod',
    because: 'protocol depends on zod alone',
  },
  workspaces(/^packages\/server\/src\//, ['@parley/protocol']),
  workspaces(/^packages\/client\/src\//, ['@parley/protocol']),
  workspaces(/^packages\/react\/src\//, ['@parley/client', '@parley/protocol']),
  workspaces(/^apps\/[^/]+\/src\//, ['@parley/react', '@parley/client']),
  {
    of: /^(packages\/(protocol|client|react)|apps\/[^/]+)\/src\//,
    refuses: (target) => target.startsWith('node:'),
    because: 'it runs in browsers',
  },
  {
    of: /^(packages|apps)\//,
    refuses: (target, { specifier }, path) =>
      specifier.startsWith('.') && !target.startsWith(`${packageFolder(path)}/`),
    because: 'a package is imported by its name',
  },
  {
    // The type of a row vanishes before the program runs; everything else would turn the layers around.
    of: /^packages\/server\/src\/(?!features\/|dialects\/|testing\/)[^/]+\//,
    refuses: (target, { typeOnly }, path) =>
      isFeature(target) &&
      !(typeOnly && isStore(target)) &&
      !(target === `${server}features/index.ts` && path.startsWith(`${server}assembly/`)),
    because: 'only the list of features names features; other folders may know the types of their stores',
  },
  {
    of: /^packages\/server\/src\/core\//,
    refuses: (target, { typeOnly }) =>
      target.startsWith(server) &&
      !/^(core|storage)\//.test(target.slice(server.length)) &&
      !(typeOnly && (target.startsWith(`${server}auth/`) || isStore(target))),
    because:
      'core stands below everything but storage: of auth it knows types alone, and of features the types of their stores',
  },
  {
    of: /^packages\/server\/src\/cluster\//,
    refuses: (target) => /^(sockets|engine|web)\//.test(target.slice(server.length)) && target.startsWith(server),
    because: 'between nodes nobody knows how a client is connected',
  },
  {
    of: /^packages\/server\/src\/features\/[^/]+\//,
    refuses: (target, _, path) => ![undefined, featureOf(path)].includes(handlersOf(target)),
    because: 'a feature calls the store of another or listens to its events, never its handlers',
  },
  {
    of: /^packages\/client\/src\/(cache|connection|sync)\//,
    refuses: (target, { typeOnly }) => !typeOnly && featuresOfSdk.test(target),
    because: 'the SDK names features in its list alone',
  },
  {
    of: /^packages\/server\/src\/dialects\//,
    refuses: (target) => target !== '@parley/protocol' && !target.startsWith(`${server}dialects/`),
    because: 'a dialect is pure: it imports protocol alone',
  },
  {
    // A file without JSX is a hook, or what a hook computes with. The entries of styled components gather all layers.
    of: /^packages\/react\/src\/(?!headless\/).*\.ts$/,
    refuses: (target, _, path) => !entryOfComponents.test(path) && (isHeadless(target) || isStyled(target)),
    because: 'a hook imports no component',
  },
  {
    of: /^packages\/react\/src\/headless\//,
    refuses: (target) => isStyled(target) || target.startsWith(`${react}texts/`),
    because: 'a headless part has no looks and no words of its own',
  },
  onlyIn(/^kysely$/, /\/storage\/|-store\.ts$/, 'SQL belongs into storage/ and into stores'),
  onlyIn(/^(node:sqlite|pg)$/, /\/storage\//, 'a database is opened in storage/'),
  onlyIn(/^ioredis$/, /\/cluster\//, 'Redis is reached through cluster/'),
  onlyIn(
    /^(socket\.io|socket\.io-parser|engine\.io|ws)$/,
    /\/(sockets|engine|testing)\//,
    'Socket.IO belongs into sockets/, engine/ and testing/',
  ),
]

/** Imports that break a rule, a sentence for each, with the reason of the rule. */
export const importViolations = (files: SourceFile[]): string[] =>
  files
    .filter((file) => isCode(file) && !isTest(file))
    .flatMap((file) =>
      importsOf(file).flatMap((imported) =>
        importRules
          .filter(({ of, refuses }) => of.test(file.path) && refuses(imported.target, imported, file.path))
          .map(({ because }) => `${file.path} imports ${imported.specifier}: ${because}`),
      ),
    )

/** Pino is given the name of a transport, and loads it itself. */
const givenByName = /\btarget: '([^']+)'/g

/** Does the repository publish the file, or what is compiled from it? */
const isPublished = (file: SourceFile) => isCode(file) && !isTest(file) && !file.path.includes('/src/testing/')

/** Dependencies of published packages that nothing published imports: each would be installed by every user. */
export const dependencyViolations = (files: SourceFile[]): string[] =>
  files.flatMap(({ path, text }) => {
    const [folder] = path.match(/^packages\/[^/]+\/(?=package\.json$)/) ?? []
    if (folder === undefined) return []
    const sources = files.filter((file) => file.path.startsWith(`${folder}src/`) && isPublished(file))
    const used = new Set(
      sources.flatMap((file) => [
        ...importsOf(file).map(({ target }) => target),
        ...[...file.text.matchAll(givenByName)].map(([, name]) => name),
      ]),
    )
    const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> }
    return Object.keys(dependencies)
      .filter((name) => !used.has(name))
      .map((name) => `${path} depends on ${name}, which only tests import: make it a devDependency`)
  })
