import type { VirtualKey } from '../../policies/keys/virtual-key.js'
import type { Principal } from '../admin/operation.js'
import { seesTeam, seesUser } from '../admin/scope.js'
import type { Issue, Update } from './key-shapes.js'

/** Whether a principal may know that a key exists: everybody's own keys, those of a lead's teams, all of them. */
export function maySee(principal: Principal, { user, team }: VirtualKey): boolean {
  return seesUser(principal, { ...(user !== undefined && { user }), ...(team !== undefined && { team }) })
}

/** Whether a principal may change and end a key that they see. */
export function mayManage(principal: Principal, { team }: VirtualKey): boolean {
  switch (principal.role) {
    case 'admin':
      return true
    case 'team-lead':
      return seesTeam(principal, team)
    case 'developer':
    case 'auditor':
      return false
  }
}

/** Roles that a team lead may give to a key. */
const LEADS_GIVE: ReadonlySet<string> = new Set(['developer', 'team-lead'])

/**
 * What of a new key the principal may not decide, as a sentence; undefined where all is well. A team lead's keys are of their teams, and
 * have nothing that rules on calls could take for more than that.
 */
export function issueFault(principal: Principal, issue: Issue): string | undefined {
  if (principal.role === 'admin') return undefined
  if (!seesTeam(principal, issue.team)) return 'a team lead issues keys of their own teams: name one of them as team'
  if (issue.role !== undefined && !LEADS_GIVE.has(issue.role)) {
    return `a team lead gives keys the roles ${[...LEADS_GIVE].join(' and ')} only`
  }
  if (issue.organization !== undefined) return 'a team lead does not say what organization a key is of'
  return tagsFault(issue)
}

/** As `issueFault`, of a change. */
export function updateFault(principal: Principal, update: Update): string | undefined {
  return principal.role === 'admin' ? undefined : tagsFault(update)
}

function tagsFault({ tags }: { readonly tags?: unknown }): string | undefined {
  return tags === undefined ? undefined : 'a team lead does not set tags: rules on calls may go by them'
}
