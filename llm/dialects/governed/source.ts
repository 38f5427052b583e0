import type { SourceOf } from '../../../core/content.js'
import { sources } from '../shared/source.js'

/** How a text is to be spoken, and what is to be ranked. */
const MEMBERS = sources({
  instructions: 'system',
  documents: 'document',
})

/** Who writes in the requests that are passed on without translation: the user, who may hand in documents. */
export const sourceOf: SourceOf = (_, name, place) => (place.length === 0 ? MEMBERS.get(name) : undefined)
