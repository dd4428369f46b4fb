import { resolve } from 'node:path'
import { build, type PluginOption } from 'vite'

/** What a host's own bundler makes of its page: the script, and the styles that it imports. */
export interface BundledPage {
  script: string
  styles: string
}

interface BundleOptions {
  /** Packages that take the place of others. */
  replaced?: Record<string, string>
  /** What the page says, in place of a file. */
  source?: string
  plugins?: PluginOption[]
  /** With React's checks for developers, such as that of effects in `StrictMode`. */
  isDevelopment?: boolean
}

/**
 * Bundles a page as a host's bundler would, with the packages of the repository, and writes no file. `path` is relative
 * to this folder.
 */
export async function bundlePage(path: string, options: BundleOptions = {}): Promise<BundledPage> {
  const { replaced = {}, source, plugins = [], isDevelopment = false } = options
  const mode = isDevelopment ? 'development' : 'production'
  const input = resolve(import.meta.dirname, path)
  const given: PluginOption = {
    name: 'given-source',
    enforce: 'pre',
    resolveId: (id) => (source !== undefined && id === input ? id : null),
    load: (id) => (source !== undefined && id === input ? source : null),
  }
  const result = await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    mode,
    plugins: [given, ...plugins],
    // The test runner's NODE_ENV would make what nobody is served.
    oxc: { jsx: { runtime: 'automatic', development: false } },
    resolve: { alias: replaced },
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    build: {
      write: false,
      // The styles are translated for older browsers, as most hosts have it; the script need not be small.
      minify: false,
      cssMinify: 'lightningcss',
      modulePreload: { polyfill: false },
      cssCodeSplit: false,
      rollupOptions: {
        input,
        output: { codeSplitting: false, entryFileNames: 'page.js', assetFileNames: 'page[extname]' },
      },
    },
  })
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((made) => ('output' in made ? made.output : []))
  const script = outputs.find((file) => file.fileName === 'page.js')
  const styles = outputs.find((file) => file.fileName.endsWith('.css'))
  return {
    script: script?.type === 'chunk' ? script.code : '',
    styles: styles?.type === 'asset' ? String(styles.source) : '',
  }
}
