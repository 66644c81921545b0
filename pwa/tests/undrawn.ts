/** Components set up as on a page, of which nothing is drawn. */
import { createRenderer, ssrContextKey, type App, type Component } from 'vue'
import { createI18n } from 'vue-i18n'

const nothing = () => ({})
const page = createRenderer<object, object>({
  createElement: nothing, createText: nothing, createComment: nothing, setText: nothing, setElementText: nothing, insert: nothing, remove: nothing, patchProp: nothing,
  parentNode: () => null, nextSibling: () => null,
})

/** An app of this component, still to be mounted; each of its words is its own key. */
export const undrawn = (component: Component): App<object> =>
  page.createApp(component).use(createI18n({ legacy: false, locale: 'zh-CN', missingWarn: false, fallbackWarn: false, messages: { 'zh-CN': {} } })).provide(ssrContextKey, {})
