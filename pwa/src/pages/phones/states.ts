/** States in which nobody has to do anything: what waits is sent by itself. */
const BY_ITSELF = ['fine', 'waiting']

export const needsHelp = ({ state }: { state: string }): boolean => !BY_ITSELF.includes(state)
