import { then } from '../../../core/transform.js'
import { atOnce } from '../../../core/turns.js'
import { type Edit, type Edits, type EditsByText, editsOf } from '../edits.js'
import type { AnswerText } from '../guard.js'
import type { Ruling } from '../ruling.js'
import { inOrder } from './in-order.js'
import type { Member, Panel } from './panel.js'

/** What becomes of a text. */
type Ruled = { readonly kind: 'blocked' } | { readonly kind: 'passed'; readonly edits: Edits }

const UNTOUCHED: Ruled = { kind: 'passed', edits: [] }

/** What a ruling changes in the texts that were asked about. */
export function editsIn({ active: { rule } }: Member, ruling: Ruling, texts: readonly string[]): EditsByText {
  if (ruling.kind !== 'change') return NO_EDITS
  // Of a stream the rest of the text may have gone, or be yet to come: what was found is taken out.
  const action = rule.action === 'strip' ? 'mask' : rule.action
  return atOnce(
    editsOf(
      { action },
      ruling.hit,
      texts.map((text) => ({ text })),
    ),
  )
}

const NO_EDITS: EditsByText = []
const NONE: Edits = []

/** Asks every guard that has a window about a text that is there as a whole, one after the other. */
function ruleText(panel: Panel, kind: AnswerText['kind'], choice: number, text: string): Ruled | Promise<Ruled> {
  if (text === '') return UNTOUCHED
  const edits: Edit[] = []
  let blocked = false
  const asked = inOrder(panel.members, (member) => {
    if (blocked || member.window === 'whole') return undefined
    return then(panel.ask(member, [{ kind, choice, text, from: 0, ended: true }]), (ruling) => {
      if (ruling.kind === 'block') blocked = true
      else for (const edit of editsIn(member, ruling, [text])[0] ?? NONE) edits.push(edit)
    })
  })
  return then(asked, (): Ruled => (blocked ? { kind: 'blocked' } : { kind: 'passed', edits }))
}

/** The same for several texts; undefined where one of them is blocked. */
export function ruleTexts(
  panel: Panel,
  kind: AnswerText['kind'],
  choice: number,
  texts: readonly string[],
): readonly Edits[] | undefined | Promise<readonly Edits[] | undefined> {
  const made: Edits[] = []
  let blocked = false
  const asked = inOrder(texts, (text) => {
    if (blocked) return undefined
    return then(ruleText(panel, kind, choice, text), (ruled) => {
      if (ruled.kind === 'blocked') blocked = true
      else made.push(ruled.edits)
    })
  })
  return then(asked, () => (blocked ? undefined : made))
}
