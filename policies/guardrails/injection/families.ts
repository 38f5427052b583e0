/** What an attack does, in one word: the reason of a hit. `learned`: the classifier alone. */
export const FAMILIES = [
  'override',
  'system_leak',
  'role_play',
  'developer_mode',
  'refusal_suppression',
  'authority',
  'coercion',
  'fake_turn',
  'indirect',
  'output_hijack',
  'exfiltration',
  'tool_abuse',
  'obfuscation',
  'learned',
] as const
export type Family = (typeof FAMILIES)[number]
