import { useI18n } from 'vue-i18n'
import en from '../locales/rescue/en.json'
import zh from '../locales/rescue/zh-CN.json'

/** Words for rare days, which the first screen does not carry: rescued outboxes, and a phone that was revoked. */
export const useRescueWords = () => useI18n({ useScope: 'local', messages: { 'zh-CN': zh, en } })
