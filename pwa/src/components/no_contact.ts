/** The words for a server that was not reached: there is no signal, or it is down. */
export const noContactWords = (): 'errors.server' | 'errors.offline' => (navigator.onLine ? 'errors.server' : 'errors.offline')
