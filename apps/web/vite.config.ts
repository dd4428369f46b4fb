import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// Whatever the shell says: this builds what everybody is served, not React for development.
process.env.NODE_ENV = process.argv.includes('build') ? 'production' : process.env.NODE_ENV

const server = 'http://127.0.0.1:3000'

export default defineConfig({
  plugins: [react()],
  // The files name each other as they lie, so that the app works below any path.
  base: './',
  build: {
    target: 'es2022',
    // Nothing inline: the page is served with a content security policy that allows no data: or inline parts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // For work on the interface: `npm run dev -w @parley/web` beside a running server.
  server: { proxy: { '/api': server, '/socket.io': { target: server, ws: true } } },
})
