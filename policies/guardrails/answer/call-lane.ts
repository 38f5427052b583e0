import type { BlockStart } from '../../../core/chat.js'
import { then } from '../../../core/transform.js'
import type { Panel } from './panel.js'
import { argumentParts, textParts } from './parts.js'
import { ruleTexts } from './rule-text.js'
import type { GuardLane } from './window-lane.js'

/**
 * The arguments of a call, which nobody can act on before their end: held until then, and judged as the strings that they consist of,
 * so that nothing hides behind an escape. Where nothing may change them they go out as they come.
 */
export function callLane(panel: Panel, choice: number, start: BlockStart): GuardLane {
  const holds = panel.members.some((member) => member.holds)
  const isText = start.kind === 'tool-call' && start.call === 'custom'
  let text = ''
  return {
    tail: () => '',
    push(more) {
      text += more
      return holds ? [] : [{ kind: 'same', length: more.length }]
    },
    end() {
      const parts = isText ? textParts(text) : argumentParts(text)
      return then(ruleTexts(panel, 'tool-call', choice, parts.texts), (edits) => {
        if (edits === undefined) return [{ kind: 'blocked' }]
        if (!holds) return []
        const written = parts.written(edits)
        if (written === undefined) return [{ kind: 'same', length: text.length }]
        return [{ kind: 'changed', length: text.length, text: written }]
      })
    },
  }
}
