import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

// Ignores the variable of the shell, because a build must contain production code.
process.env.NODE_ENV = process.argv.includes('build') ? 'production' : process.env.NODE_ENV

const server = 'http://127.0.0.1:3000'

/** Compresses files at the highest level; the server sends the compressed files unchanged. */
const precompress: Plugin = {
  name: 'precompress',
  apply: 'build',
  writeBundle({ dir = '' }, bundle) {
    for (const name of Object.keys(bundle).filter((file) => /\.(js|css|svg)$/.test(file))) {
      const content = readFileSync(join(dir, name))
      // Compression makes very small files larger.
      if (content.length < 500) continue
      writeFileSync(join(dir, `${name}.br`), brotliCompressSync(content))
      writeFileSync(join(dir, `${name}.gz`), gzipSync(content, { level: 9 }))
    }
  },
}

/** Puts the loader inside a function, because the names of a classic script are global otherwise. */
const closeLoader: Plugin = {
  name: 'close-loader',
  generateBundle(_, bundle) {
    const loader = bundle['embed.js']
    if (loader?.type === 'chunk') loader.code = `(()=>{${loader.code.trim()}})();\n`
  },
}

const publicNames: Record<string, string> = { loader: 'embed.js', element: 'element.js' }

export default defineConfig({
  plugins: [closeLoader, precompress],
  // The code is written for React and built with Preact, which works the same here with a seventh of the bytes (ADR
  // 29).
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: {
    alias: [
      { find: /^react(-dom)?$/, replacement: 'preact/compat' },
      { find: 'react-dom/client', replacement: 'preact/compat/client' },
      { find: 'react/jsx-runtime', replacement: 'preact/jsx-runtime' },
    ],
  },
  // Relative addresses, so that the app works below any path.
  base: './',
  build: {
    target: 'es2022',
    // Nothing inline, because the page's content security policy allows neither `data:` addresses nor inline parts.
    assetsInlineLimit: 0,
    rollupOptions: {
      input: {
        index: 'index.html',
        embed: 'embed.html',
        element: 'src/embed/element.tsx',
        loader: 'src/embed/loader.ts',
      },
      // Pages of hosts load these two files, so their names have no hash.
      output: {
        entryFileNames: ({ name }) => publicNames[name] ?? 'assets/[name]-[hash].js',
        // One file for the code that the pages share: in many small ones it compresses worse, by 3 kB.
        codeSplitting: { groups: [{ name: 'chat', tags: ['$initial'], minShareCount: 3 }] },
      },
    },
    modulePreload: { polyfill: false },
  },
  // For `npm run dev -w @parley/web` beside a running server.
  server: { proxy: { '/api': server, '/socket.io': { target: server, ws: true } } },
})
