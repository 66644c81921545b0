/** How a unit's people are told beside Web Push, which the server alone knows: asked when a leader looks, and kept nowhere. */
import type { ChannelAnswer, ChannelRequest, ChannelsAnswer, TriedAnswer } from '../api/wire'
import { ours } from './problem'
import { command, send } from './transport'

const at = (unitId: string): string => `/units/${unitId}/channels`

/** @throws ApiProblem, NoContact */
export async function channelsOf(unitId: string): Promise<ChannelAnswer[]> {
  const { channels } = ours<ChannelsAnswer>(await send('GET', at(unitId)), 'channels')
  return channels
}

/** Sent again with the same id, it changes nothing. @throws ApiProblem, NoContact */
export async function addChannel(unitId: string, channel: ChannelRequest): Promise<void> {
  await command('POST', at(unitId), channel)
}

/** Send a test message; what became of it. @throws ApiProblem, NoContact */
export const tryChannel = async (unitId: string, id: string): Promise<TriedAnswer> => ours<TriedAnswer>(await send('POST', `${at(unitId)}/${id}/try`), 'arrived')

/** @throws ApiProblem, NoContact */
export async function removeChannel(unitId: string, id: string): Promise<void> {
  await command('DELETE', `${at(unitId)}/${id}`)
}
