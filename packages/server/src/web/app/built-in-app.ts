import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * The folder of the built-in web app, for `webRoot`: that of the installed package, or the repository's build.
 * Undefined in a repository in which the app is not built.
 *
 * @example createParley({ dataDir, webRoot: builtInWebRoot })
 */
export const builtInWebRoot: string | undefined = ['../../../web', '../../../../../apps/web/dist']
  .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
  .find((folder) => existsSync(folder))
