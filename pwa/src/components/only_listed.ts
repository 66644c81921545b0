import { watch } from 'vue'

/** Let go of what a draft has chosen and the list has no more; `listed` is null until it is read, `keep` is given what is left. */
export function onlyListed(listed: () => readonly string[] | null, chosen: () => readonly string[], keep: (left: string[]) => void): void {
  watch([listed, chosen], ([all, had]) => {
    const left = had.filter((one) => all?.includes(one) ?? true)
    if (left.length < had.length) keep(left)
  }, { immediate: true })
}
