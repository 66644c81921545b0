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
