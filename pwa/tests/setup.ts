/** Makes Node look like the phone's browser, as far as the engine looks. */
import 'fake-indexeddb/auto'
import { afterEach, beforeEach, vi } from 'vitest'
import { forgetEveryone } from './phone'

Object.defineProperty(navigator, 'onLine', { value: true, writable: true, configurable: true })
vi.stubGlobal('document', { documentElement: { lang: 'zh-CN' }, hidden: false, addEventListener: () => undefined, createElement: () => ({}) })
vi.stubGlobal('addEventListener', () => undefined)
vi.stubGlobal('reportError', (fault: unknown) => { throw fault })

beforeEach(forgetEveryone)
afterEach(() => { vi.useRealTimers() })
