import type { JsonObject } from './json.js'

/**
 * What the value of a member holds, for who reads the content of a request: a filter that looks for personal data must see every
 * text that leaves, and must not touch what the API itself needs.
 * - `wire`: the dialect's own. A string is text; objects, and those in arrays, are asked about member by member.
 * - `data`: JSON of the application's own (arguments and results of tools, metadata). Strings, numbers and names of members are content.
 * - `json`: a string that holds such JSON as text; as a plain text where it does not parse.
 * - `schema`: a JSON Schema. Strings are content, names of members are not.
 * - `media`: what nobody here can read: bytes as base64 (read where they turn out to be text), the URL of a picture, the id of a file.
 * - `word`: the API's: types, names, ids, signatures. Never content; a string with an address or white space in it is none (`wire`), unless it is sealed.
 */
export type Content = 'wire' | 'data' | 'json' | 'schema' | 'media' | 'word'

/** Names and indexes from the body down to one of its objects: `['messages', 0]`; empty for the body itself. Good for one call only. */
export type Place = readonly (string | number)[]

/** Tells what the member `name` of `owner`, which stands at `place`, holds; of a member that it does not know `data`. */
export type ContentOf = (owner: JsonObject, name: string, place: Place) => Content

/**
 * Who a text of a request comes from. `definition`: of a tool; `document`: a text that was handed in or found; `tool`: what a tool gave
 * back. Only `system` and `user` have a say in what the model does.
 */
export type Source = 'system' | 'user' | 'assistant' | 'tool' | 'document' | 'definition'

/**
 * Tells who has written what the member `name` of `owner`, which stands at `place`, holds, where that is said there; undefined: whoever
 * wrote `owner`, the user where nobody says. Asked of the dialect's own objects only, never of what is data. It believes a role, a type
 * or a name only where the API goes by it: nobody gets another's say by writing somewhere that he is somebody else.
 */
export type SourceOf = (owner: JsonObject, name: string, place: Place) => Source | undefined
