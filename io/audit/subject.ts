import type { AuditRecord } from './record.js'

/** Whose records are meant: all of what is given must be the caller's. */
export type Subject = Readonly<Partial<Record<SubjectMember, string>>>

export const SUBJECT_MEMBERS = ['user', 'team', 'organization', 'key', 'role', 'route', 'address'] as const
export type SubjectMember = (typeof SUBJECT_MEMBERS)[number]

/** Whether a record is about a request of the subject's; nobody's where nothing is given. */
export function isOf({ caller }: Pick<AuditRecord, 'caller'>, subject: Subject): boolean {
  const given = SUBJECT_MEMBERS.filter((member) => subject[member] !== undefined)
  return given.length > 0 && caller !== undefined && given.every((member) => caller[member] === subject[member])
}

/** Whether the text of a line may be about the subject: cheaper than reading it. */
export function mayBeOf(text: string, subject: Subject): boolean {
  return Object.values(subject).every((value) => value === undefined || text.includes(JSON.stringify(value)))
}
