/// <reference types="vite/client" />
/// <reference types="vite-plugin-pwa/client" />

/** Parts of `locales/zh-CN.json`, which `words.ts` makes of it. */
declare module '*/zh-CN.first.json' {
  const words: object
  export default words
}

declare module '*/zh-CN.later.json' {
  const words: object
  export default words
}

/** The version of this build: that of package.json, and the commit it was built from. */
declare const __APP_VERSION__: string
