import type { ReadLine, Span } from './reader.js'
import { dayOf, type Segment } from './segment.js'

/** What can be said of the records of one UTC day. */
export interface DayStatement {
  readonly day: string
  readonly records: number
  /** How many processes have written. */
  readonly writers: number
  /** Records that could not be written, as their writers have told. */
  readonly lost: number
  /** Records that were erased on request. */
  readonly erased: number
  /** Numbers of lines that are missing, and nobody has told why. */
  readonly missing: number
  readonly unreadable: number
}

type Statement = { -readonly [K in keyof DayStatement]: DayStatement[K] } & { readonly names: Set<string> }

const DAY = 86_400_000
/** A report over more days than that leaves out those of which there is nothing. */
const MOST_DAYS = 4000

/** Holds files against the numbers of their lines. */
export function integrityFold(span: Span) {
  const statements = new Map<string, Statement>()
  const of = (day: string): Statement => {
    const known = statements.get(day) ?? { ...NOTHING, day, names: new Set<string>() }
    statements.set(day, known)
    return known
  }
  return {
    begin({ day, source }: Pick<Segment, 'day'> & { readonly source: string }) {
      const statement = of(day)
      statement.names.add(source)
      let highest = 0
      let seen = 0
      let erased = 0
      return {
        saw(read: ReadLine) {
          if (read.kind === 'unreadable') {
            statement.unreadable++
            return
          }
          const { line } = read
          if (line.kind === 'erased') {
            erased += line.records
            highest = Math.max(highest, line.last)
            return
          }
          seen++
          highest = Math.max(highest, line.n)
          if (line.kind === 'gap') statement.lost += line.records
          else statement.records++
        },
        end() {
          statement.erased += erased
          statement.missing += Math.max(0, highest - seen - erased)
        },
      }
    },
    /** Every day of the span, also those of which there is nothing. */
    days(): readonly DayStatement[] {
      const count = Math.ceil((span.to - span.from) / DAY) + 1
      for (let at = 0; at < Math.min(count, MOST_DAYS); at++) {
        const time = Math.min(span.from + at * DAY, span.to - 1)
        if (time >= span.from) of(dayOf(new Date(time).toISOString()))
      }
      const days = [...statements.values()].sort((a, b) => (a.day < b.day ? -1 : 1))
      return days.map(({ names, ...statement }) => ({ ...statement, writers: names.size }))
    },
  }
}

const NOTHING = { records: 0, writers: 0, lost: 0, erased: 0, missing: 0, unreadable: 0 }
