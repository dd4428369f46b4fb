import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

// Whatever the shell says: this builds what everybody is served, not React for development.
process.env.NODE_ENV = process.argv.includes('build') ? 'production' : process.env.NODE_ENV

const server = 'http://127.0.0.1:3000'

/** Compressed once, as small as it gets: the server sends these files as they are. */
const precompress: Plugin = {
  name: 'precompress',
  apply: 'build',
  writeBundle({ dir = '' }, bundle) {
    for (const name of Object.keys(bundle).filter((file) => /\.(js|css|svg)$/.test(file))) {
      const content = readFileSync(join(dir, name))
      // A few bytes would only grow.
      if (content.length < 500) continue
      writeFileSync(join(dir, `${name}.br`), brotliCompressSync(content))
      writeFileSync(join(dir, `${name}.gz`), gzipSync(content, { level: 9 }))
    }
  },
}

/** A classic script keeps its names to itself only inside of a function. */
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
  // Written for React, and served with Preact: it does the same here in a seventh of the bytes (ADR 29).
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: {
    alias: [
      { find: /^react(-dom)?$/, replacement: 'preact/compat' },
      { find: 'react-dom/client', replacement: 'preact/compat/client' },
      { find: 'react/jsx-runtime', replacement: 'preact/jsx-runtime' },
    ],
  },
  // The files name each other as they lie, so that the app works below any path.
  base: './',
  build: {
    target: 'es2022',
    // Nothing inline: the page is served with a content security policy that allows no data: or inline parts.
    assetsInlineLimit: 0,
    rollupOptions: {
      input: {
        index: 'index.html',
        embed: 'embed.html',
        element: 'src/embed/element.tsx',
        loader: 'src/embed/loader.ts',
      },
      // Pages of others name these two: their names stay.
      output: { entryFileNames: ({ name }) => publicNames[name] ?? 'assets/[name]-[hash].js' },
    },
    modulePreload: { polyfill: false },
  },
  // For work on the interface: `npm run dev -w @parley/web` beside a running server.
  server: { proxy: { '/api': server, '/socket.io': { target: server, ws: true } } },
})
