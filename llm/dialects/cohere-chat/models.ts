/** What a model of Cohere's takes, as far as requests must differ. */
export interface ModelTraits {
  /** Whether it thinks, and so takes `thinking` and thoughts of earlier turns. */
  readonly thinking: 'possible' | 'impossible'
  /** Whether it takes `tool_choice`. */
  readonly toolChoice: 'taken' | 'refused'
}

/** All before reasoning came with Command A Reasoning, and its siblings for images and for translation. */
const WITHOUT_THINKING = /^(c4ai-)?(aya-|command$|command-(light|nightly|r|a-(\d\d-2025|vision|translate)))/

/** `tool_choice` came with Command R7B: https://docs.cohere.com/reference/chat */
const WITHOUT_TOOL_CHOICE = /^(c4ai-)?(aya-|command$|command-(light|nightly|r$|r-))/

/** Looks a model up by its name; one that is not known counts as newer than all that are. */
export function traitsOf(model: string): ModelTraits {
  const name = model.toLowerCase().replace(/^.*\//, '')
  return {
    thinking: WITHOUT_THINKING.test(name) ? 'impossible' : 'possible',
    toolChoice: WITHOUT_TOOL_CHOICE.test(name) ? 'refused' : 'taken',
  }
}
