/** The second door of `data`: reads that only later pages ask for, so that the first screen loads none of them. */
export { casesNear, joinable } from './nearby'
export { duty, type Duty } from './duty'
export { calleesOf, type Callees } from './callees'
export { departmentsOf, dutyItem, dutyItems, searchDutyItems } from './duty_list'
export { casesNumbered } from './numbered'
export { teamOf, type Colleague } from './team'
export { notices, type NoticeItem, type NoticeItems, type NoticeList } from './notice_list'
export { markAllSeen } from './notices'
