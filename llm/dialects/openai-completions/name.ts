/** The dialect's name, as it stands in extras. */
export const NAME = 'openai-completions'
