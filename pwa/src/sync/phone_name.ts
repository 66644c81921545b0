/** The name by which somebody knows this phone among their own. */

interface Hints {
  getHighEntropyValues(wanted: string[]): Promise<{ model?: string }>
}

/** Its model, e.g. `Redmi Note 8`, where the browser tells it; empty else. */
export async function phoneName(): Promise<string> {
  const { userAgentData } = navigator as { userAgentData?: Hints }
  const told = await userAgentData?.getHighEntropyValues(['model']).catch(() => null)
  return (told?.model || modelIn(navigator.userAgent)).slice(0, 120)
}

const MODEL = /Android [\d.]+;(?: [a-z]{2}[-_][a-z]{2};)? ([^;)]+?)(?: Build\/[^;)]*)?[;)]/i

/** The model in a user agent. Chrome calls every Android phone `K`. */
export function modelIn(agent: string): string {
  const model = MODEL.exec(agent)?.[1] ?? /iPhone|iPad/.exec(agent)?.[0] ?? ''
  return model === 'K' ? '' : model
}
