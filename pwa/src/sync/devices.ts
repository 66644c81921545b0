/** A person's own phones, and how sending goes on their people's, as the server knows them: asked when somebody looks, and kept nowhere. */
import type { DevicesAnswer, OwnDevice } from '../api/wire'
import { ours } from './problem'
import { command, send } from './transport'

/** The one in hand first. @throws ApiProblem, NoContact */
export async function ownDevices(): Promise<OwnDevice[]> {
  const { devices } = ours<{ devices: OwnDevice[] }>(await send('GET', '/devices/mine'), 'devices')
  return devices
}

/** Shut one out for good (P8); the one in hand learns it by its next exchange. @throws ApiProblem, NoContact */
export async function endDevice(id: string): Promise<void> {
  await command('DELETE', `/devices/${id}`)
}

/** The phones of the people of the units one leads and all below, those that need help most first. @throws ApiProblem, NoContact */
export const peoplesDevices = async (): Promise<DevicesAnswer> => ours<DevicesAnswer>(await send('GET', '/devices'), 'devices')
