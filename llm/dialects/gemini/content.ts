import type { ContentOf } from '../../../core/content.js'
import { contentBy, each, type Rule } from '../shared/content.js'

/** Of what a function returns in its declaration; elsewhere what one has returned. */
const response: Rule = (_, __, place) =>
  place.includes('functionDeclarations') || place.includes('function_declarations') ? 'schema' : 'data'

const camelCase = (name: string) =>
  name.includes('_') ? name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()) : name

/**
 * What the members of a request to `generateContent` hold (https://ai.google.dev/api/generate-content, and Vertex AI's), in either
 * spelling; also of one to `countTokens`, which may be wrapped around such a request. Keys that open other services to Google are
 * the API's own.
 */
export const contentOf: ContentOf = contentBy(
  {
    ...each('wire', 'contents', 'parts', 'text', 'systemInstruction', 'generateContentRequest', 'displayName'),
    ...each('wire', 'inlineData', 'fileData', 'functionCall', 'functionResponse', 'partialArgs', 'stringValue'),
    ...each('wire', 'executableCode', 'code', 'codeExecutionResult', 'output', 'toolCall', 'toolResponse'),
    ...each('wire', 'audioTranscription', 'videoMetadata', 'tools', 'functionDeclarations', 'description'),
    ...each('wire', 'toolConfig', 'functionCallingConfig', 'retrievalConfig', 'generationConfig', 'stopSequences'),
    ...each('wire', 'thinkingConfig', 'speechConfig', 'voiceConfig', 'prebuiltVoiceConfig', 'replicatedVoiceConfig'),
    ...each('wire', 'multiSpeakerVoiceConfig', 'speakerVoiceConfigs', 'speaker', 'imageConfig', 'codeExecution'),
    ...each('wire', 'googleSearch', 'googleSearchRetrieval', 'enterpriseWebSearch', 'googleMaps', 'urlContext'),
    ...each('wire', 'computerUse', 'fileSearch', 'metadataFilter', 'filter', 'retrieval', 'vertexAiSearch'),
    ...each('wire', 'dataStoreSpecs', 'vertexRagStore', 'ragResources', 'externalApi', 'mcpServers'),
    ...each('wire', 'streamableHttpTransport', 'exaAiSearch', 'parallelAiSearch'),
    ...each('data', 'args', 'partMetadata', 'labels', 'latLng', 'customConfigs'),
    ...each('schema', 'parameters', 'parametersJsonSchema', 'responseSchema', 'responseJsonSchema'),
    // What is cached, or searched, stands at Google's.
    ...each(
      'media',
      'fileSearchStoreNames',
      'datastore',
      'dataStore',
      'engine',
      'ragCorpora',
      'ragCorpus',
      'ragFileIds',
    ),
    ...each('media', 'data', 'fileUri', 'cachedContent', 'voiceSampleAudio', 'consentAudio'),
    ...each('word', 'model', 'role', 'id', 'name', 'mimeType'),
    ...each('word', 'toolType', 'jsonPath', 'behavior', 'type'),
    ...each('word', 'scheduling', 'language', 'outcome', 'level', 'mediaResolution'),
    ...each('word', 'numTokens', 'startOffset', 'endOffset', 'fps'),
    ...each('word', 'temperature', 'topP', 'topK', 'candidateCount', 'maxOutputTokens', 'responseLogprobs', 'logprobs'),
    ...each('word', 'presencePenalty', 'frequencyPenalty', 'seed', 'responseMimeType', 'responseModalities'),
    ...each('word', 'thinkingLevel', 'thinkingBudget', 'voiceName', 'languageCode'),
    ...each('word', 'aspectRatio', 'imageSize', 'personGeneration', 'routingConfig', 'modelSelectionConfig'),
    ...each('word', 'safetySettings', 'serviceTier', 'mode', 'allowedFunctionNames', 'excludeDomains', 'searchTypes'),
    ...each('word', 'timeRangeFilter', 'blockingConfidence', 'dynamicRetrievalConfig', 'environment'),
    ...each('word', 'excludedPredefinedFunctions', 'disabledSafetyPolicies', 'ragRetrievalConfig'),
    ...each('word', 'apiSpec', 'timeout', 'sseReadTimeout'),
    ...each('word', 'category', 'threshold', 'method', 'modelName', 'modelRoutingPreference', 'startTime', 'endTime'),
    ...each('word', 'featureSelectionPreference', 'promptTemplateName', 'responseTemplateName', 'modelArmorConfig'),
    ...each(
      'sealed',
      'thoughtSignature',
      'voiceConsentSignature',
      'endpoint',
      'url',
      'apiKey',
      'authConfig',
      'apiAuth',
      'headers',
    ),
    response,
  },
  camelCase,
)
