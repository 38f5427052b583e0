import type { Principal } from './operation.js'

/** Whether a principal sees what belongs to everybody: admins and auditors do. */
export function isEverything({ role }: Principal): boolean {
  switch (role) {
    case 'admin':
    case 'auditor':
      return true
    case 'team-lead':
    case 'developer':
      return false
  }
}

/** Whether a principal sees what belongs to a team as a whole: a lead their own teams, a developer none. */
export function seesTeam(principal: Principal, team: string | undefined): boolean {
  if (isEverything(principal)) return true
  return principal.role === 'team-lead' && team !== undefined && principal.teams.includes(team)
}

/** Whether a principal sees what belongs to one user of a team: a developer their own, within their teams where they have any. */
export function seesUser(principal: Principal, owner: { readonly user?: string; readonly team?: string }): boolean {
  if (seesTeam(principal, owner.team)) return true
  const { role, user, teams } = principal
  if (role !== 'developer' || user === undefined || owner.user !== user) return false
  return teams.length === 0 || (owner.team !== undefined && teams.includes(owner.team))
}
