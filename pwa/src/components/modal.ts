import { onBeforeUnmount, onMounted, type Ref } from 'vue'

/**
 * Show a dialog before everything else as long as it is on the page. It is closed before it goes: only then does the browser
 * give the focus back to what opened it.
 */
export function useModal(dialog: Readonly<Ref<HTMLDialogElement | null>>): void {
  onMounted(() => dialog.value?.showModal())
  onBeforeUnmount(() => dialog.value?.close())
}
