import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * The folder of the web app that comes with the server, for `webRoot`: in an installed package, or as the repository's build
 * leaves it. Undefined in a repository where nothing is built.
 *
 * @example createParley({ dataDir, webRoot: builtInWebRoot })
 */
export const builtInWebRoot: string | undefined = ['../../../web', '../../../../../apps/web/dist']
  .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
  .find((folder) => existsSync(folder))
