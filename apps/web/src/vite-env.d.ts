/// <reference types="vite/client" />
declare module '@parley/react/styles.css'
