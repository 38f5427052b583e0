/** A filter that runs a script in Lua. */
export function scriptFilter(name: string, script: string) {
  return {
    name,
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua',
      default_source_code: { inline_string: script },
    },
  }
}
