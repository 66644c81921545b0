/** The version of this build: that of package.json, and the commit it was built from. */
declare const __APP_VERSION__: string
