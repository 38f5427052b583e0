import { type Trail, type TrailAction, type TrailFields, TrailUnusable } from '../../../io/admin/trail.js'

/** What was written, oldest first. */
export interface Written extends TrailAction {
  readonly status: number | null
  readonly fields: TrailFields
}

/** A trail in memory. While `mode` is `broken` it cannot be written. */
export interface FakeTrail extends Trail {
  readonly written: readonly Written[]
  mode: 'well' | 'broken'
}

export function createFakeTrail(): FakeTrail {
  const written: Written[] = []
  const put = (entry: Written) => {
    if (trail.mode === 'broken') throw new TrailUnusable('the disk is full')
    return written.push(entry) - 1
  }
  const trail: FakeTrail = {
    written,
    mode: 'well',
    async begin(action) {
      const at = put({ ...action, status: null, fields: {} })
      return async (status, fields) => {
        written[at] = { ...action, status, fields }
      }
    },
    async refused(action, status) {
      put({ ...action, status, fields: {} })
    },
    read: async () => ({ entries: [], truncated: false }),
    close: async () => {},
  }
  return trail
}
