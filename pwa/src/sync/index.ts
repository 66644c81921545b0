/** What pages may ask of the exchange with the server. */
import { answerIn } from './transport'

export type { ChannelAnswer, ChannelRequest, DeadlinesAnswer, DecisionAnswer, OwnDevice, PolicySetting, QuarantinedMutation, ReachedAttempt, RescueReport } from '../api/wire'
export { signIn, signOut, startAnew } from './session'
export { startSync, syncNow } from './start'
export { watchNews } from './news'
export { disablePush, enablePush, pushState } from './push'
export { choosePassword } from './password'
export { exportOutbox, handIn } from './rescue'
export { endDevice, ownDevices, peoplesDevices } from './devices'
export { agreeToDeadline, changeDeadlines, deadlinesOf, declineDeadline } from './deadlines'
export { addChannel, channelsOf, removeChannel, tryChannel } from './channels'
export { reachedOf } from './reached'
export { decide, quarantined } from './quarantine'
export { answerSwap, offerShift, refreshDuty } from './duty'
export { ApiProblem, NoContact } from './problem'

answerIn(() => document.documentElement.lang || 'zh-CN')
