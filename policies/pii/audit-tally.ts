import type { Audit } from '../../core/audit.js'
import type { Finding } from './detect/finding.js'

/** What is noted while a request and its answer are read. */
export interface AuditTally {
  outcome: Audit['outcome']
  texts: number
  characters: number
  unscannable: number
  ms: number
  /** Why somebody who was asked did not read it; no content. */
  failure?: string
  readonly request: Map<string, number>
}

export function auditTally(): AuditTally {
  return { outcome: 'passed', texts: 0, characters: 0, unscannable: 0, ms: 0, request: new Map() }
}

export function auditOf(guard: string, tally: AuditTally, answer: ReadonlyMap<string, number>): Audit {
  const { outcome, texts, characters, unscannable, ms, failure, request } = tally
  return {
    guard,
    outcome,
    ...(failure !== undefined && { failure }),
    scanned: { texts, characters, unscannable },
    request: Object.fromEntries(request),
    answer: Object.fromEntries(answer),
    ms,
  }
}

export function countFinding({ request }: AuditTally, { entity }: Pick<Finding, 'entity'>): void {
  counted(request, entity)
}

/** The counts with one more of the entity; made with the first one, as most texts have none. */
export function counted(counts: Map<string, number> | undefined, entity: string): Map<string, number> {
  const all = counts ?? new Map<string, number>()
  return all.set(entity, (all.get(entity) ?? 0) + 1)
}
