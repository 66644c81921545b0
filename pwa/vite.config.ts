/// <reference types="vitest/config" />
import { execSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import VueI18nPlugin from '@intlify/unplugin-vue-i18n/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import type { ManifestTransform } from 'workbox-build'
import manifestOfApp from './package.json' with { type: 'json' }
import { splitWords } from './words.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The version of package.json and the commit; where there is no git, the version alone. */
function version(): string {
  try {
    return `${manifestOfApp.version}+${execSync('git rev-parse --short HEAD', { stdio: 'pipe' }).toString().trim()}`
  } catch {
    return manifestOfApp.version
  }
}

/**
 * The libraries of the first screen stay cached when only our own code changes; what the first screen needs of ours is
 * one file, the lock and what it needs of records another, Today a third, and what most pages share a fourth, but for what
 * forms need. A cheap phone takes as long to ask for a small file as to read it.
 */
const CHUNKS = [
  { name: 'vendor', test: /node_modules\/(vue|@vue|vue-router|vue-i18n|@intlify)\//, priority: 4 },
  { name: 'first', test: /src\/(data\/before|components\/(PageHead|AppIcon|icons|TextField|ProblemNote|BottomSheet|toast|attempt|no_contact|online|first_look))\.|vite\/preload-helper|\/icon\.svg/, priority: 3 },
  { name: 'lock', test: /src\/(BehindLock|data\/first)\./, priority: 3 },
  { name: 'today', test: /src\/(OpenFrame|pages\/today\/TodayPage)\./, priority: 2 },
  { name: 'app', test: /src\/(components\/(?!again|draft|saving)|data\/|rules\/|api\/)/, minShareCount: 7, priority: 1 },
]

/** Chromium compiles the functions of these while they come, beside the page, and not one by one at their first call. */
const AT_THE_START = new Set(['index', 'vendor', 'first', 'lock', 'today'])

const manifest = {
  name: '敲门',
  short_name: '敲门',
  lang: 'zh-CN',
  dir: 'ltr' as const,
  id: '/',
  start_url: '/',
  scope: '/',
  display: 'standalone' as const,
  theme_color: '#0b6b5c',
  background_color: '#ffffff',
  icons: [
    { src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png' },
    { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png' },
    { src: '/icons/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' as const },
  ],
}

/**
 * Of a file whose name does not say what is in it, as of `index.html`, two servers may each hand out that of their version
 * while one is brought up after the other. A phone that kept the wrong one would ask for files that are nowhere, and open no
 * more. In the place of any file something on the way may answer with a page of its own, as a hotspot where one is to sign in,
 * which a phone would keep as that file for ever. One that is not what was built here ends the installation, which is tried again.
 */
const withIntegrity: ManifestTransform = (entries) => ({
  manifest: entries.map((entry) => ({ ...entry, integrity: `sha256-${digestOf(entry.url)}` })),
})

const digestOf = (file: string): string => createHash('sha256').update(readFileSync(here(`./dist/${file}`))).digest('base64')

const serviceWorker = VitePWA({
  strategies: 'injectManifest',
  srcDir: 'src/worker',
  filename: 'sw.ts',
  injectRegister: null,
  registerType: 'prompt',
  manifest,
  injectManifest: { rollupFormat: 'iife', globPatterns: ['**/*.{js,css,html,svg,png,woff2}'], manifestTransforms: [withIntegrity] },
})

export default defineConfig({
  plugins: [
    vue(),
    splitWords(here('./src/locales')),
    // Messages are compiled here, because the server's Content-Security-Policy forbids eval.
    VueI18nPlugin({
      include: here('./src/locales/**'),
      runtimeOnly: true,
      dropMessageCompiler: true,
      fullInstall: false,
    }),
    serviceWorker,
  ],
  resolve: {
    alias: [
      { find: '@rules', replacement: here('../sync/rules') },
      { find: '@', replacement: here('./src') },
      // Dexie's default entry wraps its ES5 build
      { find: /^dexie$/, replacement: 'dexie/dist/modern/dexie.mjs' },
    ],
  },
  // What the app does not use of its frameworks is left out of its first screen
  define: {
    __APP_VERSION__: JSON.stringify(version()),
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { '/api': 'http://127.0.0.1:8000', '/r/': 'http://127.0.0.1:8000' },
    fs: { allow: [here('.'), here('../sync/rules')] },
  },
  build: {
    // Cheap phones keep the browser they were sold with
    target: ['chrome87', 'safari14', 'firefox91'],
    cssTarget: ['chrome87', 'safari14', 'firefox91'],
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    // A browser that does not know the hint does without it; the service worker has the files of later pages at hand, where
    // asking for each ahead of its import costs a cheap phone more than it saves
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_file, deps, { hostType }) => (hostType === 'html' ? deps : []),
    },
    rolldownOptions: {
      output: {
        codeSplitting: { groups: CHUNKS },
        postBanner: ({ name }) => (AT_THE_START.has(name) ? '//# allFunctionsCalledOnLoad' : ''),
      },
    },
  },
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
    environment: 'node',
    // each phone of the simulation has a Dexie of its own
    server: { deps: { inline: ['dexie'] } },
    // the boundary tests run ESLint itself, on machines that may be busy
    testTimeout: 60_000,
  },
})
